//! A transfer is dropped after every number of polls. Watch the sum.

use std::pin::pin;
use std::task::{Context, Waker};

use tokio::sync::{Mutex, MutexGuard};
use tokio::task::yield_now;

pub struct Account {
    pub number: u32,
    pub balance: Mutex<u64>,
}

impl Account {
    pub fn new(number: u32, balance: u64) -> Self {
        let balance = Mutex::new(balance);
        Self { number, balance }
    }

    pub async fn open(&self) -> MutexGuard<'_, u64> {
        yield_now().await; // goes to the safe
        self.balance.lock().await
    }
}

/// Moves so much, and gives whether there was enough.
pub async fn transfer(from: &Account, to: &Account, sum: u64) -> bool {
    let mut balance = from.open().await;
    if *balance < sum {
        return false;
    }
    *balance -= sum;
    drop(balance);
    *to.open().await += sum;
    true
}

/// Polls a future so many times, then drops it. Was it ready?
fn polled(times: u32, future: impl Future) -> bool {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..times).any(|_| future.as_mut().poll(&mut context).is_ready())
}

fn main() {
    for polls in 0.. {
        let (ada, bob) = (Account::new(1, 100), Account::new(2, 0));
        let ready = polled(polls, transfer(&ada, &bob, 30));
        let [a, b] = [&ada, &bob].map(|it| *it.balance.try_lock().unwrap());
        print!("{polls} polls: account {} has {a}, ", ada.number);
        println!("account {} has {b}: {} in all", bob.number, a + b);
        if ready {
            break;
        }
    }
}

#[cfg(test)]
#[path = "../../../chapters/cancellation/exercises/money_moves_whole/tests.rs"]
mod tests;
