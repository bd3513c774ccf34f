//! Hello from a future, with a runtime. Watch the one line more.

async fn hello() {
    println!("hello");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    hello().await;
}
