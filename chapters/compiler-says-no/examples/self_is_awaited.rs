//! A shop that packs two orders at a time. Watch what is spawned.
use std::time::Duration;
use tokio::time::sleep;

struct Shop {
    name: String,
}

impl Shop {
    async fn pack(&self, n: u32) {
        sleep(Duration::from_millis(100)).await;
        println!("{}: order {n} packed", self.name);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let shop = Shop {
        name: "Corner".into(),
    };
    tokio::join!(shop.pack(1), shop.pack(2));
}
