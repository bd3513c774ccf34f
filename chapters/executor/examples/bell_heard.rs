//! The loop parks instead of sleeping. Watch when the door is opened.
use std::{
    cell::RefCell,
    collections::BTreeMap,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
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

/// Parks until the first timer is due, or until somebody wakes us.
fn park_until_next_timer() {
    let first = TIMERS.with_borrow(|t| t.keys().next().copied());
    let Some(until) = first else {
        return thread::park();
    };
    thread::park_timeout(until.saturating_duration_since(Instant::now()));
    if Instant::now() >= until {
        let due = TIMERS.with_borrow_mut(|t| t.remove(&until));
        due.into_iter().flatten().for_each(Waker::wake);
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
        park_until_next_timer();
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

/// Is ready when all of them are. A poll polls each that is left.
struct JoinAll(Vec<Pin<Box<dyn Future<Output = ()>>>>);

impl Future for JoinAll {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.retain_mut(|cup| cup.as_mut().poll(cx).is_pending());
        if self.0.is_empty() {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

/// Is ready when it has rung.
#[derive(Clone, Default)]
struct Bell(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    has_rung: bool,
    waker: Option<Waker>,
}

impl Bell {
    fn ring(&self) {
        let mut bell = self.0.lock().unwrap();
        bell.has_rung = true;
        if let Some(waker) = bell.waker.take() {
            waker.wake();
        }
    }
}

impl Future for Bell {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut bell = self.0.lock().unwrap();
        if bell.has_rung {
            return Poll::Ready(());
        }
        bell.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

#[timeline::lane("door")]
async fn door(bell: Bell) {
    bell.await;
    println!("door: opened");
}

fn main() {
    let bell = Bell::default();
    let opened = door(bell.clone());
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        println!("guest: rings");
        bell.ring();
    });
    block_on(JoinAll(vec![Box::pin(opened), Box::pin(tea(1))]));
}
