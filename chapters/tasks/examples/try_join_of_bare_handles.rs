//! Cup 2 is spilled after a second. Watch what `main` hears of it.
use std::time::Duration;
use tokio::time::sleep;

struct Cup(u32);

impl Drop for Cup {
    fn drop(&mut self) {
        println!("tea {}: cleared away", self.0);
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32, seconds: u64) -> Result<(), String> {
    let _cup = Cup(n);
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(seconds)).await;
    if n == 2 {
        return Err(format!("tea {n} was spilled")); // Oops!
    }
    println!("tea {n}: poured");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cups = [(1, 2), (2, 1), (3, 2)];
    let [one, two, three] = cups.map(|(n, secs)| tokio::spawn(tea(n, secs)));
    match tokio::try_join!(one, two, three) {
        Ok(_) => println!("main: all cups are on the table"),
        Err(error) => println!("main: {error}"),
    }
}
