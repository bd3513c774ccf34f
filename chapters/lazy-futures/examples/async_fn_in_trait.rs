//! Two drinks, one trait. Watch which of them has to be waited for.
use std::time::Duration;
use tokio::time::sleep;

trait Drink {
    async fn serve(&self, n: u32);
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

async fn twice(drink: &impl Drink) {
    drink.serve(1).await;
    drink.serve(2).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    twice(&Tea).await;
    twice(&Milk).await;
}
