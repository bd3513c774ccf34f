//! Another thread, but only for one job at a time.

use tokio::task::spawn_blocking;

pub type Chop = Box<dyn FnOnce() -> u64 + Send>;

pub async fn chop_all(chops: Vec<Chop>) -> Vec<u64> {
    let mut all = Vec::new();
    for chop in chops {
        all.push(spawn_blocking(chop).await.unwrap());
    }
    all
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{:?}", chop_all(vec![Box::new(|| 1)]).await);
}
