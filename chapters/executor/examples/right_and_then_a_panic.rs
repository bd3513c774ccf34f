//! Ten guests, whose cups are awaited. Watch how it ends.
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

/// A future that nobody awaits: the loop polls it.
type Task = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// Tasks that the loop has not seen yet.
    static NEW: RefCell<Vec<Task>> = const { RefCell::new(Vec::new()) };

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

/// Sleeps until the first timer is due, then wakes who waits for it.
fn sleep_until_next_timer() {
    let first = TIMERS.with_borrow_mut(BTreeMap::pop_first);
    let (until, wakers) = first.expect("nothing left to wait for");
    thread::sleep(until.saturating_duration_since(Instant::now()));
    wakers.into_iter().for_each(Waker::wake);
}

/// Is ready when its task is.
struct JoinHandle(Rc<Cell<bool>>);

impl Future for JoinHandle {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if self.0.get() {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

fn spawn(future: impl Future<Output = ()> + 'static) -> JoinHandle {
    let done = Rc::new(Cell::new(false));
    let handle = JoinHandle(done.clone());
    let task = Box::pin(async move {
        future.await;
        done.set(true);
    });
    NEW.with_borrow_mut(|new| new.push(task));
    handle
}

/// Runs the future, and all that is spawned, to the end.
fn block_on(future: impl Future<Output = ()> + 'static) {
    spawn(future);
    let mut tasks: Vec<Task> = Vec::new();
    let waker = Waker::from(Arc::new(WakeThread(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut polls = 0;
    loop {
        tasks.append(&mut NEW.take());
        polls += tasks.len();
        tasks.retain_mut(|task| task.as_mut().poll(&mut cx).is_pending());
        if NEW.with_borrow(|new| !new.is_empty()) {
            continue; // the new ones first
        }
        if tasks.is_empty() {
            println!("block_on: {polls} polls");
            return;
        }
        sleep_until_next_timer();
        thread::park(); // at once, if a timer has woken us
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[timeline::lane("guests")]
async fn guests() {
    let mut cups = Vec::new();
    for n in 1..=10 {
        sleep(Duration::from_millis(20)).await;
        cups.push(spawn(tea(n))); // a guest arrives
    }
    for cup in cups {
        cup.await;
    }
}

fn main() {
    block_on(guests());
}
