//! Takes turns, and each round begins with the task that was woken last.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A future that nobody awaits. To wake it is to make it ready.
struct Task(Mutex<Option<Job>>);

/// The tasks that can go on.
static READY: Mutex<Vec<Arc<Task>>> = Mutex::new(Vec::new());

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        READY.lock().unwrap().push(self);
    }
}

pub fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    Arc::new(Task(Mutex::new(Some(Box::pin(future))))).wake();
}

/// Polls until no task is ready: a round takes all that are.
pub fn run() {
    loop {
        let mut round = std::mem::take(&mut *READY.lock().unwrap());
        if round.is_empty() {
            return;
        }
        while let Some(task) = round.pop() {
            let waker = Waker::from(Arc::clone(&task));
            let mut cx = Context::from_waker(&waker);
            let mut job = task.0.lock().unwrap();
            let Some(future) = job.as_mut() else { continue };
            if future.as_mut().poll(&mut cx).is_ready() {
                *job = None;
            }
        }
    }
}

/// `Pending` once, and woken at once.
pub async fn let_others_in() {
    let mut asked = false;
    poll_fn(|cx| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[timeline::lane("chop {n}")]
async fn chop(n: u32) {
    for piece in 1..=3 {
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(30) {} // cuts
        println!("chop {n}: piece {piece}");
        let_others_in().await;
    }
}

fn main() {
    (1..=3).for_each(|n| spawn(chop(n)));
    run();
}
