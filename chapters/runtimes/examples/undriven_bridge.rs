//! Tokio's `sleep`, polled by smol, with a runtime at hand. Watch the clock.
use std::time::Duration;
use tokio::{runtime::Builder, time::sleep};

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

fn main() {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    let _inside = runtime.enter();
    smol::block_on(tea(1));
}
