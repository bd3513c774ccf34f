//! A second shop, for when the first has nothing. Watch what is kept.
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
    let first = price(1).await.map_err(|e| e.to_string());
    let price = match first {
        Ok(price) => price,
        Err(e) => {
            println!("shop 1: {e}");
            price(2).await.unwrap()
        }
    };
    println!("main: {price}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(cheapest()).await.unwrap();
}
