//! Three teas are joined, and the first takes longest. Whose cup comes first?

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// Futures that are not ready yet, and the outputs of the others.
pub struct JoinOutputs<F: Future> {
    waiting: Vec<Pin<Box<F>>>,
    outputs: Vec<F::Output>,
}

/// Gives the outputs of all futures, in the order of the list.
pub fn join_outputs<F>(futures: Vec<F>) -> JoinOutputs<F>
where
    F: Future<Output: Unpin>,
{
    JoinOutputs {
        waiting: futures.into_iter().map(Box::pin).collect(),
        outputs: Vec::new(),
    }
}

impl<F: Future<Output: Unpin>> Future for JoinOutputs<F> {
    type Output = Vec<F::Output>;

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        let Self { waiting, outputs } = &mut *self;
        waiting.retain_mut(|future| match future.as_mut().poll(cx) {
            Poll::Pending => true,
            Poll::Ready(output) => {
                outputs.push(output);
                false
            }
        });
        if !waiting.is_empty() {
            return Poll::Pending;
        }
        Poll::Ready(mem::take(outputs))
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

#[cfg(test)]
#[path = "../../../chapters/future-by-hand/exercises/join_with_outputs/tests.rs"]
mod tests;
