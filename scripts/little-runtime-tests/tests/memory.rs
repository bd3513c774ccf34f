//! What a burst has needed is given back when it is over: the bytes in use are
//! nearly as many as before.

#[path = "../src/in_use.rs"]
mod in_use;

use futures::channel::oneshot;
use futures::future::{join, join_all};
use futures::{AsyncReadExt, AsyncWriteExt, FutureExt};
use in_use::in_use;
use little_runtime::{JoinHandle, TcpListener, TcpStream};
use little_runtime::{block_on, sleep, spawn, yield_now};
use std::future::{pending, poll_fn};
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

const MANY: usize = 100_000;
/// The library keeps what a thousand tasks need. And other threads of the
/// tests' program may use a little meanwhile.
const NEARLY: isize = 200_000;

/// Runs it beside a task that stays, and says how many bytes are kept.
fn kept_after(burst: impl AsyncFn()) -> isize {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let turn = ONE_AT_A_TIME.lock();
    let _turn = turn.unwrap_or_else(PoisonError::into_inner);
    block_on(async {
        drop(spawn(pending::<()>()));
        sleep(Duration::from_millis(1)).await;
        let before = in_use();
        burst().await;
        // Room is given back before a sleep.
        sleep(Duration::from_millis(1)).await;
        sleep(Duration::from_millis(1)).await;
        in_use() - before
    })
}

fn assert_given_back(burst: impl AsyncFn()) {
    let kept = kept_after(burst);
    assert!(kept < NEARLY, "{kept} bytes are kept");
}

/// Each is pending, and has its timer.
async fn set<S: Future>(timers: &mut [Pin<Box<S>>]) {
    poll_fn(|cx| {
        for timer in &mut *timers {
            assert!(timer.poll_unpin(cx).is_pending());
        }
        Poll::Ready(())
    })
    .await;
}

fn timers(time: Duration) -> Vec<Pin<Box<impl Future<Output = ()>>>> {
    (0..MANY).map(|_| Box::pin(sleep(time))).collect()
}

#[test]
fn a_burst_of_timers_that_are_cancelled() {
    assert_given_back(async || {
        let mut timers = timers(Duration::from_secs(1000));
        set(&mut timers).await;
    });
}

#[test]
fn a_burst_of_timers_that_are_due() {
    assert_given_back(async || {
        let due = Duration::from_millis(200);
        join_all(timers(due)).await;
    });
}

#[test]
fn a_burst_of_tasks() {
    assert_given_back(async || {
        let tasks: Vec<_> =
            (0..MANY).map(|n| spawn(async move { n })).collect();
        for (n, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await, Ok(n));
        }
    });
}

/// They end a few at a time, so the thread sleeps in between. In either order.
#[test]
fn tasks_that_end_one_after_another() {
    for last_first in [false, true] {
        assert_given_back(async || {
            let tell = (0..MANY).map(|_| {
                let (tell, told) = oneshot::channel::<()>();
                drop(spawn(told));
                tell
            });
            let mut tell: Vec<_> = tell.collect();
            if last_first {
                tell.reverse();
            }
            while !tell.is_empty() {
                tell.truncate(tell.len() - tell.len().min(1000));
                sleep(Duration::from_millis(1)).await;
            }
        });
    }
}

#[test]
fn a_burst_of_tasks_that_another_thread_wakes() {
    assert_given_back(async || {
        let tell = (0..MANY).map(|_| {
            let (tell, told) = oneshot::channel::<()>();
            drop(spawn(told));
            tell
        });
        let tell: Vec<_> = tell.collect();
        yield_now().await; // all wait
        thread::spawn(|| drop(tell)).join().unwrap();
    });
}

#[test]
fn a_burst_of_connections() {
    // Each takes two files.
    let limit = rlimit::increase_nofile_limit(20_200).unwrap();
    let connections = (limit.saturating_sub(200) / 2).min(10_000);
    assert_given_back(async || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0).into());
        let listener = listener.unwrap();
        let address = listener.local_addr().unwrap();
        let mut both = Vec::new();
        for _ in 0..connections {
            let connecting = spawn(TcpStream::connect(address));
            let server = listener.accept().await.unwrap().0;
            both.push((server, connecting.await.unwrap().unwrap()));
        }
        let talking = both.into_iter().map(|(mut server, mut client)| {
            spawn(async move {
                let mut heard = [0; 3];
                let heard = server.read_exact(&mut heard);
                let (said, heard) = join(client.write_all(b"tea"), heard).await;
                said.and(heard).unwrap();
                // Nothing of it stays in the system, either.
                server.set_zero_linger().unwrap();
            })
        });
        for ended in join_all(talking).await {
            ended.unwrap();
        }
    });
}

/// Slots are given back while some tasks are left, and new ones come.
#[test]
fn who_is_left_after_a_burst_still_has_its_wakes() {
    type Task = (usize, oneshot::Sender<usize>, JoinHandle<usize>);
    let spawn_one = |n: usize| -> Task {
        let (tell, told) = oneshot::channel();
        (n, tell, spawn(async move { n + told.await.unwrap() }))
    };
    kept_after(async || {
        let late = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&late);
        let note = poll_fn(move |cx| {
            keep.lock().unwrap().push(cx.waker().clone());
            Poll::Ready(())
        });
        spawn(note).await.unwrap();
        let mut left: Vec<_> = (0..10_000).map(spawn_one).collect();
        let mut next = left.len();
        let mut dice = 1_usize;
        while !left.is_empty() {
            let mut ending = Vec::new();
            for _ in 0..(left.len() / 3).max(10).min(left.len()) {
                dice = dice.wrapping_mul(0x5851_f42d_4c95_7f2d) + 1;
                let place = (dice >> 33) % left.len();
                let (n, tell, task) = left.swap_remove(place);
                tell.send(n).unwrap();
                ending.push(async move { assert_eq!(task.await, Ok(2 * n)) });
            }
            join_all(ending).await;
            // It is of a task that is long done.
            late.lock().unwrap().iter().for_each(Waker::wake_by_ref);
            left.extend((next..next + left.len() / 10).map(spawn_one));
            next += left.len() / 10;
            sleep(Duration::from_millis(1)).await;
        }
    });
}
