//! A transfer is aborted while it has the lock. Watch what the next one finds.
use std::sync::Arc;
use std::time::Duration;
use timeline::LaneExt;
use tokio::sync::Mutex;
use tokio::time::sleep;

struct Accounts {
    from: i32,
    to: i32,
}

async fn write_the_log() {
    sleep(Duration::from_millis(500)).await;
}

async fn transfer(accounts: Arc<Mutex<Accounts>>) {
    let mut accounts = accounts.lock().await;
    accounts.from -= 30;
    write_the_log().await;
    accounts.to += 30;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let accounts = Arc::new(Mutex::new(Accounts { from: 100, to: 0 }));
    let transfer = transfer(Arc::clone(&accounts)).lane("transfer");
    let transfer = tokio::spawn(transfer);
    sleep(Duration::from_millis(100)).await;
    transfer.abort();

    let look = async {
        let accounts = accounts.lock().await;
        println!("from {}, to {}", accounts.from, accounts.to);
    };
    look.lane("the next one").await;
}
