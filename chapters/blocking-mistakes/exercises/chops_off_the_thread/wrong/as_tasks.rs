//! Makes each job a task, on the same thread.

use futures::future::join_all;

pub type Chop = Box<dyn FnOnce() -> u64 + Send>;

pub async fn chop_all(chops: Vec<Chop>) -> Vec<u64> {
    let spawn = |chop: Chop| tokio::spawn(async { chop() });
    let all = join_all(chops.into_iter().map(spawn)).await;
    all.into_iter().map(Result::unwrap).collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{:?}", chop_all(vec![Box::new(|| 1)]).await);
}
