//! A price is read from a text, in a task. Read the error.
use tokio::task::yield_now;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let reader = tokio::spawn(async {
        yield_now().await;
        let price: u32 = "thirty".parse()?;
        println!("reader: {price}");
        Ok(())
    });
    println!("main: {:?}", reader.await.unwrap());
}
