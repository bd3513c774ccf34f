//! Two pieces of work in one list. Watch what the list holds.
use futures::future::{BoxFuture, join_all};
use std::time::Duration;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let work: Vec<BoxFuture<'_, ()>> = vec![
        Box::pin(async {
            sleep(Duration::from_millis(200)).await;
            println!("goods: reserved");
        }),
        Box::pin(async {
            sleep(Duration::from_millis(100)).await;
            println!("card: charged");
        }),
    ];
    join_all(work).await;
}
