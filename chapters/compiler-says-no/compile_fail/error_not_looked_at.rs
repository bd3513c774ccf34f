//! A second shop, for when the first has nothing. The error has no name.
use std::{error::Error, time::Duration};
use tokio::time::sleep;

async fn price(shop: u32) -> Result<u32, Box<dyn Error>> {
    sleep(Duration::from_millis(100)).await;
    if shop == 1 {
        return Err("sold out".into());
    }
    Ok(30)
}

async fn cheapest() {
    let price = match price(1).await {
        Ok(price) => price,
        Err(_) => price(2).await.unwrap(),
    };
    println!("main: {price}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(cheapest()).await.unwrap();
}
