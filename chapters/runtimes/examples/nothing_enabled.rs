//! A nap and a socket, on four runtimes. Watch the messages.
use std::{panic, time::Duration};
use tokio::{net::TcpListener, runtime::Builder, time::sleep};

async fn nap() {
    sleep(Duration::from_millis(10)).await;
    println!("  slept");
}

async fn listen() {
    TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("  listened");
}

fn try_both(builder: &mut Builder) {
    let runtime = builder.build().unwrap();
    _ = runtime.block_on(runtime.spawn(nap())); // an Err if it panicked
    _ = runtime.block_on(runtime.spawn(listen()));
}

fn main() {
    panic::set_hook(Box::new(|panic| {
        println!("  panic: {}", panic.payload_as_str().unwrap());
    }));
    println!("nothing enabled");
    try_both(&mut Builder::new_current_thread());
    println!("enable_time");
    try_both(Builder::new_current_thread().enable_time());
    println!("enable_io");
    try_both(Builder::new_current_thread().enable_io());
    println!("enable_all");
    try_both(Builder::new_current_thread().enable_all());
}
