//! The `futures` crate's own combinators run on it.

use futures::channel::{mpsc, oneshot};
use futures::future::{join_all, select_all};
use futures::stream::{self, FuturesUnordered};
use futures::{FutureExt, SinkExt, StreamExt, TryStreamExt, join, select};
use little_runtime::{block_on, sleep, spawn, yield_now};
use std::time::{Duration, Instant};

async fn late(n: u64) -> u64 {
    sleep(Duration::from_millis(n)).await;
    n
}

#[test]
fn select_takes_the_first() {
    block_on(async {
        let (mut slow, mut quick) =
            (Box::pin(late(1000).fuse()), Box::pin(late(10).fuse()));
        let first = select! { n = slow => n, n = quick => n };
        assert_eq!(first, 10);
        let many: Vec<_> = [900, 5, 800].map(|n| late(n).boxed()).into();
        assert_eq!(select_all(many).await.0, 5);
    });
}

#[test]
fn joined_futures_wait_together() {
    let start = Instant::now();
    block_on(async {
        assert_eq!(join!(late(30), late(20), late(10)), (30, 20, 10));
        // more than thirty have another waker each
        let all = join_all((0..100).map(|n| late(n % 40))).await;
        assert_eq!(all.len(), 100);
    });
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn unordered_futures_come_as_they_end() {
    block_on(async {
        let all: FuturesUnordered<_> =
            [30, 10, 20].into_iter().map(late).collect();
        assert_eq!(all.collect::<Vec<_>>().await, [10, 20, 30]);
    });
}

#[test]
fn a_buffered_stream_keeps_its_limit() {
    block_on(async {
        let start = Instant::now();
        let times = stream::iter([20; 10]).map(late).buffer_unordered(5);
        assert_eq!(times.count().await, 10);
        assert!(start.elapsed() >= Duration::from_millis(40));
        let even: Vec<_> = stream::iter(0..10)
            .filter(|n| std::future::ready(n % 2 == 0))
            .then(late)
            .collect()
            .await;
        assert_eq!(even, [0, 2, 4, 6, 8]);
        let all: Result<Vec<_>, ()> = stream::iter((0..5).map(Ok))
            .try_filter(|n| std::future::ready(n % 2 == 1))
            .try_collect()
            .await;
        assert_eq!(all, Ok(vec![1, 3]));
    });
}

#[test]
fn channels_connect_tasks_and_threads() {
    block_on(async {
        let (mut tell, heard) = mpsc::channel(1);
        spawn(async move {
            for n in 0..100 {
                tell.send(n).await.unwrap();
            }
        });
        let all: Vec<_> = heard.collect().await;
        assert!(all.into_iter().eq(0..100));
        let (mut tell, heard) = mpsc::channel(0);
        std::thread::spawn(move || {
            block_on(async move {
                for n in 0..1000 {
                    tell.send(n).await.unwrap();
                }
            });
        });
        let all: Vec<_> = heard.collect().await;
        assert!(all.into_iter().eq(0..1000));
    });
}

#[test]
fn a_channel_between_two_runtimes_rings_both() {
    let (mut there, mut here) = mpsc::channel::<oneshot::Sender<u32>>(0);
    let other = std::thread::spawn(move || {
        block_on(async move {
            let mut n = 0;
            while let Some(answer) = here.next().await {
                n += 1;
                answer.send(n).unwrap();
                yield_now().await;
            }
        });
    });
    block_on(async move {
        for n in 1..=2000 {
            let (answer, answered) = oneshot::channel();
            there.send(answer).await.unwrap();
            assert_eq!(answered.await, Ok(n));
        }
    });
    other.join().unwrap();
}
