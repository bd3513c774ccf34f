//! Two guests with one key. Watch how often the card is charged.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// What was done, by its key.
#[derive(Debug, Default)]
pub struct Keys {
    done: Mutex<HashMap<String, u32>>,
    under_way: Mutex<HashSet<String>>,
}

impl Keys {
    /// Does the work, unless it has been done under this key, and gives what
    /// it gave.
    ///
    /// # Errors
    /// What the work fails with. It is not kept.
    pub async fn once<F>(
        &self,
        key: &str,
        work: impl FnOnce() -> F,
    ) -> Result<u32, String>
    where
        F: Future<Output = Result<u32, String>>,
    {
        let done = self.done.lock().unwrap().get(key).copied();
        if let Some(done) = done {
            return Ok(done);
        }
        if !self.under_way.lock().unwrap().insert(key.to_owned()) {
            return Err("it is under way".to_owned());
        }
        let end = work().await;
        if let Ok(done) = end {
            self.done.lock().unwrap().insert(key.to_owned(), done);
        }
        self.under_way.lock().unwrap().remove(key);
        end
    }
}

async fn charge() -> Result<u32, String> {
    println!("the card is charged");
    sleep(Duration::from_millis(300)).await;
    Ok(7)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let keys = Keys::default();
    let guest = async |after| {
        sleep(Duration::from_millis(after)).await;
        keys.once("order 1", charge).await
    };
    let (first, again) = tokio::join!(
        guest(0).lane("guest 1"),
        guest(100).lane("guest 1, again")
    );
    println!("main: {first:?}, {again:?}");
}

#[cfg(test)]
#[path = "../../../chapters/service/exercises/ordered_once/tests.rs"]
mod tests;
