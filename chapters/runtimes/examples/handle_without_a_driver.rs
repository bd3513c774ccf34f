//! A plain thread wants its tea from a runtime. Watch whether it is poured.
use std::{thread, time::Duration};
use tokio::{runtime::Builder, time::sleep};

#[timeline::lane("tea 1")]
async fn tea() {
    println!("kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("poured");
}

fn main() {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().build().expect("it can be built");
    let handle = runtime.handle().clone();
    let guest = thread::spawn(move || handle.block_on(tea()));
    guest.join().unwrap();
    println!("main: the guest has had tea");
}
