//! Three tasks and a tin in an `Rc`, with another `spawn`. Watch it compile.
use std::{rc::Rc, time::Duration};
use tokio::{task, time::sleep};

async fn tea(n: u32, tin: &str) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: {tin}, poured");
}

async fn three_teas() {
    let tin = Rc::new(String::from("Darjeeling"));
    let mut cups = Vec::new();
    for n in 1..=3 {
        let tin = Rc::clone(&tin);
        cups.push(task::spawn_local(async move { tea(n, &tin).await }));
    }
    for cup in cups {
        cup.await.unwrap();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let kitchen = task::LocalSet::new();
    kitchen.run_until(three_teas()).await;
}
