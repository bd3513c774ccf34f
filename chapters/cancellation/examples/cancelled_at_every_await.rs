//! Two bags go from the tin into the pot. Watch which polls lose some.
use std::cell::Cell;
use std::pin::pin;
use std::task::{Context, Waker};
use tokio::task::yield_now;

async fn two_bags(tin: &Cell<u32>, pot: &Cell<u32>) {
    yield_now().await; // goes to the tin
    tin.set(tin.get() - 2);
    yield_now().await; // goes to the pot
    pot.set(pot.get() + 1);
    yield_now().await; // waits for the steam
    pot.set(pot.get() + 1);
}

/// Polls a future so many times, then drops it. Was it ready?
fn polled(times: u32, future: impl Future) -> bool {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..times).any(|_| future.as_mut().poll(&mut context).is_ready())
}

fn main() {
    for polls in 0.. {
        let (tin, pot) = (Cell::new(10), Cell::new(0));
        let ready = polled(polls, two_bags(&tin, &pot));
        let (tin, pot) = (tin.get(), pot.get());
        let lost = 10 - tin - pot;
        println!("{polls} polls: tin {tin}, pot {pot}, lost {lost}");
        if ready {
            break;
        }
    }
}
