//! Two jobs come in before either worker waits. Watch who gets up.
use std::pin::pin;
use tokio::sync::Notify;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let jobs = Notify::new();
    let mut first = pin!(jobs.notified());
    let mut second = pin!(jobs.notified());
    println!("both workers have looked: there is no job");

    jobs.notify_one();
    jobs.notify_one();
    println!("two jobs have come in");

    first.as_mut().await;
    println!("worker 1: takes a job");
    second.as_mut().await;
    println!("worker 2: takes a job");
}
