//! A flag for each task, that is taken back when the poll is over.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

pub type Job = Pin<Box<dyn Future<Output = ()>>>;

/// The waker of one task: a flag, and the thread that looks at it.
struct Flag(AtomicBool, Thread);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
        self.1.unpark();
    }
}

/// Polls the tasks until all of them are ready.
pub fn run(tasks: Vec<Job>) {
    let flag = || Arc::new(Flag(AtomicBool::new(true), thread::current()));
    let mut tasks: Vec<_> = tasks.into_iter().map(|it| (flag(), it)).collect();
    while !tasks.is_empty() {
        tasks.retain_mut(|(flag, task)| {
            if !flag.0.load(Ordering::SeqCst) {
                return true;
            }
            let waker = Waker::from(Arc::clone(flag));
            let mut cx = Context::from_waker(&waker);
            let pending = task.as_mut().poll(&mut cx).is_pending();
            flag.0.store(false, Ordering::SeqCst);
            pending
        });
        if !tasks.is_empty() {
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
