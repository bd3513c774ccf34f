//! One tea more, and no wake: the loop polls anyway. Watch how it ends.
use futures::future::join_all;
use std::{
    cell::RefCell,
    collections::BTreeMap,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

thread_local! {
    /// Who is to be woken, and when.
    static TIMERS: RefCell<BTreeMap<Instant, Vec<Waker>>> =
        const { RefCell::new(BTreeMap::new()) };
}

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
        let waker = cx.waker().clone();
        TIMERS.with_borrow_mut(|t| t.entry(self.0).or_default().push(waker));
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

/// Sleeps until the first timer is due.
fn sleep_until_next_timer() {
    let first = TIMERS.with_borrow_mut(BTreeMap::pop_first);
    if let Some((until, _wakers)) = first {
        thread::sleep(until.saturating_duration_since(Instant::now()));
    } else {
        thread::park(); // no timer is left: until somebody wakes us
    }
}

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
        sleep_until_next_timer();
    }
}

async fn tea() {
    sleep(Duration::from_secs(1)).await;
}

fn main() {
    let cups = join_all((1..=31).map(|_| tea()));
    println!("31 kettles on");
    block_on(cups);
    println!("31 cups poured");
}
