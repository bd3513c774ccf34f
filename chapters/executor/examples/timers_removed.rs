//! A sleep that is dropped takes its timer along. Watch the same tea.
use std::{
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    mem,
    pin::{Pin, pin},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

/// A future that nobody awaits. A wake puts it into the queue.
struct Task(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

static READY: Mutex<VecDeque<Arc<Task>>> = Mutex::new(VecDeque::new());
static WOKEN: Condvar = Condvar::new();
static UNFINISHED: Mutex<usize> = Mutex::new(0);
static TIMERS: Mutex<BTreeMap<(Instant, u64), Waker>> =
    Mutex::new(BTreeMap::new());
static NEXT: AtomicU64 = AtomicU64::new(0);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        READY.lock().unwrap().push_back(self);
        WOKEN.notify_one();
    }
}

fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    *UNFINISHED.lock().unwrap() += 1;
    let task = Task(Mutex::new(Some(Box::pin(future))));
    Arc::new(task).wake(); // a new task is a woken task
}

/// Is ready from this moment on. The number tells it from others.
struct Sleep {
    until: Instant,
    number: u64,
}

fn sleep(duration: Duration) -> Sleep {
    let until = Instant::now() + duration;
    let number = NEXT.fetch_add(1, Relaxed);
    Sleep { until, number }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.until {
            return Poll::Ready(());
        }
        let mut timers = TIMERS.lock().unwrap();
        timers.insert((self.until, self.number), cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        TIMERS.lock().unwrap().remove(&(self.until, self.number));
    }
}

/// Wakes all that are due. Returns the time until the next.
fn wake_due() -> Duration {
    let now = Instant::now();
    let mut timers = TIMERS.lock().unwrap();
    let later = timers.split_off(&(now, 0));
    let due = mem::replace(&mut *timers, later);
    due.into_values().for_each(Waker::wake);
    timers
        .keys()
        .next()
        .map_or(Duration::MAX, |(at, _)| *at - now)
}

/// The task to poll next. If there is none, sleeps until a timer is due.
fn next_ready() -> Option<Arc<Task>> {
    let left = wake_due();
    let queue = READY.lock().unwrap();
    let woken = WOKEN.wait_timeout_while(queue, left, |q| q.is_empty());
    let (mut queue, _) = woken.unwrap();
    queue.pop_front()
}

/// Runs the future, and all that is spawned, to the end.
fn block_on(future: impl Future<Output = ()> + Send + 'static) {
    spawn(future);
    let mut polls = 0;
    while *UNFINISHED.lock().unwrap() > 0 {
        let Some(task) = next_ready() else { continue };
        let waker = Waker::from(task.clone());
        let mut cx = Context::from_waker(&waker);
        let mut job = task.0.lock().unwrap();
        let Some(future) = job.as_mut() else { continue };
        polls += 1;
        if future.as_mut().poll(&mut cx).is_ready() {
            *job = None; // dropped here
            *UNFINISHED.lock().unwrap() -= 1;
        }
    }
    println!("block_on: {polls} polls");
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

/// The future's output, or `None` where the time is up first.
async fn timeout<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let (mut future, mut limit) = (pin!(future), pin!(sleep(limit)));
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => limit.as_mut().poll(cx).map(|()| None),
    })
    .await
}

#[timeline::lane("guest")]
async fn guest() {
    for _ in 1..=100 {
        let sip = sleep(Duration::from_millis(2));
        timeout(Duration::from_secs(1), sip).await;
    }
    println!("guest: {} timers left", TIMERS.lock().unwrap().len());
    tea(1).await;
}

fn main() {
    block_on(guest());
}
