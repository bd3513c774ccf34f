//! A shop that packs in the background. Watch who owns the shop.
use std::{sync::Arc, time::Duration};
use tokio::{task::JoinHandle, time::sleep};

struct Shop {
    name: String,
}

impl Shop {
    fn pack_aside(self: &Arc<Self>, n: u32) -> JoinHandle<()> {
        let shop = Arc::clone(self);
        tokio::spawn(async move { shop.pack(n).await })
    }

    async fn pack(&self, n: u32) {
        sleep(Duration::from_millis(100)).await;
        println!("{}: order {n} packed", self.name);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let shop = Arc::new(Shop {
        name: "Corner".into(),
    });
    let (one, two) = (shop.pack_aside(1), shop.pack_aside(2));
    one.await.unwrap();
    two.await.unwrap();
}
