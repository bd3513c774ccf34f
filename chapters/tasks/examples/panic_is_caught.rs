//! Cup 2 is spilled. Watch what becomes of cups 1 and 3, and of `main`.
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    if n == 2 {
        panic!("spilled"); // Oops!
    }
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut cups = Vec::new();
    for n in 1..=3 {
        cups.push((n, tokio::spawn(tea(n))));
    }
    for (n, cup) in cups {
        match cup.await {
            Ok(()) => println!("main: tea {n} is on the table"),
            Err(error) if error.is_panic() => {
                println!("main: tea {n} was spilled");
            }
            Err(_) => println!("main: tea {n} was aborted"),
        }
    }
}
