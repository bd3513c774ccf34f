//! Four ways to a runtime. Watch who polls the body, and who polls the task.
use std::thread;
use tokio::runtime::{Builder, Handle, Runtime};

fn polled(what: &str) {
    let thread = thread::current();
    println!("  {what}: polled by {}", thread.name().unwrap_or("nobody"));
}

async fn look_around() {
    let runtime = Handle::current();
    let workers = runtime.metrics().num_workers();
    println!("  {:?}, workers: {workers}", runtime.runtime_flavor());
    polled("the body");
    tokio::spawn(async { polled("a task") }).await.unwrap();
}

#[tokio::main]
async fn attribute() {
    look_around().await;
}

fn main() {
    println!("Runtime::new");
    let runtime = Runtime::new().unwrap();
    runtime.block_on(look_around());

    println!("Builder::new_multi_thread");
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.enable_all().worker_threads(2).build().unwrap();
    runtime.block_on(look_around());

    println!("Builder::new_current_thread");
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    runtime.block_on(look_around());

    println!("#[tokio::main]");
    attribute();
}
