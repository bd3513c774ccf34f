//! A tea is spawned, and `main` has other things to do. Watch the kettle.
use std::{thread, time::Duration};
use tokio::{runtime::Builder, time::sleep};

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let cup = runtime.spawn(tea(1));
    println!("main: reads the paper");
    timeline::span("paper", || thread::sleep(Duration::from_millis(1500)));
    println!("main: wants its tea");
    runtime.block_on(cup).unwrap();
}
