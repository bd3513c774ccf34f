//! Two workers that share a lock, so that no task is polled by both.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Barrier, Condvar, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread;

use timeline::LaneExt;

pub type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A future, and where it is put when it is woken.
struct Task {
    job: Mutex<Option<Job>>,
    pool: Arc<Pool>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let pool = Arc::clone(&self.pool);
        pool.state.lock().unwrap().ready.push_back(self);
        pool.changed.notify_one();
    }
}

#[derive(Default)]
struct Pool {
    state: Mutex<State>,
    changed: Condvar,
    polling: Mutex<()>,
}

#[derive(Default)]
struct State {
    ready: VecDeque<Arc<Task>>,
    /// How many tasks are not done.
    left: usize,
}

impl Pool {
    /// The task to poll next. Sleeps for want of one; none when all are done.
    fn next(&self) -> Option<Arc<Task>> {
        let state = self.state.lock().unwrap();
        let nothing = |it: &mut State| it.ready.is_empty() && it.left > 0;
        let mut state = self.changed.wait_while(state, nothing).unwrap();
        state.ready.pop_front()
    }

    fn one_is_done(&self) {
        let mut state = self.state.lock().unwrap();
        state.left -= 1;
        if state.left == 0 {
            self.changed.notify_all(); // who sleeps is to go home
        }
    }
}

/// Polls what is ready, until all tasks are done.
fn work(pool: &Pool) {
    while let Some(task) = pool.next() {
        let waker = Waker::from(Arc::clone(&task));
        let mut cx = Context::from_waker(&waker);
        let _one_at_a_time = pool.polling.lock().unwrap();
        let mut job = task.job.lock().unwrap();
        let Some(future) = job.as_mut() else { continue };
        if future.as_mut().poll(&mut cx).is_ready() {
            *job = None;
            pool.one_is_done();
        }
    }
}

/// Runs all of them to their ends.
pub fn run(jobs: Vec<Job>) {
    let pool = Arc::new(Pool::default());
    pool.state.lock().unwrap().left = jobs.len();
    for job in jobs {
        let job = Mutex::new(Some(job));
        let pool = Arc::clone(&pool);
        Arc::new(Task { job, pool }).wake();
    }
    thread::scope(|scope| {
        scope.spawn(|| work(&pool));
        work(&pool);
    });
}

fn main() {
    let both = Arc::new(Barrier::new(2));
    let guest = |name: &'static str| {
        let both = Arc::clone(&both);
        let meets = async move {
            println!("{name}: waits for the other");
            both.wait(); // holds the thread
            println!("{name}: here we are");
        };
        Box::pin(meets.lane(name)) as Job
    };
    run(vec![guest("Ada"), guest("Grace")]);
}
