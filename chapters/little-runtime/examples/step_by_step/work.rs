//! What is counted. It lies between two marks.

use crate::runtimes::Whole;
use crate::tracer::mark;
use futures::channel::mpsc;
use futures::{FutureExt, SinkExt, StreamExt};
use std::ops::Range;
use std::pin::Pin;
use std::time::Duration;

/// How many there are of what is counted.
pub(crate) const TASKS: u64 = 10;
pub(crate) const YIELDS: u64 = 60;
pub(crate) const MESSAGES: u64 = 20;
pub(crate) const TIMERS: u64 = 10;

pub(crate) async fn nothing() {
    mark();
    mark();
}

/// Some of a thousand tasks: how they are spawned, polled, and joined.
pub(crate) async fn spawns<R: Whole>() {
    let mark_at = |n| {
        if n == 500 || n == 500 + TASKS {
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
    let tasks: Vec<_> = (0..1000).map(spawn).collect();
    for (n, task) in (0..1000).zip(tasks) {
        mark_at(n);
        assert_eq!(task.await, n);
    }
}

/// Tasks that yield in turns. Two rounds, as Tokio goes through them forwards
/// and backwards.
pub(crate) async fn yields<R: Whole>() {
    let watched = R::spawn(async {
        R::yield_now().await;
        mark();
        R::yield_now().await;
        R::yield_now().await;
        mark();
    });
    let yielding = async || {
        for _ in 0..5 {
            R::yield_now().await;
        }
    };
    let others: Vec<_> =
        (1..YIELDS / 2).map(|_| R::spawn(yielding())).collect();
    watched.await;
    drop(others);
}

/// Messages that go there and back.
pub(crate) async fn messages<R: Whole>() {
    let (mut ping, mut pinged) = mpsc::channel(1);
    let (mut pong, mut ponged) = mpsc::channel(1);
    let other = R::spawn(async move {
        while let Some(n) = pinged.next().await {
            pong.send(n).await.unwrap();
        }
    });
    let watched = R::spawn(async move {
        for n in 0..MESSAGES {
            if n == MESSAGES / 2 {
                mark();
            }
            ping.send(n).await.unwrap();
            assert_eq!(ponged.next().await, Some(n));
        }
        mark();
    });
    watched.await;
    other.await;
}

type Timers<S> = Vec<Pin<Box<S>>>;

/// Sets timers that are not due before the work is done.
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
