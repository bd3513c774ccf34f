//! Puts the money back when it is dropped, if the account happens to be free.

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

struct OnItsWay<'a> {
    from: &'a Account,
    sum: u64,
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        if let Ok(mut balance) = self.from.balance.try_lock() {
            *balance += self.sum;
        }
    }
}

pub async fn transfer(from: &Account, to: &Account, sum: u64) -> bool {
    let mut balance = from.open().await;
    if *balance < sum {
        return false;
    }
    *balance -= sum;
    drop(balance);
    let mut money = OnItsWay { from, sum };
    *to.open().await += sum;
    money.sum = 0;
    true
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (ada, bob) = (Account::new(1, 100), Account::new(2, 0));
    println!("{}", transfer(&ada, &bob, 30).await);
}
