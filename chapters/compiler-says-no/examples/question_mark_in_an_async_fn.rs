//! A price is read from a text, in a task. Watch where the type stands.
use std::num::ParseIntError;
use tokio::task::yield_now;

async fn read() -> Result<(), ParseIntError> {
    yield_now().await;
    let price: u32 = "thirty".parse()?;
    println!("reader: {price}");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let reader = tokio::spawn(read());
    println!("main: {:?}", reader.await.unwrap());
}
