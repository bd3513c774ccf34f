//! A plain function that hides a runtime. Watch from where it can be called.
use std::time::Duration;
use tokio::{runtime::Builder, time::sleep};

async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

/// For callers who do not want to know of async.
fn tea_for_anyone(n: u32) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(tea(n));
}

#[tokio::main(flavor = "current_thread")]
async fn serve() {
    tea_for_anyone(2); // Oops!
    println!("serve: done");
}

fn main() {
    tea_for_anyone(1);
    serve();
}
