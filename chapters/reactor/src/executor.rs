//! The executor of the last chapter, without its timers. How it waits is up to
//! the program.
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, OnceLock},
    task::{Context, Wake, Waker},
};

/// A future that nobody awaits. A wake puts it into the queue.
struct Task(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

static READY: Mutex<VecDeque<Arc<Task>>> = Mutex::new(VecDeque::new());
static UNFINISHED: Mutex<usize> = Mutex::new(0);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        READY.lock().unwrap().push_back(self);
        if let Some(also) = ON_WAKE.get() {
            also();
        }
    }
}

/// What a wake does besides, if a program wants it to.
static ON_WAKE: OnceLock<fn()> = OnceLock::new();

#[allow(dead_code, reason = "not every program has a use for it")]
pub(crate) fn on_wake(also: fn()) {
    ON_WAKE.set(also).expect("a program says it once");
}

pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    *UNFINISHED.lock().unwrap() += 1;
    let task = Task(Mutex::new(Some(Box::pin(future))));
    Arc::new(task).wake(); // a new task is a woken task
}

/// The task to poll next.
fn next_ready() -> Option<Arc<Task>> {
    READY.lock().unwrap().pop_front()
}

/// Runs the future, and all that is spawned, to the end. Calls `wait` when no
/// task is in the queue.
pub(crate) fn block_on(
    future: impl Future<Output = ()> + Send + 'static,
    wait: fn(),
) {
    spawn(future);
    let mut polls = 0;
    while *UNFINISHED.lock().unwrap() > 0 {
        let Some(task) = next_ready() else {
            wait();
            continue;
        };
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
