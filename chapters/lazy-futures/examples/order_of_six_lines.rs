//! Six lines. Write down their order before you run it.
use std::time::Duration;
use tokio::time::sleep;

fn shelf() -> u32 {
    println!("shelf: a cup taken");
    1
}

async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cup = tea(shelf());
    let milk = async { println!("milk: poured") };
    println!("main: all ordered");
    milk.await;
    println!("main: tea next");
    cup.await;
}
