//! A second shop, for when the first has nothing. Watch where the error ends.
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
    let price = if let Ok(price) = price(1).await {
        price
    } else {
        price(2).await.unwrap()
    };
    println!("main: {price}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(cheapest()).await.unwrap();
}
