//! Ten cups, each with a state. Watch the clock, and how often they are polled.
use futures::future::join_all;
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use timeline::LaneExt;
use tokio::time::{Sleep, sleep};

enum State {
    Ordered,
    Waiting(Pin<Box<Sleep>>),
    Poured,
}

struct Tea {
    n: u32,
    state: State,
}

fn tea(n: u32) -> Tea {
    let state = State::Ordered;
    Tea { n, state }
}

impl Future for Tea {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let n = self.n;
        loop {
            match &mut self.state {
                State::Ordered => {
                    println!("tea {n}: kettle on");
                    let sleep = Box::pin(sleep(Duration::from_secs(1)));
                    self.state = State::Waiting(sleep);
                }
                State::Waiting(sleep) => {
                    if sleep.as_mut().poll(cx).is_pending() {
                        return Poll::Pending; // not yet
                    }
                    println!("tea {n}: poured");
                    self.state = State::Poured;
                    return Poll::Ready(());
                }
                State::Poured => panic!("tea {n} was polled after Ready"),
            }
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    join_all((1..=10).map(|n| tea(n).lane(format!("tea {n}")))).await;
}
