//! Sorts pairs, and so looks at the names as well.

use futures::future::join_all;

pub async fn cheapest_first<F: Future<Output = u32>>(
    kitchens: Vec<&'static str>,
    price: impl Fn(&'static str) -> F,
) -> Vec<&'static str> {
    let asked = kitchens
        .into_iter()
        .map(async |kitchen| (price(kitchen).await, kitchen));
    let mut priced = join_all(asked).await;
    priced.sort();
    priced.into_iter().map(|(_, kitchen)| kitchen).collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let price = async |kitchen: &'static str| kitchen.len() as u32;
    println!("{:?}", cheapest_first(vec!["Corner", "Ada's"], price).await);
}
