//! Whatever the order of wakes, drops, aborts, panics, and turns: no wake is
//! lost, nothing is polled after its end, and all is dropped.

use futures::FutureExt;
use little_runtime::{JoinError, JoinHandle, block_on, spawn, yield_now};
use proptest::prelude::*;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

const TASKS: usize = 4;

/// What is done to one of the tasks.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// Gives it one more reason to go on, and wakes it: here or elsewhere.
    Wake {
        elsewhere: bool,
    },
    /// Wakes it without a reason.
    WakeInVain,
    Abort,
    DropHandle,
    Panic,
    /// Polls its handle with a waker that is not the library's.
    PollHandle,
    /// From now on, its future panics when it is dropped.
    PanicInDrop,
    /// One more task, that yields once. It may get the slot of one that is done.
    SpawnAnother,
}

/// One act on the task with this number, or a turn for all.
type Step = Option<(usize, Act)>;

fn step() -> impl Strategy<Value = Step> {
    let act = prop_oneof![
        6 => any::<bool>().prop_map(|elsewhere| Act::Wake { elsewhere }),
        2 => Just(Act::WakeInVain),
        1 => Just(Act::Abort),
        1 => Just(Act::DropHandle),
        1 => Just(Act::Panic),
        1 => Just(Act::PollHandle),
        1 => Just(Act::PanicInDrop),
        2 => Just(Act::SpawnAnother),
    ];
    prop_oneof![
        4 => (0..TASKS, act).prop_map(Some),
        2 => Just(None),
    ]
}

/// What both the task and who acts on it can see.
#[derive(Debug, Default)]
struct Seen {
    reasons: AtomicUsize,
    consumed: AtomicUsize,
    panics: AtomicUsize,
    panics_in_drop: AtomicUsize,
    drops: AtomicUsize,
    polls_after_end: AtomicUsize,
    others: AtomicUsize,
    polls_of_others: AtomicUsize,
    waker: Mutex<Option<Waker>>,
    /// What its handle gave, if that was polled on the way.
    result: Mutex<Option<Result<usize, JoinError>>>,
}

impl Seen {
    fn wake(&self) {
        let waker = self.waker.lock().unwrap().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn get(counter: &AtomicUsize) -> usize {
        counter.load(Ordering::Relaxed)
    }
}

/// Consumes the reasons it was given, all at each poll.
struct Consumer(Arc<Seen>, bool);

const NEEDED: usize = 3;

impl Future for Consumer {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let seen = Arc::clone(&self.0);
        if self.1 {
            seen.polls_after_end.fetch_add(1, Ordering::Relaxed);
        }
        *seen.waker.lock().unwrap() = Some(cx.waker().clone());
        // Relaxed: it is the wake that has to make them visible.
        let reasons = Seen::get(&seen.reasons);
        seen.consumed.store(reasons, Ordering::Relaxed);
        if Seen::get(&seen.panics) > 0 {
            self.1 = true;
            std::panic::resume_unwind(Box::new("told to"));
        }
        if reasons >= NEEDED {
            self.1 = true;
            return Poll::Ready(reasons);
        }
        Poll::Pending
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.0.drops.fetch_add(1, Ordering::Relaxed);
        if Seen::get(&self.0.panics_in_drop) > 0 {
            std::panic::resume_unwind(Box::new("in drop"));
        }
    }
}

/// Uses the runtime whenever it is woken or dropped.
struct Foreign;

impl Foreign {
    fn use_the_runtime() {
        drop(spawn(yield_now()));
        let mut timer = little_runtime::sleep(Duration::from_millis(1));
        let mut cx = Context::from_waker(Waker::noop());
        let _ = Pin::new(&mut timer).poll(&mut cx);
    }
}

impl Wake for Foreign {
    fn wake(self: Arc<Self>) {
        Self::use_the_runtime();
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        Self::use_the_runtime();
    }
}

fn act(seen: &Arc<Seen>, act: Act, handle: &mut Option<JoinHandle<usize>>) {
    match act {
        Act::Wake { .. } => {
            seen.reasons.fetch_add(1, Ordering::Relaxed);
            seen.wake();
        }
        Act::WakeInVain => seen.wake(),
        Act::Abort => handle.iter().for_each(JoinHandle::abort),
        Act::DropHandle => *handle = None,
        Act::Panic => {
            seen.panics.store(1, Ordering::Relaxed);
            seen.wake();
        }
        Act::PollHandle => {
            let waker = Waker::from(Arc::new(Foreign));
            let mut cx = Context::from_waker(&waker);
            let poll = handle.as_mut().map(|it| it.poll_unpin(&mut cx));
            if let Some(Poll::Ready(result)) = poll {
                *seen.result.lock().unwrap() = Some(result);
                *handle = None;
            }
        }
        Act::PanicInDrop => {
            seen.panics_in_drop.store(1, Ordering::Relaxed);
        }
        Act::SpawnAnother => spawn_another(seen),
    }
}

/// It counts its polls.
fn spawn_another(seen: &Arc<Seen>) {
    let (seen, mut yielding) = (Arc::clone(seen), Box::pin(yield_now()));
    seen.others.fetch_add(1, Ordering::Relaxed);
    drop(spawn(poll_fn(move |cx| {
        seen.polls_of_others.fetch_add(1, Ordering::Relaxed);
        yielding.poll_unpin(cx)
    })));
}

/// A task, and what its handle brought.
type Ended = (Arc<Seen>, Option<Result<usize, JoinError>>);

/// Runs the steps, and returns the tasks with what their handles brought.
fn run(steps: &[Step]) -> Vec<Ended> {
    let (errands, todo) = mpsc::channel::<Arc<Seen>>();
    let elsewhere = thread::spawn(move || {
        for seen in todo {
            act(&seen, Act::Wake { elsewhere: true }, &mut None);
        }
    });
    let all: Vec<_> = (0..TASKS).map(|_| Arc::new(Seen::default())).collect();
    let results = block_on(async {
        let spawned =
            |seen: &Arc<Seen>| Some(spawn(Consumer(Arc::clone(seen), false)));
        let mut handles: Vec<_> = all.iter().map(spawned).collect();
        yield_now().await;
        for step in steps {
            match *step {
                None => yield_now().await,
                Some((n, Act::Wake { elsewhere: true })) => {
                    errands.send(Arc::clone(&all[n])).unwrap();
                }
                Some((n, what)) => act(&all[n], what, &mut handles[n]),
            }
        }
        drop(errands);
        elsewhere.join().unwrap();
        // All wakes are done. What they gave reason for has to happen.
        for _ in 0..4 {
            yield_now().await;
            little_runtime::sleep(Duration::from_micros(10)).await;
        }
        let mut results = Vec::new();
        for (handle, seen) in handles.into_iter().zip(&all) {
            let Some(mut handle) = handle else {
                results.push(seen.result.lock().unwrap().take());
                continue;
            };
            let result = futures::poll!(&mut handle);
            results.push(match result {
                Poll::Ready(result) => Some(result),
                Poll::Pending => None,
            });
        }
        results
    });
    all.into_iter().zip(results).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 10 } else { 300 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_wake_is_lost(steps in prop::collection::vec(step(), 0..60)) {
        for (n, (seen, result)) in run(&steps).into_iter().enumerate() {
            let mine = || steps.iter().flatten().filter(|(it, _)| *it == n);
            let aborted = mine().any(|(_, act)| matches!(act, Act::Abort));
            let reasons = Seen::get(&seen.reasons);
            let consumed = Seen::get(&seen.consumed);
            prop_assert_eq!(Seen::get(&seen.drops), 1, "dropped once");
            prop_assert_eq!(Seen::get(&seen.polls_after_end), 0);
            let others = Seen::get(&seen.others);
            prop_assert_eq!(Seen::get(&seen.polls_of_others), 2 * others);
            let panics = Seen::get(&seen.panics) > 0;
            let in_drop = Seen::get(&seen.panics_in_drop) > 0;
            if !aborted && !panics {
                // It saw every reason, or as many as it needed.
                prop_assert!(consumed == reasons || consumed >= NEEDED);
            }
            let panicked = |words: &str| JoinError::Panicked(words.into());
            let as_it_was = match &result {
                None => true,
                Some(Ok(n)) => *n == consumed && *n >= NEEDED,
                Some(Err(JoinError::Cancelled)) => aborted,
                Some(Err(it)) => {
                    (panics && *it == panicked("told to"))
                        || (in_drop && *it == panicked("in drop"))
                }
            };
            prop_assert!(as_it_was, "{:?}", result);
        }
    }
}
