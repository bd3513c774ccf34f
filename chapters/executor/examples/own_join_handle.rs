//! Each cup brings something back. Watch what, and when.
use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    pin::Pin,
    sync::{Arc, Condvar, Mutex},
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

/// A future that nobody awaits. A wake puts it into the queue.
struct Task(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

static READY: Mutex<VecDeque<Arc<Task>>> = Mutex::new(VecDeque::new());
static WOKEN: Condvar = Condvar::new();
static UNFINISHED: Mutex<usize> = Mutex::new(0);
static TIMERS: Mutex<BTreeMap<Instant, Vec<Waker>>> =
    Mutex::new(BTreeMap::new());

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        READY.lock().unwrap().push_back(self);
        WOKEN.notify_one();
    }
}

/// What a task has returned, and who is to be woken then.
struct End<T> {
    output: Option<T>,
    waker: Option<Waker>,
}

/// Is ready when its task is.
struct JoinHandle<T>(Arc<Mutex<End<T>>>);

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut end = self.0.lock().unwrap();
        if let Some(output) = end.output.take() {
            return Poll::Ready(output);
        }
        end.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

fn spawn<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    let (output, waker) = (None, None);
    let end = Arc::new(Mutex::new(End { output, waker }));
    let handle = JoinHandle(end.clone());
    let job = async move {
        let output = future.await;
        let mut end = end.lock().unwrap();
        end.output = Some(output);
        if let Some(waker) = end.waker.take() {
            waker.wake();
        }
    };
    *UNFINISHED.lock().unwrap() += 1;
    let task = Task(Mutex::new(Some(Box::pin(job))));
    Arc::new(task).wake(); // a new task is a woken task
    handle
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
        let mut timers = TIMERS.lock().unwrap();
        timers.entry(self.0).or_default().push(cx.waker().clone());
        Poll::Pending
    }
}

/// Wakes all that are due. Returns the time until the next.
fn wake_due() -> Duration {
    let now = Instant::now();
    let mut timers = TIMERS.lock().unwrap();
    let later = timers.split_off(&now);
    let due = mem::replace(&mut *timers, later);
    due.into_values().flatten().for_each(Waker::wake);
    timers.keys().next().map_or(Duration::MAX, |at| *at - now)
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
async fn tea(n: u32) -> u32 {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
    n // lumps of sugar
}

#[timeline::lane("guests")]
async fn guests() {
    let mut cups = Vec::new();
    for n in 1..=10 {
        sleep(Duration::from_millis(20)).await;
        cups.push(spawn(tea(n))); // a guest arrives
    }
    let mut lumps = 0;
    for cup in cups {
        lumps += cup.await;
    }
    println!("guests: {lumps} lumps of sugar");
}

fn main() {
    block_on(guests());
}
