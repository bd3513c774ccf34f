//! Gives before it takes: now money is made.

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
    if *from.open().await < sum {
        return false;
    }
    *to.open().await += sum;
    *from.open().await -= sum;
    true
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (ada, bob) = (Account::new(1, 100), Account::new(2, 0));
    println!("{}", transfer(&ada, &bob, 30).await);
}
