//! Hello from a future, without a runtime. Watch who polls it.
use futures::executor::block_on;

async fn hello() {
    println!("hello");
}

fn main() {
    block_on(hello());
}
