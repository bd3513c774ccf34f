//! A plain `main` calls an async fn. Watch its last lines.
use std::time::Duration;
use tokio::time::sleep;

async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

fn main() {
    let cup = tea(1);
    let bytes = size_of_val(&cup);
    println!("main: my cup is a value of {bytes} bytes");
    drop(cup);
    println!("main: done");
}
