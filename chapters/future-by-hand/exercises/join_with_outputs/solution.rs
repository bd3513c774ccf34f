//! Three teas are joined, and the first takes longest. Whose cup comes first?

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// What has become of a future in the list.
enum Place<F: Future> {
    Waiting(Pin<Box<F>>),
    Done(F::Output),
    Taken,
}

/// The futures, each in its place, until all are done.
pub struct JoinOutputs<F: Future>(Vec<Place<F>>);

/// Gives the outputs of all futures, in the order of the list.
pub fn join_outputs<F>(futures: Vec<F>) -> JoinOutputs<F>
where
    F: Future<Output: Unpin>,
{
    let waiting = |future| Place::Waiting(Box::pin(future));
    JoinOutputs(futures.into_iter().map(waiting).collect())
}

impl<F: Future<Output: Unpin>> Future for JoinOutputs<F> {
    type Output = Vec<F::Output>;

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        let mut all_done = true;
        for place in &mut self.0 {
            let Place::Waiting(future) = place else {
                continue;
            };
            match future.as_mut().poll(cx) {
                Poll::Ready(output) => *place = Place::Done(output),
                Poll::Pending => all_done = false,
            }
        }
        if !all_done {
            return Poll::Pending;
        }
        let take = |place| match mem::replace(place, Place::Taken) {
            Place::Done(output) => output,
            _ => panic!("a join was polled after Ready"),
        };
        Poll::Ready(self.0.iter_mut().map(take).collect())
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
