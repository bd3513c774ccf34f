//! A bridge around one future. Watch who polls the tea, and who wakes it.
use std::{future::poll_fn, pin::pin, thread, time::Duration};
use tokio::runtime::{Builder, Handle};

fn polled_by() -> String {
    thread::current().name().unwrap().to_owned()
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on, polled by {}", polled_by());
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured, polled by {}", polled_by());
}

/// The same future, but each of its polls finds the runtime.
async fn on<F: Future>(runtime: Handle, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _inside = runtime.enter();
        future.as_mut().poll(context)
    })
    .await
}

fn main() {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.enable_all().worker_threads(1).build().unwrap();
    let cup = smol::spawn(on(runtime.handle().clone(), tea(1)));
    smol::block_on(cup);
}
