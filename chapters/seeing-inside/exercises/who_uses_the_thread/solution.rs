//! A few tasks, and a table of who used the thread. Watch who is on top.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::yield_now;
use tokio::time::sleep;

/// Who used how much of the thread. A clone is the same table.
#[derive(Debug, Clone)]
pub struct Table {
    used: Arc<Mutex<BTreeMap<String, Duration>>>,
    clock: fn() -> Duration,
}

impl Table {
    /// An empty table, and the clock that it asks.
    pub fn new(clock: fn() -> Duration) -> Self {
        let used = Arc::default();
        Self { used, clock }
    }

    fn add(&self, name: &str, took: Duration) {
        let mut used = self.used.lock().unwrap();
        *used.entry(name.to_owned()).or_default() += took;
    }

    /// The name that has used the thread most, and for how long.
    pub fn top(&self) -> Option<(String, Duration)> {
        let used = self.used.lock().unwrap();
        let most = used.iter().max_by_key(|(_, took)| **took);
        most.map(|(name, took)| (name.clone(), *took))
    }

    /// The future, with what it uses of the thread noted under this name.
    pub async fn measured<F: Future>(
        &self,
        name: &str,
        future: F,
    ) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| {
            let start = (self.clock)();
            let poll = future.as_mut().poll(context);
            self.add(name, (self.clock)() - start);
            poll
        })
        .await
    }
}

fn clock() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

fn compute(until: u32) {
    let is_prime = |p: &u32| (2..*p).all(|d| !p.is_multiple_of(d));
    std::hint::black_box((2..until).filter(is_prime).count());
}

async fn waits() {
    sleep(Duration::from_millis(500)).await;
}

async fn small_pieces() {
    for _ in 0..200 {
        compute(500);
        yield_now().await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let table = Table::new(clock);
    tokio::join!(
        table.measured("waits", waits()),
        table.measured("one large piece", async { compute(2000) }),
        table.measured("small pieces", small_pieces()),
    );
    println!("on top: {:?}", table.top());
}

#[cfg(test)]
#[path = "../../../chapters/seeing-inside/exercises/who_uses_the_thread/tests.rs"]
mod tests;
