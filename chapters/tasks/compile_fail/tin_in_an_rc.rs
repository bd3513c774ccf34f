//! Three tasks, one tin of tea. Watch what the compiler says.
use std::{rc::Rc, time::Duration};
use tokio::time::sleep;

async fn tea(n: u32, tin: &str) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: {tin}, poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = Rc::new(String::from("Darjeeling"));
    let mut cups = Vec::new();
    for n in 1..=3 {
        let tin = Rc::clone(&tin);
        cups.push(tokio::spawn(async move { tea(n, &tin).await }));
    }
    for cup in cups {
        cup.await.unwrap();
    }
}
