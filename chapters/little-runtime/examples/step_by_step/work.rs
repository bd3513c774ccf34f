//! What is counted. It lies between two marks.

use crate::runtimes::{ANY, Little, Tokio, Whole};
use crate::tracer::mark;
use futures::channel::mpsc;
use futures::{FutureExt, SinkExt, StreamExt};
use std::cell::Cell;
use std::mem::forget;
use std::ops::Range;
use std::pin::Pin;
use std::time::Duration;

/// How many there are of what is counted. A yield and a message are a poll each,
/// and once in 61 polls both runtimes look at sockets and timers.
pub(crate) const TASKS: u64 = 10;
pub(crate) const POLLS: u64 = 61;
pub(crate) const TIMERS: u64 = 10;

thread_local! {
    static POLLED: Cell<u64> = const { Cell::new(0) };
}

/// To be called once in each poll. The first hundred are to warm up.
fn polled() {
    let n = POLLED.replace(POLLED.get() + 1);
    if n == 100 || n == 100 + POLLS {
        mark();
    }
}

pub(crate) async fn nothing() {
    mark();
    mark();
}

/// Some of a thousand tasks: how they are spawned, polled, and joined. There were
/// a thousand before them.
pub(crate) async fn spawns<R: Whole>() {
    let mark_at = |n| {
        if n == 1500 || n == 1500 + TASKS {
            mark();
        }
    };
    let spawn = |n| {
        mark_at(n);
        R::spawn(async move {
            mark_at(n);
            n
        })
    };
    for thousand in [0..1000, 1000..2000] {
        let tasks: Vec<_> = thousand.clone().map(spawn).collect();
        for (n, task) in thousand.zip(tasks) {
            mark_at(n);
            assert_eq!(task.await, n);
        }
    }
}

/// A thousand tasks that yield in turns.
pub(crate) async fn yields<R: Whole>() {
    let yielding = async || {
        polled();
        R::yield_now().await;
        polled();
    };
    let tasks: Vec<_> = (0..1000).map(|_| R::spawn(yielding())).collect();
    for task in tasks {
        task.await;
    }
}

pub(crate) trait Listens: Whole {
    fn listen() -> impl Sized;
}

impl Listens for Little {
    fn listen() -> impl Sized {
        little_runtime::TcpListener::bind(ANY.into()).unwrap()
    }
}

impl Listens for Tokio {
    fn listen() -> impl Sized {
        let listener = std::net::TcpListener::bind(ANY).unwrap();
        listener.set_nonblocking(true).unwrap();
        tokio::net::TcpListener::from_std(listener).unwrap()
    }
}

/// Messages that go there and back, while a socket is open.
pub(crate) async fn messages<R: Listens>() {
    forget(R::listen()); // it is open to the end
    let (mut ping, mut pinged) = mpsc::channel(1);
    let (mut pong, mut ponged) = mpsc::channel(1);
    let other = R::spawn(async move {
        while let Some(n) = pinged.next().await {
            polled();
            pong.send(n).await.unwrap();
        }
    });
    let one = R::spawn(async move {
        for n in 0..100 {
            ping.send(n).await.unwrap();
            assert_eq!(ponged.next().await, Some(n));
            polled();
        }
    });
    one.await;
    other.await;
}

type Timers<S> = Vec<Pin<Box<S>>>;

/// Sets timers that are not due before the work is done, each in a millisecond
/// of its own.
fn set<R: Whole>(numbers: Range<u64>) -> Timers<impl Future<Output = ()>> {
    let mut timers = Timers::with_capacity(1000);
    for n in numbers {
        let due = Duration::from_millis(3_600_000 + n * 7919 % 10_007);
        let mut timer = Box::pin(R::sleep(due));
        assert!((&mut timer).now_or_never().is_none());
        timers.push(timer);
    }
    timers
}

/// Timers are set and cancelled, next to a thousand others.
pub(crate) async fn timers<R: Whole>() {
    let others = set::<R>(0..1000);
    mark();
    drop(set::<R>(1000..1000 + TIMERS));
    mark();
    drop(others);
}

/// The same, when the runtime has slept before, and will wake up first.
pub(crate) async fn late_timers<R: Whole>() {
    let others = set::<R>(0..1000);
    R::sleep(Duration::from_millis(1)).await;
    mark();
    drop(set::<R>(1000..1000 + TIMERS));
    mark();
    drop(others);
}
