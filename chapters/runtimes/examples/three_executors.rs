//! One `async fn`, three executors. Watch for a difference.
use futures::channel::oneshot;
use std::{thread, time::Duration};

/// A kettle that needs no runtime: a thread sleeps, and then sends word.
fn kettle() -> oneshot::Receiver<()> {
    let (boils, water) = oneshot::channel();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(1));
        boils.send(()).expect("the tea waits for its water");
    });
    water
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    kettle().await.unwrap();
    println!("tea {n}: poured");
}

fn main() {
    println!("futures");
    futures::executor::block_on(tea(1));

    println!("smol");
    smol::block_on(tea(2));

    println!("Tokio");
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.build().unwrap().block_on(tea(3));
}
