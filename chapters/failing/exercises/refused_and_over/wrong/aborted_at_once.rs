//! An order of three parts, and the card is refused. Watch the other two.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use timeline::LaneExt;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// A part of an order. It listens to a token that it has got elsewhere.
pub type Part = BoxFuture<'static, Result<(), String>>;

/// Runs the parts as tasks. After the first error, it cancels `stop`, gives the
/// others `grace`, and aborts who is left. When it returns, all have ended.
///
/// # Errors
/// The first error of a part.
pub async fn all_or_none(
    parts: Vec<Part>,
    stop: &CancellationToken,
    grace: Duration,
) -> Result<(), String> {
    _ = grace;
    let mut tasks: JoinSet<_> = parts.into_iter().collect();
    while let Some(ended) = tasks.join_next().await {
        let result = ended.unwrap_or_else(|panic| Err(panic.to_string()));
        if result.is_err() {
            stop.cancel();
            tasks.shutdown().await;
            return result;
        }
    }
    Ok(())
}

async fn card() -> Result<(), String> {
    sleep(Duration::from_millis(100)).await;
    Err("the card was refused".to_owned())
}

/// Takes 300 ms, or 100 ms to give back what it holds.
async fn part(name: &str, stop: CancellationToken) -> Result<(), String> {
    let work = sleep(Duration::from_millis(300));
    if stop.run_until_cancelled(work).await.is_some() {
        println!("{name}: done");
    } else {
        sleep(Duration::from_millis(100)).await;
        println!("{name}: given back");
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stop = CancellationToken::new();
    let parts: Vec<Part> = vec![
        part("stock", stop.clone()).lane("stock").boxed(),
        card().lane("card").boxed(),
        part("parcel", stop.clone()).lane("parcel").boxed(),
    ];
    let grace = Duration::from_millis(200);
    let order = all_or_none(parts, &stop, grace).lane("order").await;
    println!("main: {order:?}");
    sleep(2 * grace).await; // other orders
}

#[cfg(test)]
#[path = "../../../chapters/failing/exercises/refused_and_over/tests.rs"]
mod tests;
