//! Tasks, their handles, and the end of all.

use crate::{Drops, Guard, foreign};
use futures::{FutureExt, channel::oneshot};
use little_runtime::{JoinError, JoinSet};
use little_runtime::{block_on, sleep, spawn, timeout, yield_now};
use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Barrier, Mutex, Once, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};
use std::{mem, thread};

fn words(panic: Box<dyn std::any::Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(words) => *words,
        Err(panic) => panic.downcast_ref::<&str>().unwrap().to_string(),
    }
}

#[test]
fn a_handle_brings_the_value() {
    let value = block_on(async { spawn(async { Rc::new(7) }).await });
    assert_eq!(*value.unwrap(), 7);
}

#[test]
fn the_future_of_block_on_may_borrow() {
    let text = String::from("tea");
    let length = block_on(async { yield_then(&text).await });
    assert_eq!(length, 3);
}

async fn yield_then(text: &str) -> usize {
    yield_now().await;
    text.len()
}

#[test]
fn a_panic_stays_in_its_task() {
    block_on(async {
        let burnt = spawn(async {
            yield_now().await;
            panic!("tea {}", 3)
        });
        let fine = spawn(async { 1 });
        let burnt: Result<(), _> = burnt.await;
        assert_eq!(burnt, Err(JoinError::Panicked("tea 3".into())));
        assert_eq!(fine.await, Ok(1));
    });
}

#[test]
fn a_panic_while_it_is_dropped_stays_in_its_task() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    block_on(async {
        // dropped when it is done, when it is aborted, and at the end
        spawn(async { Bomb }).await.map(mem::forget).unwrap();
        drop(spawn(async { Bomb }));
        let aborted = spawn(async {
            let _bomb = Bomb;
            pending::<()>().await;
        });
        drop(spawn(async {
            let _bomb = Bomb;
            pending::<()>().await;
        }));
        yield_now().await;
        aborted.abort();
        let words = JoinError::Panicked("in drop".into());
        assert_eq!(aborted.await, Err(words));
    });
}

/// When it is ready, when it is aborted, and at the end of `block_on`.
#[test]
fn a_panic_while_it_is_dropped_is_told() {
    struct Bomb(Poll<u8>);
    impl Future for Bomb {
        type Output = u8;
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u8> {
            self.0
        }
    }
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    let told = || Err(JoinError::Panicked("in drop".into()));
    let left = block_on(async {
        assert_eq!(spawn(Bomb(Poll::Ready(1))).await, told());
        let aborted = spawn(Bomb(Poll::Pending));
        aborted.abort();
        assert_eq!(aborted.await, told());
        Some(spawn(Bomb(Poll::Pending)))
    });
    assert_eq!(block_on(left.unwrap()), told());
}

#[test]
fn a_panic_whose_payload_panics_is_told() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    block_on(async {
        let task = spawn(async { std::panic::panic_any(Bomb) });
        let told: Result<(), _> = task.await;
        assert_eq!(told, Err(JoinError::Panicked("no words".into())));
    });
}

#[test]
fn a_handle_that_gave_its_result_says_so() {
    block_on(async {
        let mut task = spawn(async { 1 });
        assert_eq!((&mut task).await, Ok(1));
        let again = AssertUnwindSafe(timeout(Duration::from_secs(1), task));
        let panic = again.catch_unwind().await.unwrap_err();
        assert_eq!(words(panic), "a handle gives its result once");
    });
}

#[test]
fn a_waker_that_panics_spoils_no_result() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("woken");
        }
    }
    block_on(async {
        let waker = Waker::from(Arc::new(Panics));
        let mut cx = Context::from_waker(&waker);
        let mut well = spawn(async { 1 });
        let mut aborted = spawn(pending::<()>());
        assert!(well.poll_unpin(&mut cx).is_pending());
        assert!(aborted.poll_unpin(&mut cx).is_pending());
        aborted.abort();
        yield_now().await;
        assert_eq!(well.await, Ok(1));
        assert_eq!(aborted.await, Err(JoinError::Cancelled));
    });
}

#[test]
fn of_two_panics_the_first_is_told() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(thread::panicking(), "the second");
        }
    }
    struct Panics(Option<Bomb>);
    impl Future for Panics {
        type Output = ();
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            assert!(self.0.is_none(), "the first");
            Poll::Ready(())
        }
    }
    block_on(async {
        let told = spawn(Panics(Some(Bomb))).await.unwrap_err();
        assert_eq!(told, JoinError::Panicked("the first".into()));
    });
}

/// A waker that is not the library's may take its time when it is cloned.
#[test]
fn a_task_ends_while_its_handle_is_polled_elsewhere() {
    let cloning = Arc::new(Barrier::new(2));
    let (ended, end) = mpsc::channel();
    let end = Mutex::new(end);
    block_on(async {
        let meet = Arc::clone(&cloning);
        let mut task = spawn(async move {
            meet.wait();
        });
        let polling = thread::spawn(move || {
            let once = Once::new();
            let waker = foreign(move || {
                once.call_once(|| {
                    cloning.wait();
                    let end = end.lock().unwrap();
                    end.recv_timeout(Duration::from_secs(5)).unwrap();
                });
            });
            let mut cx = Context::from_waker(&waker);
            task.poll_unpin(&mut cx)
        });
        yield_now().await; // the task ends
        ended.send(()).unwrap();
        assert_eq!(polling.join().unwrap(), Poll::Ready(Ok(())));
    });
}

#[test]
fn an_aborted_task_is_dropped_and_not_polled() {
    let drops = Drops::default();
    block_on(async {
        let guard = drops.guard();
        let waiting = spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        let guard = drops.guard();
        let never_polled = spawn(async move {
            let _guard: Guard = guard;
            unreachable!("it was aborted before its first poll");
        });
        never_polled.abort();
        yield_now().await;
        assert_eq!(drops.seen(), 1);
        waiting.abort();
        assert_eq!(drops.seen(), 1, "not within abort: when its turn comes");
        assert_eq!(waiting.await, Err(JoinError::Cancelled));
        assert_eq!(never_polled.await, Err::<(), _>(JoinError::Cancelled));
        assert_eq!(drops.seen(), 2);
    });
}

#[test]
fn to_abort_a_task_that_is_done_keeps_its_result() {
    block_on(async {
        let done = spawn(async { 5 });
        yield_now().await;
        done.abort();
        assert_eq!(done.await, Ok(5));
    });
}

/// Who comes next has its slot, and perhaps its head.
#[test]
fn an_abort_is_for_one_task_only() {
    block_on(async {
        for kept in [true, false] {
            let aborted = spawn(pending::<()>());
            aborted.abort();
            let aborted = kept.then_some(aborted);
            yield_now().await;
            let next = spawn(yield_then("tea"));
            if let Some(aborted) = aborted {
                aborted.abort();
                assert_eq!(aborted.await, Err(JoinError::Cancelled));
            }
            assert_eq!(next.await, Ok(3));
        }
    });
}

#[test]
fn a_task_may_abort_itself() {
    block_on(async {
        let (tell, own) = oneshot::channel();
        let task = spawn(async move {
            let own: Rc<little_runtime::JoinHandle<()>> = own.await.unwrap();
            own.abort();
            drop(own);
            yield_now().await;
            unreachable!("polled after it was aborted");
        });
        let task = Rc::new(task);
        assert!(tell.send(Rc::clone(&task)).is_ok());
        for _ in 0..3 {
            yield_now().await;
        }
        let task = Rc::into_inner(task).expect("the other was dropped");
        assert_eq!(task.await, Err(JoinError::Cancelled));
    });
}

#[test]
fn to_drop_a_handle_is_not_to_abort() {
    let (tell, heard) = oneshot::channel();
    block_on(async {
        drop(spawn(async move {
            yield_now().await;
            tell.send(9).unwrap();
        }));
        assert_eq!(heard.await, Ok(9));
    });
}

#[test]
fn a_handle_can_be_awaited_on_another_thread() {
    block_on(async {
        let task = spawn(async {
            sleep(Duration::from_millis(20)).await;
            11
        });
        let other = thread::spawn(|| block_on(task));
        while !other.is_finished() {
            sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(other.join().unwrap(), Ok(11));
    });
}

#[test]
fn a_handle_can_abort_from_another_thread() {
    let result = block_on(async {
        let task = spawn(pending::<()>());
        yield_now().await;
        let aborting = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            task.abort(); // while the thread of the task is asleep
            task
        });
        let (tell, heard) = oneshot::channel();
        thread::spawn(move || tell.send(aborting.join().unwrap()));
        heard.await.unwrap().await
    });
    assert_eq!(result, Err(JoinError::Cancelled));
}

#[test]
fn at_the_end_all_tasks_are_dropped() {
    struct SpawnsInDrop(Drops, u32);
    impl Drop for SpawnsInDrop {
        fn drop(&mut self) {
            let guard = self.0.guard();
            let more =
                (self.1 > 0).then(|| SpawnsInDrop(self.0.clone(), self.1 - 1));
            spawn(async move { drop((guard, more)) });
        }
    }
    let drops = Drops::default();
    let handles = block_on(async {
        let ready = drops.guard();
        let handles = (0..100).map(|n| {
            let guard = drops.guard();
            spawn(async move {
                let _guard = guard;
                if n % 2 == 0 {
                    pending::<()>().await;
                } else {
                    sleep(Duration::from_secs(1000)).await;
                }
            })
        });
        let handles: Vec<_> = handles.collect();
        yield_now().await;
        let nested = SpawnsInDrop(drops.clone(), 2);
        spawn(async move {
            let _nested = nested;
            pending::<()>().await;
        });
        drop(spawn(async move { drop(ready) })); // never polled
        handles
    });
    assert_eq!(drops.seen(), 104);
    for handle in handles {
        assert_eq!(block_on(handle), Err(JoinError::Cancelled));
    }
}

#[test]
fn a_wake_after_the_end_does_no_harm() {
    let wakers = Rc::new(RefCell::new(Vec::new()));
    let keep = |wakers: &Rc<RefCell<Vec<Waker>>>| {
        let wakers = Rc::clone(wakers);
        poll_fn(move |cx| {
            wakers.borrow_mut().push(cx.waker().clone());
            Poll::<()>::Pending
        })
    };
    block_on(async {
        spawn(keep(&wakers));
        let waits = keep(&wakers);
        futures::select! {
            () = waits.fuse() => {}
            () = yield_now().fuse() => {}
        }
        yield_now().await;
    });
    let wakers = wakers.take();
    assert!(wakers.len() >= 2);
    block_on(async {
        // new tasks have the slots of the old ones
        let polls = Rc::new(RefCell::new(0));
        let count = Rc::clone(&polls);
        spawn(poll_fn(move |_| {
            *count.borrow_mut() += 1;
            Poll::<()>::Pending
        }));
        yield_now().await;
        wakers.iter().for_each(Waker::wake_by_ref);
        yield_now().await;
        yield_now().await;
        assert_eq!(*polls.borrow(), 1, "woken by a waker of its predecessor");
    });
    thread::spawn(move || wakers.into_iter().for_each(Waker::wake))
        .join()
        .unwrap();
}

/// A task that wakes itself all the time, in the slot of one that has been woken
/// since its end, gets no more than its turns.
#[test]
fn a_successor_inherits_no_turns() {
    block_on(async {
        let mut set = JoinSet::new();
        for _ in 0..100 {
            set.spawn(async { yield_now().await });
            yield_now().await;
            yield_now().await;
        }
        let polls = Rc::new(Cell::new(0));
        let count = Rc::clone(&polls);
        spawn(poll_fn(move |cx| {
            count.set(count.get() + 1);
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        }));
        drop(set); // wakes all of them once more
        for _ in 0..10 {
            yield_now().await;
        }
        assert!((9..=11).contains(&polls.get()), "{} polls", polls.get());
    });
}

/// In a process of its own, for the limit is a process's.
#[test]
#[cfg(unix)]
fn without_open_files_it_panics_and_later_goes_on() {
    use rlimit::Resource;
    use std::process::Command;
    const CHILD: &str = "LITTLE_RUNTIME_WITHOUT_FILES";
    if std::env::var_os(CHILD).is_none() {
        let name = "tasks::without_open_files_it_panics_and_later_goes_on";
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", name, "--nocapture"]).env(CHILD, "1");
        let output = child.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let (soft, hard) = Resource::NOFILE.get().unwrap();
    Resource::NOFILE.set(0, hard).unwrap();
    let result = catch_unwind(|| block_on(async { 1 }));
    Resource::NOFILE.set(soft, hard).unwrap();
    result.unwrap_err();
    assert_eq!(block_on(async { 2 }), 2);
}

/// What a task panics with may panic itself when it is dropped.
#[test]
fn a_panic_within_a_panic_stays_in_its_task() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(thread::panicking(), "boom");
        }
    }
    struct Throws;
    impl Drop for Throws {
        fn drop(&mut self) {
            std::panic::panic_any(Bomb);
        }
    }
    block_on(async {
        let throws = Throws;
        spawn(async move {
            let _throws = throws;
            pending::<()>().await;
        });
        yield_now().await;
    });
    assert_eq!(block_on(async { 3 }), 3, "it is not within a block_on");
}

#[test]
fn a_waker_may_outlive_its_thread() {
    let runs = || block_on(poll_fn(|cx| Poll::Ready(cx.waker().clone())));
    let waker = thread::spawn(runs).join().unwrap();
    waker.wake_by_ref();
    waker.wake();
}

#[test]
fn wakes_of_other_threads_arrive() {
    let start = Instant::now();
    block_on(async {
        let mut tasks = JoinSet::new();
        for n in 0..200_u64 {
            let (tell, heard) = oneshot::channel();
            thread::spawn(move || {
                thread::sleep(Duration::from_micros(n * 50));
                tell.send(n).unwrap();
            });
            tasks.spawn(heard);
        }
        let mut sum = 0;
        while let Some(n) = tasks.join_next().await {
            sum += n.unwrap().unwrap();
        }
        assert_eq!(sum, 199 * 200 / 2);
    });
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_set_is_joined_in_the_order_of_ends() {
    block_on(async {
        let mut set = JoinSet::new();
        assert!(set.is_empty());
        for n in [3, 1, 2] {
            set.spawn(async move {
                sleep(Duration::from_millis(n * 20)).await;
                assert!(n != 2, "two");
                n
            });
        }
        assert_eq!(set.len(), 3);
        assert_eq!(set.join_next().await, Some(Ok(1)));
        let panicked = JoinError::Panicked("two".into());
        assert_eq!(set.join_next().await, Some(Err(panicked)));
        assert_eq!(set.join_next().await, Some(Ok(3)));
        assert_eq!(set.join_next().await, None);
    });
}

#[test]
fn to_drop_a_set_is_to_abort_its_tasks() {
    let drops = Drops::default();
    block_on(async {
        let mut set = JoinSet::new();
        for _ in 0..10 {
            let guard = drops.guard();
            set.spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
        }
        yield_now().await;
        drop(set);
        yield_now().await;
        assert_eq!(drops.seen(), 10);
    });
}

#[test]
fn no_task_without_a_runtime() {
    let panic = catch_unwind(|| drop(spawn(async {}))).unwrap_err();
    assert_eq!(words(panic), "spawn needs a block_on on its thread");
    let panic = catch_unwind(|| block_on(async { block_on(async {}) }));
    assert_eq!(words(panic.unwrap_err()), "block_on within a block_on");
    assert_eq!(block_on(ready(4)), 4, "it can be used again");
}

#[test]
fn a_panic_of_the_main_future_comes_through() {
    let drops = Drops::default();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        block_on(async {
            let guard = drops.guard();
            spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            yield_now().await;
            panic!("no milk");
        })
    }));
    assert_eq!(words(panic.unwrap_err()), "no milk");
    assert_eq!(drops.seen(), 1);
    assert_eq!(block_on(async { spawn(ready(4)).await }), Ok(4));
}

#[test]
fn tasks_take_turns() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    block_on(async {
        let mut set = JoinSet::new();
        for task in 1..=3 {
            let seen = Rc::clone(&seen);
            set.spawn(async move {
                for _ in 0..3 {
                    seen.borrow_mut().push(task);
                    yield_now().await;
                }
            });
        }
        while set.join_next().await.is_some() {}
    });
    assert_eq!(*seen.borrow(), [1, 2, 3, 1, 2, 3, 1, 2, 3]);
}

/// Also when it was woken by the first of many tasks that are still to be polled.
#[test]
fn the_future_of_block_on_waits_for_its_turn() {
    block_on(async {
        let (tell, heard) = oneshot::channel();
        spawn(async move { tell.send(()).unwrap() });
        let polls = Rc::new(Cell::new(0));
        for _ in 0..200 {
            let polls = Rc::clone(&polls);
            spawn(async move { polls.set(polls.get() + 1) });
        }
        heard.await.unwrap();
        assert_eq!(polls.get(), 200);
    });
}

/// More of them than there are polls between two looks at what they wake.
#[test]
fn what_other_threads_wake_is_not_starved() {
    block_on(async {
        for _ in 0..10 {
            spawn(async {
                loop {
                    yield_now().await;
                }
            });
        }
        for n in 0..100 {
            let (tell, heard) = oneshot::channel();
            thread::spawn(move || tell.send(n).unwrap());
            assert_eq!(
                timeout(Duration::from_secs(5), heard).await,
                Some(Ok(n))
            );
        }
    });
}

#[test]
fn many_yielding_tasks_do_not_starve_a_timer() {
    block_on(async {
        for _ in 0..1000 {
            spawn(async {
                loop {
                    yield_now().await;
                }
            });
        }
        let start = Instant::now();
        sleep(Duration::from_millis(20)).await;
        assert!(start.elapsed() < Duration::from_secs(5));
    });
}

/// Its own panic goes on, whatever happens to the tasks that it leaves.
#[test]
fn tasks_that_panic_as_block_on_panics_are_told() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    let mut left = None;
    let burnt = catch_unwind(AssertUnwindSafe(|| {
        block_on(async {
            left = Some(spawn(async {
                let _bomb = Bomb;
                pending::<()>().await;
            }));
            yield_now().await;
            panic!("its own");
        })
    }));
    assert_eq!(words(burnt.unwrap_err()), "its own");
    let told = Err(JoinError::Panicked("in drop".into()));
    assert_eq!(block_on(left.unwrap()), told);
}
