//! Timers: not early, in order, and gone when they are cancelled.

use crate::{Wakes, foreign};
use futures::FutureExt;
use little_runtime::{JoinSet, block_on, sleep, spawn, timeout, yield_now};
use std::cell::RefCell;
use std::future::{pending, ready};
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn no_timer_is_early() {
    block_on(async {
        let mut set = JoinSet::new();
        for micros in (0..30_000).step_by(333) {
            set.spawn(async move {
                let (time, start) =
                    (Duration::from_micros(micros), Instant::now());
                sleep(time).await;
                assert!(start.elapsed() >= time, "{time:?} was early");
            });
        }
        while let Some(ended) = set.join_next().await {
            ended.unwrap();
        }
    });
}

#[test]
fn a_task_that_computed_before_it_sleeps_is_not_woken_early() {
    block_on(async {
        thread::sleep(ms(30)); // the loop's last look at the clock is old
        let start = Instant::now();
        sleep(ms(10)).await;
        assert!(start.elapsed() >= ms(10));
    });
}

#[test]
fn timers_wake_in_order() {
    let woken = Rc::new(RefCell::new(Vec::new()));
    block_on(async {
        let mut set = JoinSet::new();
        for n in [7_u64, 3, 9, 1, 5, 2, 8, 6, 4] {
            let woken = Rc::clone(&woken);
            set.spawn(async move {
                sleep(ms(n * 5)).await;
                woken.borrow_mut().push(n);
            });
        }
        while set.join_next().await.is_some() {}
    });
    assert_eq!(*woken.borrow(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn a_cancelled_timer_is_removed() {
    block_on(async {
        let wakes = Arc::new(Wakes::default());
        let waker = Waker::from(Arc::clone(&wakes));
        {
            let mut sleep = pin!(sleep(ms(10)));
            let mut cx = Context::from_waker(&waker);
            assert!(sleep.as_mut().poll(&mut cx).is_pending());
            assert_eq!(Arc::strong_count(&wakes), 3, "the timer has one");
            assert!(sleep.as_mut().poll(&mut cx).is_pending());
            assert_eq!(Arc::strong_count(&wakes), 3, "and no more than one");
        }
        assert_eq!(Arc::strong_count(&wakes), 2, "it went with the timer");
        sleep(ms(20)).await;
        assert_eq!(wakes.seen(), 0);
    });
}

#[test]
fn a_timer_wakes_whoever_polled_it_last() {
    block_on(async {
        let [first, last] = [0, 1].map(|_| Arc::new(Wakes::default()));
        let mut timer = pin!(sleep(ms(5)));
        for wakes in [&first, &last] {
            let waker = Waker::from(Arc::clone(wakes));
            let mut cx = Context::from_waker(&waker);
            assert!(timer.as_mut().poll(&mut cx).is_pending());
        }
        sleep(ms(20)).await;
        assert_eq!((first.seen(), last.seen()), (0, 1));
    });
}

#[test]
fn a_timer_may_change_threads() {
    block_on(async {
        let mut timer = Box::pin(sleep(ms(30)));
        let waker = Waker::noop();
        let mut cx = Context::from_waker(waker);
        assert!(timer.as_mut().poll(&mut cx).is_pending());
        let start = Instant::now();
        thread::spawn(move || block_on(timer)).join().unwrap();
        assert!(start.elapsed() > ms(15));
        // and one that is dropped elsewhere takes nobody else's place
        let mut timer = Box::pin(sleep(ms(20)));
        assert!(timer.as_mut().poll(&mut cx).is_pending());
        let other = thread::spawn(move || {
            block_on(async move {
                let mut own = JoinSet::new();
                (1..=200).for_each(|n| own.spawn(sleep(ms(n))));
                yield_now().await;
                drop(timer);
                let all = async { while own.join_next().await.is_some() {} };
                timeout(ms(5000), all).await
            })
        });
        assert_eq!(other.join().unwrap(), Some(()));
    });
}

#[test]
fn a_timeout_is_for_what_takes_too_long() {
    block_on(async {
        assert_eq!(timeout(ms(1000), ready(1)).await, Some(1));
        assert_eq!(timeout(ms(10), pending::<()>()).await, None);
        assert_eq!(timeout(Duration::ZERO, ready(2)).await, Some(2));
        assert_eq!(timeout(Duration::ZERO, pending::<()>()).await, None);
        assert_eq!(timeout(Duration::MAX, sleep(ms(5))).await, Some(()));
    });
}

#[test]
fn a_hundred_thousand_timers_fire_each_once() {
    let fired = Rc::new(RefCell::new(0));
    block_on(async {
        let mut set = JoinSet::new();
        for n in 0..100_000_u64 {
            let fired = Rc::clone(&fired);
            set.spawn(async move {
                sleep(ms(n * 7919 % 100)).await;
                *fired.borrow_mut() += 1;
            });
        }
        while set.join_next().await.is_some() {}
    });
    assert_eq!(*fired.borrow(), 100_000);
}

/// A timer that has rung gives up its place, and may not take it back.
#[test]
fn a_timer_that_has_rung_cancels_no_other() {
    block_on(async {
        let mut rung = Box::pin(sleep(ms(1)));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(rung.as_mut().poll(&mut cx).is_pending());
        sleep(ms(5)).await;
        let mut set = JoinSet::new();
        (1..=10).for_each(|n| set.spawn(sleep(ms(n))));
        yield_now().await;
        drop(rung);
        let all = async { while set.join_next().await.is_some() {} };
        assert_eq!(timeout(ms(5000), all).await, Some(()));
    });
}

/// Set, polled, cancelled, and set again, in every mixture.
#[test]
fn of_many_timers_those_ring_that_are_not_cancelled() {
    block_on(async {
        let wakes: Vec<_> = (0..2000).map(|_| Arc::default()).collect();
        let mut kept = Vec::new();
        let mut seed = 7_usize;
        for (n, wakes) in wakes.iter().enumerate() {
            let waker = Waker::from(Arc::<Wakes>::clone(wakes));
            let mut cx = Context::from_waker(&waker);
            seed = seed.wrapping_mul(6_364_136_223_846_793_005) + 1;
            let random = seed >> 33;
            let mut timer = Box::pin(sleep(ms(50 + random as u64 % 50)));
            for _ in 0..=random % 2 {
                assert!(timer.as_mut().poll(&mut cx).is_pending());
            }
            kept.push((n, timer));
            if !random.is_multiple_of(3) {
                kept.swap_remove(random % kept.len());
            }
        }
        sleep(ms(150)).await;
        let rang: Vec<_> = kept.iter().map(|(n, _)| wakes[*n].seen()).collect();
        assert_eq!(rang, vec![1; kept.len()]);
        let all: usize = wakes.iter().map(|it| it.seen()).sum();
        assert_eq!(all, kept.len());
    });
}

/// Counts polls, and notes how many there had been when it was woken.
#[derive(Default)]
struct Polls {
    seen: AtomicUsize,
    at_wake: OnceLock<usize>,
}

impl Polls {
    fn count(&self) {
        self.seen.fetch_add(1, Ordering::Relaxed);
    }

    fn seen(&self) -> usize {
        self.seen.load(Ordering::Relaxed)
    }
}

impl Wake for Polls {
    fn wake(self: Arc<Self>) {
        self.at_wake.set(self.seen()).expect("it is woken once");
    }
}

/// However many tasks are woken at a time. And a task that a timer wakes has its
/// turn when those had theirs who were in the queue before it.
#[test]
fn a_due_timer_is_seen_within_61_polls() {
    for tasks in [1, 100, 10_000] {
        let polls = Arc::new(Polls::default());
        let (due, turn) = block_on(async {
            for _ in 0..tasks {
                let polls = Arc::clone(&polls);
                spawn(async move {
                    loop {
                        polls.count();
                        yield_now().await;
                    }
                });
            }
            yield_now().await;
            let mut timer = pin!(sleep(ms(100)));
            let waker = Waker::from(Arc::clone(&polls));
            let mut cx = Context::from_waker(&waker);
            assert!(timer.as_mut().poll(&mut cx).is_pending());
            let woken = spawn({
                let polls = Arc::clone(&polls);
                async move {
                    sleep(ms(100)).await;
                    polls.seen()
                }
            });
            yield_now().await;
            thread::sleep(ms(110)); // both are due
            let due = polls.seen();
            (due, woken.await.unwrap())
        });
        let seen = polls.at_wake.get().unwrap().saturating_sub(due);
        assert!(seen <= 61, "{tasks} tasks: {seen} polls");
        let waited = turn.saturating_sub(due);
        assert!(waited <= tasks + 61, "{tasks} tasks: {waited} polls");
    }
}

/// It is due before the thread could sleep, and wakes a task of this thread.
#[test]
#[cfg(target_os = "linux")]
fn a_due_timer_does_not_ring_the_bell_of_its_own_thread() {
    let writes = || {
        let counts = std::fs::read_to_string("/proc/thread-self/io").unwrap();
        let mut counts = counts.lines();
        let count = counts.find_map(|it| it.strip_prefix("syscw: ")).unwrap();
        count.parse::<usize>().unwrap()
    };
    let before = writes();
    block_on(async {
        for _ in 0..20 {
            let mut timer = sleep(ms(1));
            assert!(futures::poll!(&mut timer).is_pending());
            thread::sleep(ms(3));
            timer.await;
        }
    });
    assert_eq!(writes() - before, 0, "calls to write");
}

/// A waker that is not the library's may do anything when it is cloned, woken,
/// or dropped: set a timer, for one.
#[test]
fn wakers_of_others_may_use_the_timers() {
    block_on(async {
        let waker = foreign(|| {
            let mut timer = sleep(ms(1));
            let mut cx = Context::from_waker(Waker::noop());
            assert!(timer.poll_unpin(&mut cx).is_pending());
        });
        let mut cx = Context::from_waker(&waker);
        let mut kept = pin!(sleep(ms(5)));
        let mut cancelled = Box::pin(sleep(ms(10)));
        for _ in 0..2 {
            assert!(kept.as_mut().poll(&mut cx).is_pending());
            assert!(cancelled.as_mut().poll(&mut cx).is_pending());
            let own = futures::poll!(kept.as_mut());
            assert!(own.is_pending());
        }
        drop(cancelled);
        assert!(kept.as_mut().poll(&mut cx).is_pending());
        sleep(ms(20)).await;
        assert!(kept.as_mut().poll(&mut cx).is_ready());
    });
}

/// What there was once has no part in the cost of a timer that is cancelled.
#[test]
fn many_timers_that_are_gone_make_no_later_one_costly() {
    let set = || {
        let mut timer = Box::pin(sleep(ms(1_000_000)));
        assert!((&mut timer).now_or_never().is_none());
        timer
    };
    let cost = || {
        let times = (0..5).map(|_| {
            let start = Instant::now();
            (0..100).for_each(|_| drop(set()));
            start.elapsed()
        });
        times.min().unwrap()
    };
    block_on(async {
        let before = cost();
        drop((0..100_000).map(|_| set()).collect::<Vec<_>>());
        let after = cost();
        assert!(after < 20 * before, "{before:?}, and then {after:?}");
    });
}
