//! Two orders of one service, two parts each. Watch who stops when.
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

#[timeline::lane("{name}")]
async fn part(name: &str, stop: CancellationToken) {
    stop.cancelled().await;
    println!("{name}: stops");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tenth = Duration::from_millis(100);
    let service = CancellationToken::new();
    let (order_1, order_2) = (service.child_token(), service.child_token());
    let parts = TaskTracker::new();
    parts.spawn(part("card 1", order_1.child_token()));
    parts.spawn(part("parcel 1", order_1.child_token()));
    parts.spawn(part("card 2", order_2.child_token()));
    parts.spawn(part("parcel 2", order_2.child_token()));

    sleep(2 * tenth).await;
    println!("main: cancels order 1");
    order_1.cancel();
    sleep(2 * tenth).await;
    println!("main: cancels the service");
    service.cancel();
    let late = order_2.child_token();
    println!("main: a late part of order 2? {}", late.is_cancelled());
    parts.close();
    parts.wait().await;
}
