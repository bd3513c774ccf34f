//! Three tasks chop on one thread, and let each other in. Whose turn is it?

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A future that nobody awaits. To wake it is to make it ready.
struct Task(Mutex<Option<Job>>);

/// The tasks that can go on, the one that waits longest in front.
static READY: Mutex<VecDeque<Arc<Task>>> = Mutex::new(VecDeque::new());

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        READY.lock().unwrap().push_back(self);
    }
}

pub fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    Arc::new(Task(Mutex::new(Some(Box::pin(future))))).wake();
}

fn next_ready() -> Option<Arc<Task>> {
    READY.lock().unwrap().pop_front()
}

/// Polls until no task is ready.
pub fn run() {
    while let Some(task) = next_ready() {
        let waker = Waker::from(Arc::clone(&task));
        let mut cx = Context::from_waker(&waker);
        let mut job = task.0.lock().unwrap();
        let Some(future) = job.as_mut() else { continue };
        if future.as_mut().poll(&mut cx).is_ready() {
            *job = None;
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

#[cfg(test)]
#[path = "../../../chapters/executor/exercises/turns_in_a_queue/tests.rs"]
mod tests;
