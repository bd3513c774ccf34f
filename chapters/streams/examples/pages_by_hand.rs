//! The same pages, from a `poll_next` of our own. Watch the picture.
use futures::{Stream, StreamExt};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("fetch {page}")]
async fn fetch(page: u32) -> Vec<u32> {
    println!("fetch {page}: asked");
    sleep(Duration::from_millis(300)).await;
    println!("fetch {page}: here");
    vec![2 * page - 1, 2 * page]
}

struct Pages {
    page: u32,
    fetching: Option<Pin<Box<dyn Future<Output = Vec<u32>>>>>,
}

impl Stream for Pages {
    type Item = Vec<u32>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Vec<u32>>> {
        let page = self.page;
        if page > 3 {
            return Poll::Ready(None);
        }
        let begin = || Box::pin(fetch(page)) as _;
        let fetching = self.fetching.get_or_insert_with(begin);
        let orders = ready!(fetching.as_mut().poll(context));
        self.fetching = None;
        self.page += 1;
        Poll::Ready(Some(orders))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (page, fetching) = (1, None);
    let mut pages = Pages { page, fetching };
    while let Some(orders) = pages.next().await {
        println!("main: orders {orders:?}");
    }
}
