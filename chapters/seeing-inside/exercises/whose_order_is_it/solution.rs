//! Two orders, and a log that asks whose they are. Watch who is poured.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;

thread_local!(static ORDER: Cell<Option<u32>> = const { Cell::new(None) });

/// The order that this code works for.
pub fn current() -> Option<u32> {
    ORDER.get()
}

/// The future, working for this order: in all its polls, and nowhere else.
pub async fn within<F: Future>(id: u32, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _before = Before(ORDER.replace(Some(id)));
        future.as_mut().poll(context)
    })
    .await
}

/// The order from before, put back at the end of a poll, also by a panic.
struct Before(Option<u32>);

impl Drop for Before {
    fn drop(&mut self) {
        ORDER.set(self.0);
    }
}

async fn tea(ms: u64) {
    println!("kettle on for {:?}", current());
    sleep(Duration::from_millis(ms)).await;
    println!("poured for {:?}", current());
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::join!(within(1, tea(100)), within(2, tea(200)), tea(300));
}

#[cfg(test)]
#[path = "../../../chapters/seeing-inside/exercises/whose_order_is_it/tests.rs"]
mod tests;
