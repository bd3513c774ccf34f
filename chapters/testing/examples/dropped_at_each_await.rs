//! Seats are sold, and the sale is dropped at each await. Watch the sum.
use paused::tokio; // its clock can be paused
use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::sleep;

/// Drops the future where it would be polled once more: then it's `None`.
async fn dropped_after<T>(
    polls: u32,
    future: impl Future<Output = T>,
) -> Option<T> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| match left.checked_sub(1) {
        None => Poll::Ready(None),
        Some(fewer) => {
            left = fewer;
            future.as_mut().poll(context).map(Some)
        }
    })
    .await
}

async fn sell(free: &Cell<u32>, sold: &Cell<u32>) {
    sleep(Duration::from_secs(1)).await; // which seat?
    free.set(free.get() - 1);
    sleep(Duration::from_secs(60)).await; // pays
    sold.set(sold.get() + 1);
    sleep(Duration::from_secs(5)).await; // prints the ticket
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    for polls in 0.. {
        let (free, sold) = (Cell::new(10), Cell::new(0));
        let done = dropped_after(polls, sell(&free, &sold)).await;
        let (free, sold) = (free.get(), sold.get());
        println!("{polls} polls: {free} free, {sold} sold");
        if done.is_some() {
            break;
        }
    }
}
