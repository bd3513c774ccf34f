//! All that threads share in the little runtime, run by loom in every order.
//!
//! The files under test are included as they are, with loom's types in `sync`
//! instead of the standard library's. Up to three times, a thread may lose the
//! processor where it need not. `MODELS=unbounded cargo test --test models`
//! has no such bound, but for the one model that would take hours then.

mod broken;
#[path = "../../../../chapters/little-runtime/src/outcome.rs"]
#[expect(dead_code, unreachable_pub, reason = "the library uses all of it")]
mod outcome;
mod room {
    /// As in the library. No model needs so much.
    pub(crate) const ROOM: usize = 1024;
}
mod sync;
#[path = "../../../../chapters/little-runtime/src/tasks.rs"]
#[expect(dead_code, reason = "the library uses all of it")]
mod tasks;
#[path = "../../../../chapters/little-runtime/src/wake.rs"]
mod wake;

use loom::thread;
use outcome::{JoinError, Outcome};
use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc as StdArc;
use std::task::{Context, Poll, Wake, Waker};
use sync::{Arc, AtomicBool, AtomicUsize, Bell, Ordering};
use tasks::{Tasks, Work};
use wake::{Head, Queue};

/// Runs the model in every order. A thread that waits for ever is a panic.
fn check(model: impl Fn() + Send + Sync + 'static) {
    let unbounded = std::env::var("MODELS").is_ok_and(|it| it == "unbounded");
    check_within((!unbounded).then_some(3), model);
}

/// As above, in each order in which so many times at most a thread loses the
/// processor where it need not.
fn check_within(
    preemptions: Option<usize>,
    model: impl Fn() + Send + Sync + 'static,
) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    builder.check(model);
}

/// What the runtime has of a thread, and one task, which is woken.
struct Loop {
    tasks: RefCell<Tasks>,
    queue: Arc<Queue>,
    head: Arc<Head>,
}

impl Loop {
    fn new() -> Self {
        let queue = Arc::new(Queue::new(Bell::default()));
        let tasks = RefCell::new(Tasks::default());
        let head = tasks.borrow_mut().add(&queue);
        tasks.borrow_mut().set(head.id, Box::pin(Nothing));
        Self { tasks, queue, head }
    }

    fn hear(&self, or_sleep: bool) -> bool {
        let mut queued = Vec::new();
        self.queue.take(&mut queued, or_sleep);
        let (mut tasks, any) = (self.tasks.borrow_mut(), !queued.is_empty());
        queued.into_iter().for_each(|it| tasks.wake_from_queue(it));
        any
    }

    /// Whether the task was to be polled. From now on it is not.
    fn leaves_the_woken(&self) -> bool {
        let (mut tasks, mut woken) = (self.tasks.borrow_mut(), Vec::new());
        tasks.take_woken(&mut woken);
        let task = woken.pop().and_then(|it| tasks.take(it));
        let woken = task.is_some();
        task.into_iter()
            .for_each(|(head, job)| tasks.put_back(head, Some(job)));
        woken
    }

    /// Polls the task when it is woken, until that says that it is done.
    fn run(&self, mut poll: impl FnMut() -> Poll<()>) {
        let mut woken = Vec::new();
        loop {
            self.tasks.borrow_mut().take_woken(&mut woken);
            if woken.is_empty() && !self.hear(true) {
                self.queue.bell.wait();
                self.hear(false);
            }
            for id in woken.drain(..) {
                let task = self.tasks.borrow_mut().take(id);
                let Some((head, job)) = task else { continue };
                assert_eq!(id, self.head.id);
                let done = head.is_aborted() || poll().is_ready();
                let job = (!done).then_some(job);
                self.tasks.borrow_mut().put_back(head, job);
                if done {
                    return;
                }
            }
        }
    }
}

/// It is the models that poll.
struct Nothing;

impl Work for Nothing {
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
    fn drop_future(self: Pin<&mut Self>) {}
    fn fail(&self, _: JoinError) {}
}

/// A thread that gives a task so many reasons to go on, and wakes it for each.
fn waker(
    head: &Arc<Head>,
    reasons: &Arc<AtomicUsize>,
    times: usize,
) -> thread::JoinHandle<()> {
    let (head, reasons) = (Arc::clone(head), Arc::clone(reasons));
    thread::spawn(move || {
        for _ in 0..times {
            // Relaxed: it is the wake that has to make it visible.
            reasons.fetch_add(1, Ordering::Relaxed);
            head.enqueue();
        }
    })
}

/// A task that is done when it has seen two reasons.
fn wants_two(reasons: &AtomicUsize) -> Poll<()> {
    match reasons.load(Ordering::Relaxed) {
        2 => Poll::Ready(()),
        _ => Poll::Pending,
    }
}

/// Two threads give a task a reason to go on, and wake it. It must see both.
/// Without a bound this has more orders than one can wait for.
#[test]
fn no_wake_is_lost() {
    check_within(Some(3), || {
        let it = Loop::new();
        let reasons = Arc::new(AtomicUsize::new(0));
        let wakers = [(); 2].map(|()| waker(&it.head, &reasons, 1));
        it.run(|| wants_two(&reasons));
        for waker in wakers {
            waker.join().unwrap();
        }
    });
}

/// As above, and small enough to be run with no bound: the loop polls once, and
/// does not sleep. What that poll has not seen, the task is in the queue for.
#[test]
fn a_task_that_has_not_seen_all_is_in_the_queue() {
    check(|| {
        let it = Loop::new();
        let reasons = Arc::new(AtomicUsize::new(0));
        let wakers = [(); 2].map(|()| waker(&it.head, &reasons, 1));
        it.hear(false);
        assert!(it.leaves_the_woken());
        let seen = reasons.load(Ordering::Relaxed);
        for waker in wakers {
            waker.join().unwrap();
        }
        it.hear(false);
        assert!(it.leaves_the_woken() || seen == 2, "{seen}");
    });
}

/// One thread wakes twice.
#[test]
fn no_second_wake_is_lost() {
    check(|| {
        let it = Loop::new();
        let reasons = Arc::new(AtomicUsize::new(0));
        let waker = waker(&it.head, &reasons, 2);
        it.run(|| wants_two(&reasons));
        waker.join().unwrap();
    });
}

/// A task that wakes itself, as `yield_now` does, while another thread does.
#[test]
fn a_task_that_yields_is_in_the_queue_once() {
    check(|| {
        let it = Loop::new();
        let reason = Arc::new(AtomicBool::new(false));
        let waker = {
            let (head, reason) = (Arc::clone(&it.head), Arc::clone(&reason));
            thread::spawn(move || {
                reason.store(true, Ordering::Relaxed);
                head.enqueue();
            })
        };
        let mut turns = 0;
        it.run(|| {
            turns += 1;
            if turns == 1 {
                it.tasks.borrow_mut().wake(it.head.id);
            }
            match turns > 1 && reason.load(Ordering::Relaxed) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        });
        assert!(turns <= 3, "{turns} polls for two wakes");
        waker.join().unwrap();
    });
}

/// To abort is to say so, and to wake.
#[test]
fn an_abort_is_heard() {
    check(|| {
        let it = Loop::new();
        let aborting = Arc::clone(&it.head);
        let aborting = thread::spawn(move || {
            aborting.abort();
            aborting.enqueue();
        });
        it.run(|| Poll::Pending);
        aborting.join().unwrap();
    });
}

/// A wake comes while the runtime ends. Loom sees to it that nothing leaks.
#[test]
fn a_late_wake_keeps_nothing_alive() {
    check(|| {
        let it = Loop::new();
        let late = Arc::clone(&it.head);
        let late = thread::spawn(move || late.enqueue());
        let mut polls = 0;
        it.run(|| {
            polls += 1;
            Poll::Ready(())
        });
        assert_eq!(polls, 1);
        late.join().unwrap();
    });
}

/// A task is done, and the next one gets its slot, while a late wake of the first
/// is under way. The head may be the same one, or not: no wake is lost, and the
/// second is not polled for the first.
#[test]
fn the_next_task_in_a_slot_has_its_own_wakes() {
    check(|| {
        let mut it = Loop::new();
        let late = Arc::clone(&it.head);
        let late = thread::spawn(move || late.enqueue());
        it.run(|| Poll::Ready(()));
        let [first, second] = {
            let mut tasks = it.tasks.borrow_mut();
            let first = it.head.id;
            it.head = Arc::new(Head::new(first, Arc::clone(&it.queue)));
            let second = tasks.add(&it.queue);
            tasks.set(second.id, Box::pin(Nothing));
            it.head = second;
            [first, it.head.id]
        };
        assert_eq!(first.place, second.place);
        assert!(it.leaves_the_woken());
        let reasons = Arc::new(AtomicUsize::new(1));
        let waker = waker(&it.head, &reasons, 1);
        let mut polls = 0;
        it.run(|| {
            polls += 1;
            wants_two(&reasons)
        });
        assert_eq!(polls, 1, "for one wake");
        late.join().unwrap();
        waker.join().unwrap();
    });
}

/// A waker that rings a bell.
struct Ring(Arc<Bell>);

impl Wake for Ring {
    fn wake(self: StdArc<Self>) {
        self.0.wake().unwrap();
    }
}

/// The task ends here, its handle is awaited there.
#[test]
fn a_result_reaches_the_thread_that_awaits_it() {
    check(|| {
        let outcome = Arc::new(Outcome::open(Loop::new().head));
        let settling = Arc::clone(&outcome);
        let settling = thread::spawn(move || settling.settle(Ok(7)));
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(StdArc::new(Ring(Arc::clone(&bell))));
        let result = loop {
            match outcome.poll(&waker) {
                Poll::Ready(result) => break result,
                Poll::Pending => bell.wait(),
            }
        };
        assert_eq!(result, Ok(7));
        settling.join().unwrap();
    });
}

/// The task is dropped there, and its handle here. The result has an `Arc`, and
/// Loom sees to it that it does not leak.
#[test]
fn a_result_that_nobody_awaits_is_dropped() {
    check(|| {
        let outcome = Arc::new(Outcome::<Arc<u32>>::open(Loop::new().head));
        let settling = Arc::clone(&outcome);
        let settling = thread::spawn(move || {
            settling.settle(Ok(Arc::new(7)));
        });
        let poll = outcome.poll(Waker::noop());
        assert!(matches!(poll, Poll::Pending | Poll::Ready(Ok(_))));
        drop(outcome);
        settling.join().unwrap();
    });
}

/// Whoever polled last is woken.
#[test]
fn a_handle_that_changes_hands_wakes_the_last() {
    check(|| {
        let outcome = Arc::new(Outcome::<u32>::open(Loop::new().head));
        let settling = Arc::clone(&outcome);
        let settling = thread::spawn(move || {
            settling.settle(Err(JoinError::Cancelled));
        });
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(StdArc::new(Ring(Arc::clone(&bell))));
        let mut poll = outcome.poll(Waker::noop());
        while poll.is_pending() {
            poll = outcome.poll(&waker);
            if poll.is_pending() {
                bell.wait();
            }
        }
        assert_eq!(poll, Poll::Ready(Err(JoinError::Cancelled)));
        settling.join().unwrap();
    });
}
