//! A future by hand, and a loop that polls it. Watch what it waits for.
use std::{
    pin::Pin,
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

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.0 {
            return Poll::Ready(());
        }
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
fn block_on(mut future: Sleep) {
    let waker = Waker::from(Arc::new(WakeThread(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut polls = 0;
    loop {
        polls += 1;
        if let Poll::Ready(()) = Pin::new(&mut future).poll(&mut cx) {
            println!("block_on: {polls} polls");
            return;
        }
        thread::park(); // until somebody wakes us
    }
}

fn main() {
    println!("tea 1: kettle on");
    block_on(sleep(Duration::from_secs(1)));
    println!("tea 1: poured");
}
