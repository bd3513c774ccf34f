//! By hand, with an index for a reference. Watch a cup move between polls.
use futures::future::join_all;
use std::{
    pin::Pin,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};
use tokio::time::{Sleep, sleep};

struct Tea {
    guests: [String; 2],
    first: usize,
    sleep: Pin<Box<Sleep>>,
}

fn tea() -> Tea {
    let guests = ["Ada", "Grace"].map(String::from);
    let sleep = Box::pin(sleep(Duration::from_secs(1)));
    let first = 0;
    Tea {
        guests,
        first,
        sleep,
    }
}

impl Future for Tea {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.sleep.as_mut().poll(cx));
        println!("tea: poured for {}", self.guests[self.first]);
        Poll::Ready(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut cup = tea();
    let mut cx = Context::from_waker(Waker::noop());
    println!("main: {:?}", Pin::new(&mut cup).poll(&mut cx));
    let cups = vec![cup]; // moved
    join_all(cups).await;
}
