//! The configuration changes while an order is under way. Watch its receipt.
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::time::sleep;

struct Config {
    currency: &'static str,
    price: u32,
}

type Shared = RwLock<Arc<Config>>;

async fn order(config: &Shared) {
    let price = config.read().unwrap().price;
    sleep(Duration::from_millis(200)).await; // pays
    let currency = config.read().unwrap().currency;
    println!("order: {price} {currency}");
}

async fn reload(config: &Shared) {
    sleep(Duration::from_millis(100)).await;
    let new = Config {
        currency: "yen",
        price: 480,
    };
    *config.write().unwrap() = Arc::new(new);
    println!("reload: now in yen");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let old = Config {
        currency: "euros",
        price: 3,
    };
    let config = RwLock::new(Arc::new(old));
    tokio::join!(order(&config), reload(&config));
    order(&config).await;
}
