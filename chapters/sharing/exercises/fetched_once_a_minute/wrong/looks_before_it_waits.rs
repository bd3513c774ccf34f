//! Looks, waits in line, and fetches without another look.

use std::sync::Mutex;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

/// A price, and when it has come.
type Fetched = (u32, Instant);

/// A price that is kept for a while.
#[derive(Debug)]
pub struct Price {
    fresh_for: Duration,
    fetched: Mutex<Option<Fetched>>,
    line: tokio::sync::Mutex<()>,
}

impl Price {
    /// The price is fetched again when it came `fresh_for` ago.
    pub fn new(fresh_for: Duration) -> Self {
        Self {
            fresh_for,
            fetched: Mutex::new(None),
            line: tokio::sync::Mutex::new(()),
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
        let fetched = *self.fetched.lock().unwrap();
        if let Some((price, at)) = fetched
            && at.elapsed() < self.fresh_for
        {
            return Ok(price);
        }
        let _first = self.line.lock().await;
        let price = fetch().await?;
        *self.fetched.lock().unwrap() = Some((price, Instant::now()));
        Ok(price)
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
