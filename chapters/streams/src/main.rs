//! A shop tells its orders page by page. Watch when each page is fetched.
use futures::{Stream, StreamExt, stream};
use std::{pin::pin, time::Duration};
use tokio::time::sleep;

#[timeline::lane("fetch {page}")]
async fn fetch(page: u32) -> Vec<u32> {
    println!("fetch {page}: asked");
    sleep(Duration::from_millis(300)).await;
    println!("fetch {page}: here");
    vec![2 * page - 1, 2 * page]
}

fn pages() -> impl Stream<Item = Vec<u32>> {
    stream::unfold(1, async |page| {
        if page > 3 {
            return None; // the stream ends here
        }
        Some((fetch(page).await, page + 1))
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut pages = pin!(pages());
    while let Some(orders) = pages.next().await {
        println!("main: orders {orders:?}");
        sleep(Duration::from_millis(200)).await; // packs them
        println!("main: packed");
    }
}
