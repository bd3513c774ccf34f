//! Two drinks in one list, and their futures boxed. Watch the order.
use std::{pin::Pin, time::Duration};
use tokio::time::sleep;

type Served = Pin<Box<dyn Future<Output = ()>>>;

trait Drink {
    fn serve(&self, n: u32) -> Served;
}

struct Tea;

impl Drink for Tea {
    fn serve(&self, n: u32) -> Served {
        Box::pin(async move {
            println!("tea {n}: kettle on");
            sleep(Duration::from_secs(1)).await;
            println!("tea {n}: poured");
        })
    }
}

struct Milk;

impl Drink for Milk {
    fn serve(&self, n: u32) -> Served {
        Box::pin(async move { println!("milk {n}: poured") })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let drinks: [&dyn Drink; 2] = [&Tea, &Milk];
    for drink in drinks {
        drink.serve(1).await;
    }
}
