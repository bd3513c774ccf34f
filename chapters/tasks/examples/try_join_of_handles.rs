//! Cup 2 is spilled after a second. Watch what becomes of cups 1 and 3.
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

async fn spawned(n: u32, seconds: u64) -> Result<(), String> {
    tokio::spawn(tea(n, seconds)).await.unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match tokio::try_join!(spawned(1, 2), spawned(2, 1), spawned(3, 2)) {
        Ok(_) => println!("main: all cups are on the table"),
        Err(error) => println!("main: {error}"),
    }
    sleep(Duration::from_secs(2)).await;
    println!("main: done");
}
