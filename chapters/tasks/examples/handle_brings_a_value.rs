//! Two teas, the second one quicker. Watch when each cup is on the table.
use std::time::Duration;
use tokio::time::sleep;

async fn tea(n: u32, millis: u64) -> String {
    println!("tea {n}: kettle on");
    sleep(Duration::from_millis(millis)).await;
    println!("tea {n}: poured");
    format!("cup {n}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let first = tokio::spawn(tea(1, 1000));
    let second = tokio::spawn(tea(2, 500));
    for handle in [first, second] {
        let cup: String = handle.await.unwrap();
        println!("main: {cup} is on the table");
    }
}
