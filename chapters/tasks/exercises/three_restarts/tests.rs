//! What `supervise` must do. The clock is paused: a second takes no time.

use std::cell::Cell;
use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use timeline::LaneExt;
use tokio::task::JoinError;
use tokio::time::{sleep, timeout};

use super::supervise;

/// Supervises a task of which the first so many runs panic. Gives its end, and
/// how often it was started.
async fn supervised(panics: usize) -> (Result<usize, JoinError>, usize) {
    let runs = Cell::new(0);
    let start = || {
        runs.set(runs.get() + 1);
        let run = runs.get();
        let task = async move {
            sleep(Duration::from_secs(1)).await;
            if run <= panics {
                panic_any(format!(
                    "the panic of run {run} has hit the supervisor"
                ));
            }
            run
        };
        task.lane(format!("run {run}"))
    };
    let end = supervise(start).await;
    (end, runs.get())
}

#[exercise::test]
async fn a_task_that_does_not_panic_is_started_once() {
    let (end, runs) = supervised(0).await;
    assert_eq!(end.unwrap(), 1, "the output is that of run 1");
    assert_eq!(runs, 1, "runs, of a task that does not panic");
}

#[exercise::test]
async fn a_task_that_panics_is_started_again() {
    let (end, runs) = supervised(1).await;
    assert_eq!(end.unwrap(), 2, "the output is that of run 2");
    assert_eq!(runs, 2, "runs, of which the first panics");
}

#[exercise::test]
async fn three_restarts_make_four_runs() {
    let (end, runs) = supervised(3).await;
    assert_eq!(runs, 4, "runs, of which the first three panic");
    assert_eq!(end.unwrap(), 4, "the output is that of run 4");
}

#[exercise::test]
async fn after_the_fourth_panic_it_gives_up() {
    let (end, runs) = supervised(10).await;
    assert_eq!(runs, 4, "runs, of which all panic");
    let error = end.expect_err("nothing has given an output");
    assert!(error.is_panic(), "it gives the error of a panic: {error}");
}

#[exercise::test]
async fn an_error_is_an_output_and_no_panic() {
    let runs = Cell::new(0);
    let start = || {
        runs.set(runs.get() + 1);
        async { Err::<(), _>("no milk") }
    };
    let end = supervise(start).await;
    assert_eq!(end.unwrap(), Err("no milk"), "the output of the task");
    assert_eq!(runs.get(), 1, "runs, of a task that gives an error");
}

#[exercise::test]
async fn when_the_supervisor_is_dropped_its_task_is_too() {
    let poured = Arc::new(AtomicBool::new(false));
    let start = || {
        let poured = poured.clone();
        async move {
            sleep(Duration::from_secs(10)).await;
            poured.store(true, SeqCst);
        }
    };
    let end = timeout(Duration::from_secs(5), supervise(start)).await;
    assert!(end.is_err(), "it was there after 5 s, of a task of 10 s");
    sleep(Duration::from_secs(60)).await;
    assert!(!poured.load(SeqCst), "the task went on by itself");
}
