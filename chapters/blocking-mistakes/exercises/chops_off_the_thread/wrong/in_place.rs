//! Asks a runtime of one thread to move its tasks to another.

use futures::future::join_all;
use tokio::task::block_in_place;

pub type Chop = Box<dyn FnOnce() -> u64 + Send>;

pub async fn chop_all(chops: Vec<Chop>) -> Vec<u64> {
    let run = |chop: Chop| async { block_in_place(chop) };
    join_all(chops.into_iter().map(run)).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{:?}", chop_all(vec![Box::new(|| 1)]).await);
}
