//! Two drinks in one list. Watch what the compiler says.
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

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let drinks: [&dyn Drink; 2] = [&Tea, &Milk]; // Oops!
    for drink in drinks {
        drink.serve(1).await;
    }
}
