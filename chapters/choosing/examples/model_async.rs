//! Three cups as futures. Watch where the error of cup 2 turns up.
use anyhow::{Result, ensure};
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

async fn boil(n: u32) -> Result<()> {
    sleep(Duration::from_secs(1)).await;
    ensure!(n != 2, "the kettle is empty"); // Oops!
    Ok(())
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) -> Result<()> {
    println!("tea {n}: kettle on");
    boil(n).await?;
    println!("tea {n}: leaves in");
    sleep(Duration::from_millis(500)).await;
    println!("tea {n}: poured");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cups = [1, 2, 3].map(tea);
    for (n, cup) in (1..).zip(join_all(cups).await) {
        match cup {
            Ok(()) => println!("main: tea {n} is on the table"),
            Err(error) => println!("main: no tea {n}, {error}"),
        }
    }
}
