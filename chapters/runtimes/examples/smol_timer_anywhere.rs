//! smol's timer under three executors. Watch for a panic.
use smol::Timer;
use std::time::Duration;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    Timer::after(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

fn main() {
    println!("smol");
    smol::block_on(tea(1));

    println!("futures");
    futures::executor::block_on(tea(2));

    println!("Tokio");
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.build().unwrap().block_on(tea(3));
}
