//! Two orders, and a log that asks whose they are. Watch who is poured.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::sleep;

thread_local!(static ORDER: Cell<Option<u32>> = const { Cell::new(None) });

/// The order that this code works for.
pub fn current() -> Option<u32> {
    ORDER.get()
}

/// The future, working for this order: in all its polls, and nowhere else.
pub async fn within<F: Future>(id: u32, future: F) -> F::Output {
    ORDER.set(Some(id));
    let output = future.await;
    ORDER.set(None);
    output
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
