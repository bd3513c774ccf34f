//! A large future, and what it is made of. Watch which part is to blame.
use std::hint::black_box;
use std::time::Duration;
use tokio::time::sleep;

async fn wait() {
    sleep(Duration::from_secs(1)).await;
}

async fn read() -> usize {
    let mut buffer = [0_u8; 8192];
    wait().await;
    black_box(&mut buffer).len()
}

async fn price(bytes: usize) -> u32 {
    wait().await;
    bytes as u32
}

async fn answer() -> u32 {
    let bytes = read().await;
    price(bytes).await
}

async fn answer_boxed() -> u32 {
    let bytes = Box::pin(read()).await;
    price(bytes).await
}

fn size(name: &str, future: &impl Future) {
    println!("{name}: {} bytes", size_of_val(future));
}

fn main() {
    size("wait", &wait());
    size("price", &price(1));
    size("read", &read());
    size("answer", &answer());
    size("answer, with its read in a box", &answer_boxed());
}
