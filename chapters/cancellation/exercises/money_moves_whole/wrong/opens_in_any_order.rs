//! Opens both before it moves anything, the payer's first.

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
        yield_now().await;
        self.balance.lock().await
    }
}

pub async fn transfer(from: &Account, to: &Account, sum: u64) -> bool {
    let mut source = from.open().await;
    let mut target = to.open().await;
    if *source < sum {
        return false;
    }
    *source -= sum;
    *target += sum;
    true
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (ada, bob) = (Account::new(1, 100), Account::new(2, 0));
    println!("{}", transfer(&ada, &bob, 30).await);
}
