//! Blocks where it cannot await.

use futures::executor::block_on;

pub async fn cheapest_first<F: Future<Output = u32>>(
    mut kitchens: Vec<&'static str>,
    price: impl Fn(&'static str) -> F,
) -> Vec<&'static str> {
    kitchens.sort_by_key(|kitchen| block_on(price(kitchen)));
    kitchens
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let price = async |kitchen: &'static str| kitchen.len() as u32;
    println!("{:?}", cheapest_first(vec!["Corner", "Ada's"], price).await);
}
