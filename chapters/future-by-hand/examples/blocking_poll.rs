//! Ten cups, and a `poll` that waits for the water. Watch the clock.
use futures::future::join_all;
use std::{
    pin::Pin,
    task::{Context, Poll},
    thread,
    time::Duration,
};
use timeline::LaneExt;

struct Tea(u32);

impl Future for Tea {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        println!("tea {}: kettle on", self.0);
        thread::sleep(Duration::from_secs(1)); // Oops!
        println!("tea {}: poured", self.0);
        Poll::Ready(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    join_all((1..=10).map(|n| Tea(n).lane(format!("tea {n}")))).await;
}
