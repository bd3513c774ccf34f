//! Two teas race. Watch what becomes of the slower one.
use std::time::Duration;
use tokio::time::sleep;

struct Cup(u32);

impl Drop for Cup {
    fn drop(&mut self) {
        println!("tea {}: cleared away", self.0);
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32, seconds: u64) {
    let _cup = Cup(n);
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(seconds)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::select! {
        () = tea(1, 1) => {
            println!("main: tea 1 has won");
            sleep(Duration::from_secs(2)).await; // drinks it
        }
        () = tea(2, 2) => println!("main: tea 2 has won"),
    }
    println!("main: done");
}
