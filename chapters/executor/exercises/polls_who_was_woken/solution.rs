//! Twenty people in a row, each waiting to be tapped. How many polls is that?

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};

pub type Job = Pin<Box<dyn Future<Output = ()>>>;

/// The numbers of the tasks that were woken.
#[derive(Default)]
struct Queue {
    woken: Mutex<VecDeque<usize>>,
    filled: Condvar,
}

impl Queue {
    fn next(&self) -> usize {
        let woken = self.woken.lock().unwrap();
        let empty = |woken: &mut VecDeque<usize>| woken.is_empty();
        let mut woken = self.filled.wait_while(woken, empty).unwrap();
        woken.pop_front().expect("it is not empty")
    }
}

/// The waker of one task.
struct Enqueue {
    task: usize,
    queue: Arc<Queue>,
}

impl Wake for Enqueue {
    fn wake(self: Arc<Self>) {
        self.queue.woken.lock().unwrap().push_back(self.task);
        self.queue.filled.notify_one();
    }
}

/// Polls the tasks until all of them are ready.
pub fn run(tasks: Vec<Job>) {
    let queue = Arc::new(Queue::default());
    let mut tasks: Vec<_> = tasks.into_iter().map(Some).collect();
    let waker = |task| {
        let queue = Arc::clone(&queue);
        Waker::from(Arc::new(Enqueue { task, queue }))
    };
    let wakers: Vec<_> = (0..tasks.len()).map(waker).collect();
    wakers.iter().for_each(Waker::wake_by_ref); // a first poll for each
    let mut left = tasks.len();
    while left > 0 {
        let n = queue.next();
        let mut cx = Context::from_waker(&wakers[n]);
        let Some(task) = &mut tasks[n] else { continue }; // is done
        if task.as_mut().poll(&mut cx).is_ready() {
            tasks[n] = None;
            left -= 1;
        }
    }
}

/// Whether somebody was tapped, and whom to wake then.
#[derive(Default)]
pub struct Shoulder(Mutex<(bool, Option<Waker>)>);

impl Shoulder {
    pub fn tap(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 = true;
        let waker = state.1.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub fn poll_tapped(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.0 {
            return Poll::Ready(());
        }
        state.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// A row in which the last one begins. Each counts its polls in `polls`.
pub fn row(length: usize, polls: &Rc<Cell<u32>>) -> Vec<Job> {
    let row: Vec<_> = (0..length).map(|_| Shoulder::default()).collect();
    row[length - 1].tap();
    let row = Rc::new(row);
    let one = |n: usize| {
        let (row, polls) = (Rc::clone(&row), Rc::clone(polls));
        let tapped = async move {
            poll_fn(|cx| {
                polls.set(polls.get() + 1);
                row[n].poll_tapped(cx)
            })
            .await;
            if n > 0 {
                row[n - 1].tap();
            }
        };
        Box::pin(tapped) as Job
    };
    (0..length).map(one).collect()
}

fn main() {
    let polls = Rc::default();
    run(row(20, &polls));
    println!("20 people, {} polls", polls.get());
}

#[cfg(test)]
#[path = "../../../chapters/executor/exercises/polls_who_was_woken/tests.rs"]
mod tests;
