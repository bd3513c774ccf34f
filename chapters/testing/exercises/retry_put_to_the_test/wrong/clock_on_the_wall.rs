//! Two versions of a retry. Is either of them right?

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::future::{BoxFuture, FutureExt};
use tokio::time::sleep;

/// What is tried: gets the number of the try, from 1 on.
pub type Work = Box<dyn FnMut(u32) -> Result<u32, String> + Send>;

/// A version of the retry.
pub type Retry = fn(Work) -> BoxFuture<'static, Result<u32, String>>;

/// When each try was made, and what came of it all, and when: in milliseconds.
async fn run(
    retry: Retry,
    works_at: u32,
) -> (Vec<u128>, Result<u32, String>, u128) {
    let tries = Arc::new(Mutex::new(Vec::new()));
    let start = Instant::now();
    let log = tries.clone();
    let work: Work = Box::new(move |attempt| {
        log.lock().unwrap().push(start.elapsed().as_millis());
        if attempt < works_at {
            Err(format!("busy {attempt}"))
        } else {
            Ok(attempt)
        }
    });
    let answer = retry(work).await;
    let tries = tries.lock().unwrap().clone();
    (tries, answer, start.elapsed().as_millis())
}

/// Whether this retry tries, waits and answers as it should.
pub async fn is_right(retry: Retry) -> bool {
    let never = Err("busy 5".to_owned());
    run(retry, 1).await == (vec![0], Ok(1), 0)
        && run(retry, 4).await == (vec![0, 1000, 3000, 7000], Ok(4), 7000)
        && run(retry, 9).await
            == (vec![0, 1000, 3000, 7000, 15000], never, 15000)
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
