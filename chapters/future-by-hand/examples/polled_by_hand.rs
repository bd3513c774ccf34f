//! One cup, and `main` polls it. Watch what each poll does and answers.
use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
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
    let mut cup = tea(1);
    let mut cx = Context::from_waker(Waker::noop());
    println!("main: {:?}", Pin::new(&mut cup).poll(&mut cx));
    println!("main: {:?}", Pin::new(&mut cup).poll(&mut cx));
    sleep(Duration::from_millis(1100)).await;
    println!("main: {:?}", Pin::new(&mut cup).poll(&mut cx));
}
