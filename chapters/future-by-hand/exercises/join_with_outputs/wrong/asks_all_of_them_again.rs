//! Takes the outputs when all are ready in the same poll.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// Futures that are not ready yet, and the outputs of the others.
pub struct JoinOutputs<F: Future> {
    futures: Vec<Pin<Box<F>>>,
}

/// Gives the outputs of all futures, in the order of the list.
pub fn join_outputs<F>(futures: Vec<F>) -> JoinOutputs<F>
where
    F: Future<Output: Unpin>,
{
    JoinOutputs {
        futures: futures.into_iter().map(Box::pin).collect(),
    }
}

impl<F: Future<Output: Unpin>> Future for JoinOutputs<F> {
    type Output = Vec<F::Output>;

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        let mut outputs = Vec::new();
        let mut pending = false;
        for future in &mut self.futures {
            match future.as_mut().poll(cx) {
                Poll::Ready(output) => outputs.push(output),
                Poll::Pending => pending = true,
            }
        }
        if pending {
            return Poll::Pending;
        }
        Poll::Ready(outputs)
    }
}

async fn tea(n: u64) -> u64 {
    sleep(Duration::from_millis(400 - 100 * n)).await;
    println!("tea {n}: poured");
    n
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let teas = (1..=3).map(|n| tea(n).lane(format!("tea {n}")));
    let cups = join_outputs(teas.collect()).await;
    println!("cups, as they were ordered: {cups:?}");
}
