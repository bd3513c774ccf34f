//! Two pieces of work in one list. Read the error.
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let work = vec![
        async {
            sleep(Duration::from_millis(200)).await;
            println!("goods: reserved");
        },
        async {
            sleep(Duration::from_millis(100)).await;
            println!("card: charged");
        },
    ];
    join_all(work).await;
}
