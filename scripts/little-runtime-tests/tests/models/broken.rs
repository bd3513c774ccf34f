//! Mistakes that one could make here. Each of these loses a wake in some order
//! of things, perhaps once in a million runs, and the model finds it.

use crate::sync::{AtomicBool, Bell, Mutex, Ordering};
use loom::thread;
use std::sync::Arc; // loom's does not survive a model that fails

/// What another thread does with a task, and what the loop does. Written by
/// hand, so that each test can break one piece of it.
#[derive(Default)]
struct Loop {
    queued: AtomicBool,
    queue: Mutex<bool>,
    asleep: AtomicBool,
    bell: Bell,
    reason: AtomicBool,
}

/// Runs the loop in every order with a thread that gives one reason and wakes.
fn check(
    put: fn(&Loop),
    sleep: fn(&Loop),
    leave_queue_before: fn(&Loop),
    leave_queue_after: fn(&Loop),
) {
    crate::check(move || {
        let it = Arc::new(Loop::default());
        it.queued.store(true, Ordering::Relaxed);
        *it.queue.lock().unwrap() = true;
        let waker = Arc::clone(&it);
        let waker = thread::spawn(move || {
            waker.reason.store(true, Ordering::Relaxed);
            if !waker.queued.swap(true, Ordering::AcqRel) {
                put(&waker);
            }
        });
        loop {
            while std::mem::take(&mut *it.queue.lock().unwrap()) {
                leave_queue_before(&it);
                let seen = it.reason.load(Ordering::Relaxed);
                leave_queue_after(&it);
                if seen {
                    waker.join().unwrap();
                    return;
                }
            }
            sleep(&it);
        }
    });
}

fn put(it: &Loop) {
    *it.queue.lock().unwrap() = true;
    it.bell.wake().unwrap();
}

fn put_and_ring_if_asleep(it: &Loop) {
    *it.queue.lock().unwrap() = true;
    if it.asleep.load(Ordering::SeqCst) {
        it.bell.wake().unwrap();
    }
}

/// Says that it is asleep, looks once more, and sleeps.
fn sleep(it: &Loop) {
    it.asleep.store(true, Ordering::SeqCst);
    if !*it.queue.lock().unwrap() {
        it.bell.wait();
    }
    it.asleep.store(false, Ordering::SeqCst);
}

fn leave(it: &Loop) {
    it.queued.swap(false, Ordering::AcqRel);
}

fn nothing(_: &Loop) {}

fn wait(it: &Loop) {
    it.bell.wait();
}

/// With no mistake the same loop is sound, so it is the mistakes that are found.
#[test]
fn without_a_mistake_it_passes() {
    check(put, wait, leave, nothing);
    check(put_and_ring_if_asleep, sleep, leave, nothing);
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_wake_that_does_not_ring_is_found() {
    let put = |it: &Loop| *it.queue.lock().unwrap() = true;
    check(put, wait, leave, nothing);
}

/// The flag is read before the task is put in, and not after it. In between,
/// the loop says that it is asleep, finds nothing, and sleeps.
#[test]
#[should_panic(expected = "deadlock")]
fn a_flag_read_in_the_wrong_order_is_found() {
    let put = |it: &Loop| {
        let asleep = it.asleep.load(Ordering::SeqCst);
        *it.queue.lock().unwrap() = true;
        if asleep {
            it.bell.wake().unwrap();
        }
    };
    check(put, sleep, leave, nothing);
}

/// The loop has found nothing, and only then says that it is asleep. A wake
/// between the two does not ring.
#[test]
#[should_panic(expected = "deadlock")]
fn to_look_before_one_says_asleep_is_found() {
    let sleep = |it: &Loop| {
        it.asleep.store(true, Ordering::SeqCst);
        it.bell.wait();
        it.asleep.store(false, Ordering::SeqCst);
    };
    check(put_and_ring_if_asleep, sleep, leave, nothing);
}

/// A wake during the poll finds the task queued still, and goes away.
#[test]
#[should_panic(expected = "deadlock")]
fn to_leave_the_queue_after_the_poll_is_found() {
    check(put, wait, nothing, leave);
}

/// A store reads nothing. So the poll may miss what came before a wake that
/// found the task in the queue, and went away.
#[test]
#[should_panic(expected = "deadlock")]
fn a_store_in_place_of_the_swap_is_found() {
    let leave = |it: &Loop| it.queued.store(false, Ordering::Release);
    check(put, wait, leave, nothing);
}
