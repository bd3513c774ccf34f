//! Any drink, handed to Tokio. Watch who is served first.
use std::time::Duration;
use tokio::{task::JoinHandle, time::sleep};

trait Drink {
    fn serve(&self, n: u32) -> impl Future<Output = ()> + Send;
}

struct Tea;

impl Drink for Tea {
    async fn serve(&self, n: u32) {
        println!("tea {n}: kettle on");
        sleep(Duration::from_secs(1)).await;
        println!("tea {n}: poured");
    }
}

struct Milk;

impl Drink for Milk {
    async fn serve(&self, n: u32) {
        println!("milk {n}: poured");
    }
}

fn serve_aside<D: Drink + Send + Sync + 'static>(drink: D) -> JoinHandle<()> {
    tokio::spawn(async move { drink.serve(1).await })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tea, milk) = (serve_aside(Tea), serve_aside(Milk));
    tea.await.unwrap();
    milk.await.unwrap();
}
