//! What the executor must do: whoever waits longest is polled first, and nobody
//! who was not woken.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use super::{let_others_in, run, spawn};

/// What happened, in its order.
type Log = Arc<Mutex<Vec<String>>>;

fn log(log: &Log, what: impl Into<String>) {
    log.lock().unwrap().push(what.into());
}

/// Says its name so many times, and lets others in after each.
async fn says(name: &'static str, times: u32, said: Log) {
    for n in 1..=times {
        log(&said, format!("{name} {n}"));
        let_others_in().await;
    }
}

#[exercise::test]
fn three_tasks_take_turns() {
    let said = Log::default();
    for name in ["a", "b", "c"] {
        spawn(says(name, 3, said.clone()));
    }
    run();
    let turns = "a 1, b 1, c 1, a 2, b 2, c 2, a 3, b 3, c 3";
    assert_eq!(said.lock().unwrap().join(", "), turns, "whose turn it was");
}

#[exercise::test]
fn a_short_task_does_not_wait_for_a_long_one() {
    let said = Log::default();
    spawn(says("long", 50, said.clone()));
    spawn(says("short", 1, said.clone()));
    run();
    let said = said.lock().unwrap();
    let place = said.iter().position(|it| it == "short 1");
    assert_eq!(place, Some(1), "turns that `long` had before `short`");
}

#[exercise::test]
fn a_new_task_waits_behind_those_that_are_ready() {
    let said = Log::default();
    let of_first = said.clone();
    spawn(async move {
        spawn(says("new", 1, of_first.clone()));
        says("first", 2, of_first).await;
    });
    spawn(says("second", 1, said.clone()));
    run();
    let turns = "first 1, second 1, new 1, first 2";
    assert_eq!(said.lock().unwrap().join(", "), turns, "whose turn it was");
}

#[exercise::test]
fn who_waits_is_not_polled_until_it_is_woken() {
    let said = Log::default();
    let waker = Arc::new(Mutex::new(None::<Waker>));
    let (of_waiter, kept) = (said.clone(), waker.clone());
    let mut asked = false;
    spawn(poll_fn(move |cx| {
        log(&of_waiter, "waiter");
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        *kept.lock().unwrap() = Some(cx.waker().clone());
        Poll::Pending
    }));
    let of_ringer = said.clone();
    spawn(async move {
        says("ringer", 2, of_ringer.clone()).await;
        log(&of_ringer, "rings");
        let kept = waker.lock().unwrap().take();
        kept.iter().for_each(Waker::wake_by_ref);
    });
    run();
    let turns = "waiter, ringer 1, ringer 2, rings, waiter";
    assert_eq!(said.lock().unwrap().join(", "), turns, "who was polled");
}
