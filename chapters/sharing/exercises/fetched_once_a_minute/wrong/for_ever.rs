//! Keeps the first price for ever.

use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::OnceCell;
use tokio::time::sleep;

/// A price that is kept for a while.
#[derive(Debug)]
pub struct Price {
    fetched: OnceCell<u32>,
}

impl Price {
    /// The price is fetched again when it came `fresh_for` ago.
    pub fn new(fresh_for: Duration) -> Self {
        let _ = fresh_for;
        Self {
            fetched: OnceCell::new(),
        }
    }

    /// The price, fetched where it is not fresh.
    ///
    /// # Errors
    /// That of the fetch, which is not kept.
    pub async fn get<F>(&self, fetch: impl FnOnce() -> F) -> Result<u32, String>
    where
        F: Future<Output = Result<u32, String>>,
    {
        self.fetched.get_or_try_init(fetch).await.copied()
    }
}

async fn fetch() -> Result<u32, String> {
    println!("fetched over the network");
    sleep(Duration::from_millis(300)).await;
    Ok(240)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let price = Price::new(Duration::from_millis(500));
    let ask = async |name: &str| {
        let answer = price.get(|| fetch().lane("fetch")).await;
        println!("{name}: {answer:?}");
    };
    tokio::join!(
        ask("Ada").lane("Ada"),
        ask("Bob").lane("Bob"),
        ask("Cy").lane("Cy"),
    );
    sleep(Duration::from_millis(600)).await;
    ask("Di").lane("Di").await;
}
