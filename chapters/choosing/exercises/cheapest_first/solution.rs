//! Three kitchens and their prices. Watch when each is asked.

use std::time::Duration;

use futures::future::join_all;
use timeline::LaneExt;
use tokio::time::sleep;

/// Asks each kitchen for its price, and puts the cheapest first.
pub async fn cheapest_first<F: Future<Output = u32>>(
    kitchens: Vec<&'static str>,
    price: impl Fn(&'static str) -> F,
) -> Vec<&'static str> {
    // First all that waits, then a sort that needs no await.
    let prices = join_all(kitchens.iter().map(|kitchen| price(kitchen))).await;
    let mut priced: Vec<_> = prices.into_iter().zip(kitchens).collect();
    priced.sort_by_key(|(price, _)| *price);
    priced.into_iter().map(|(_, kitchen)| kitchen).collect()
}

async fn price(kitchen: &'static str) -> u32 {
    println!("{kitchen}: how much is a cup?");
    sleep(Duration::from_millis(400)).await;
    kitchen.len() as u32
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let kitchens = vec!["Coppersmith's", "Ada's", "Corner"];
    let asked = |kitchen| price(kitchen).lane(kitchen);
    println!("{:?}", cheapest_first(kitchens, asked).await);
}

#[cfg(test)]
#[path = "../../../chapters/choosing/exercises/cheapest_first/tests.rs"]
mod tests;
