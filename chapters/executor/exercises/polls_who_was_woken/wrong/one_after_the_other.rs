//! Polls the first task until it is done, then the next.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

pub type Job = Pin<Box<dyn Future<Output = ()>>>;

/// The waker of the whole list.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls the tasks until all of them are ready.
pub fn run(mut tasks: Vec<Job>) {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    while let Some(task) = tasks.first_mut() {
        if task.as_mut().poll(&mut cx).is_ready() {
            tasks.remove(0);
        } else {
            thread::park();
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
