//! Two pieces of work in one list. Watch how many blocks there are.
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let work = [(200, "goods: reserved"), (100, "card: charged")].map(
        |(pause, done)| async move {
            sleep(Duration::from_millis(pause)).await;
            println!("{done}");
        },
    );
    join_all(work).await;
}
