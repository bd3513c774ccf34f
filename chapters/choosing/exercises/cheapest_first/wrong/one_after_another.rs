//! Asks before it sorts, but one kitchen after another.

pub async fn cheapest_first<F: Future<Output = u32>>(
    kitchens: Vec<&'static str>,
    price: impl Fn(&'static str) -> F,
) -> Vec<&'static str> {
    let mut priced = Vec::new();
    for kitchen in kitchens {
        priced.push((price(kitchen).await, kitchen));
    }
    priced.sort_by_key(|(price, _)| *price);
    priced.into_iter().map(|(_, kitchen)| kitchen).collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let price = async |kitchen: &'static str| kitchen.len() as u32;
    println!("{:?}", cheapest_first(vec!["Corner", "Ada's"], price).await);
}
