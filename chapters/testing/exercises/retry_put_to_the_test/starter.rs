//! Two versions of a retry. Is either of them right?

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use tokio::time::sleep;

/// What is tried: gets the number of the try, from 1 on.
pub type Work = Box<dyn FnMut(u32) -> Result<u32, String> + Send>;

/// A version of the retry.
pub type Retry = fn(Work) -> BoxFuture<'static, Result<u32, String>>;

/// Whether this retry tries, waits and answers as it should.
pub async fn is_right(retry: Retry) -> bool {
    let work: Work = Box::new(|attempt| match attempt {
        1..4 => Err(format!("busy {attempt}")),
        _ => Ok(attempt),
    });
    retry(work).await == Ok(4)
}

/// Does as it should.
fn well(mut work: Work) -> BoxFuture<'static, Result<u32, String>> {
    let retry = async move {
        for attempt in 1..5 {
            if let Ok(done) = work(attempt) {
                return Ok(done);
            }
            sleep(Duration::from_secs(1 << (attempt - 1))).await;
        }
        work(5)
    };
    retry.boxed()
}

/// Hammers at the server.
fn hasty(mut work: Work) -> BoxFuture<'static, Result<u32, String>> {
    async move {
        (1..5)
            .find_map(|it| work(it).ok())
            .map_or_else(|| work(5), Ok)
    }
    .boxed()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::time::pause();
    println!("well: {}", is_right(well).await);
    println!("hasty: {}", is_right(hasty).await);
}

#[cfg(test)]
#[path = "../../../chapters/testing/exercises/retry_put_to_the_test/tests.rs"]
mod tests;
