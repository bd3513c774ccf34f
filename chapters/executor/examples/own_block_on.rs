//! A `block_on` for every future. Watch how often it polls for two cups.
use std::{
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

/// Is ready from this moment on.
struct Sleep(Instant);

fn sleep(duration: Duration) -> Sleep {
    Sleep(Instant::now() + duration)
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.0 {
            return Poll::Ready(());
        }
        let (until, waker) = (self.0, cx.waker().clone());
        thread::spawn(move || {
            thread::sleep(until.saturating_duration_since(Instant::now()));
            waker.wake();
        });
        Poll::Pending
    }
}

/// Wakes the thread that polls.
struct WakeThread(Thread);

impl Wake for WakeThread {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[timeline::lane("block_on")]
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(WakeThread(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut polls = 0;
    loop {
        polls += 1;
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            println!("block_on: {polls} polls");
            return output;
        }
        thread::park(); // until somebody wakes us
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

async fn two_teas() -> u32 {
    tea(1).await;
    tea(2).await;
    2
}

fn main() {
    let cups = block_on(two_teas());
    println!("main: {cups} cups");
}
