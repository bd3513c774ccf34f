//! What `kitchen` must build. Who must meet, waits for the others: no test
//! measures time.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use super::kitchen;

/// Far longer than anybody has to wait who is not kept from it.
const PATIENCE: Duration = Duration::from_millis(1200);

#[exercise::test]
fn there_are_as_many_workers_as_cooks() {
    for cooks in [1, 2, 7] {
        let runtime = kitchen(cooks, |_| ()).unwrap();
        assert_eq!(runtime.metrics().num_workers(), cooks, "workers");
    }
}

#[exercise::test]
fn each_cook_comes_once_by_its_name() {
    let (come, comes) = mpsc::channel();
    let runtime = kitchen(3, move |name| come.send(name.to_owned()).unwrap());
    let mut names: Vec<String> = (0..3)
        .map_while(|_| comes.recv_timeout(PATIENCE).ok())
        .collect();
    // After this, no cook can come any more.
    drop(runtime);
    names.extend(comes.try_iter());
    names.sort();
    assert_eq!(names, ["cook 1", "cook 2", "cook 3"], "those who have come");
}

#[exercise::test]
fn a_cook_comes_on_its_own_thread() {
    let (come, comes) = mpsc::channel();
    let runtime = kitchen(1, move |name| {
        let own = thread::current().name().map(str::to_owned);
        come.send((name.to_owned(), own)).unwrap();
    });
    let came = comes.recv_timeout(PATIENCE).expect("one cook should come");
    let name = "cook 1".to_owned();
    assert_eq!(
        came,
        (name.clone(), Some(name)),
        "its name, and its thread's"
    );
    drop(runtime);
}

#[exercise::test]
fn each_cook_takes_a_task_where_there_are_enough() {
    let runtime = kitchen(3, |_| ()).unwrap();
    let place = Arc::new((Mutex::new(BTreeSet::new()), Condvar::new()));
    let meet = || {
        let place = Arc::clone(&place);
        async move {
            let name = thread::current().name().unwrap_or("nobody").to_owned();
            let mut here = place.0.lock().unwrap();
            here.insert(name);
            place.1.notify_all();
            let alone = |here: &mut BTreeSet<String>| here.len() < 3;
            let met = place.1.wait_timeout_while(here, PATIENCE, alone);
            drop(met.unwrap());
        }
    };
    let tasks: Vec<_> = (0..3).map(|_| runtime.spawn(meet())).collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    let names: Vec<_> = place.0.lock().unwrap().iter().cloned().collect();
    assert_eq!(names, ["cook 1", "cook 2", "cook 3"], "who had a task");
}

#[exercise::test]
fn a_task_may_sleep_and_listen() {
    let runtime = kitchen(1, |_| ()).unwrap();
    let task = runtime.spawn(async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        tokio::net::TcpListener::bind("127.0.0.1:0").await.is_ok()
    });
    let listens = runtime.block_on(task).expect("the task has panicked");
    assert!(listens, "a task can have a socket");
}
