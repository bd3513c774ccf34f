//! Awaits the first three of the list, one after the other.

use std::time::Duration;

pub async fn first_three<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut cups = Vec::new();
    for future in futures.into_iter().take(3) {
        cups.push(future.await);
    }
    cups
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tea = |n: u64| async move {
        tokio::time::sleep(Duration::from_millis(10 * n)).await;
        n
    };
    println!("{:?}", first_three((1..=5).map(tea).collect()).await);
}
