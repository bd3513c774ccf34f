//! What is measured. Each gives the CPU time of one round, in nanoseconds for
//! each task, yield, message, timer or request.

use crate::crowd::{AT_A_TIME, Crowd};
use crate::runtimes::{Runtime, Serve, Service, Whole, tokio_on_one};
use crate::spread::{others_user_cpu, process_cpu, quantile, thread_cpu};
use futures::channel::{mpsc, oneshot};
use futures::{SinkExt, StreamExt, future::join_all};
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The CPU time of this process for one of `n`.
fn each(n: usize, work: impl FnOnce()) -> f64 {
    let start = process_cpu();
    work();
    (process_cpu() - start) / n as f64
}

/// A thousand at a time: over all rounds, a million.
pub(crate) fn spawn<R: Runtime>() -> f64 {
    const BATCHES: usize = 64;
    each(BATCHES * 1000, || {
        R::run(async {
            for _ in 0..BATCHES {
                let tasks: Vec<_> =
                    (0..1000).map(|n| R::spawn(async move { n })).collect();
                for (n, task) in tasks.into_iter().enumerate() {
                    assert_eq!(task.await, n);
                }
            }
        });
    })
}

/// A thousand tasks yield a thousand times.
pub(crate) fn yields<R: Runtime>() -> f64 {
    each(1_000_000, || {
        R::run(async {
            let yielding = || async {
                for _ in 0..1000 {
                    R::yield_now().await;
                }
            };
            let tasks: Vec<_> =
                (0..1000).map(|_| R::spawn(yielding())).collect();
            for task in tasks {
                task.await;
            }
        });
    })
}

/// Two tasks send each other messages over the same channels.
pub(crate) fn ping_pong<R: Runtime>() -> f64 {
    const MESSAGES: usize = 100_000;
    each(2 * MESSAGES, || {
        R::run(async {
            let (mut ping, mut pinged) = mpsc::channel(1);
            let (mut pong, mut ponged) = mpsc::channel(1);
            let other = R::spawn(async move {
                while let Some(n) = pinged.next().await {
                    pong.send(n).await.unwrap();
                }
            });
            let one = R::spawn(async move {
                for n in 0..MESSAGES {
                    ping.send(n).await.unwrap();
                    assert_eq!(ponged.next().await, Some(n));
                }
            });
            one.await;
            other.await;
        });
    })
}

const BATCHES: usize = 8;
const BATCH: usize = 8000;

async fn set<S: Future<Output = ()>>(timers: &mut [Pin<Box<S>>]) {
    poll_fn(|cx| {
        for timer in &mut *timers {
            assert!(timer.as_mut().poll(cx).is_pending());
        }
        Poll::Ready(())
    })
    .await;
}

/// Timers that are set, most of which are cancelled: over all rounds, a
/// million.
pub(crate) fn timers<R: Whole>() -> f64 {
    each(BATCHES * BATCH, || {
        R::run(async {
            for _ in 0..BATCHES {
                let mut fire = Vec::new();
                let mut cancel = Vec::new();
                for n in 0..BATCH {
                    let millis = (n * 7919 % 1000) as u64;
                    if n % 10 == 0 {
                        let time = Duration::from_millis(millis % 5);
                        fire.push(Box::pin(R::sleep(time)));
                    } else {
                        let time = Duration::from_millis(1000 + millis);
                        cancel.push(Box::pin(R::sleep(time)));
                    }
                }
                set(&mut cancel).await;
                for timer in &mut fire {
                    timer.await;
                }
            }
        });
    })
}

/// Timers that are all cancelled, in a runtime that has slept before, and that
/// will wake up before any of them is due.
pub(crate) fn late_timers<R: Whole>() -> f64 {
    each(BATCHES * BATCH, || {
        R::run(async {
            let minute = Duration::from_secs(60);
            let mut first = [Box::pin(R::sleep(minute))];
            set(&mut first).await;
            R::sleep(Duration::from_millis(1)).await;
            for _ in 0..BATCHES {
                let mut cancel = Vec::new();
                for n in 0..BATCH {
                    let time = Duration::from_millis((n * 7919 % 1000) as u64);
                    cancel.push(Box::pin(R::sleep(minute + time)));
                }
                set(&mut cancel).await;
            }
        });
    })
}

/// Polls it once, and says what that took.
async fn now<T>(mut work: impl FnMut(&mut Context<'_>) -> T) -> T {
    poll_fn(|cx| Poll::Ready(work(cx))).await
}

/// A timer that is pending is polled again, as by a `select` in a loop.
pub(crate) fn repolls<R: Whole>() -> f64 {
    const POLLS: usize = 200_000;
    R::run(async {
        let mut timer = Box::pin(R::sleep(Duration::from_secs(60)));
        let mut poll = |cx: &mut Context<'_>| {
            assert!(timer.as_mut().poll(cx).is_pending());
        };
        now(&mut poll).await;
        now(|cx| each(POLLS, || (0..POLLS).for_each(|_| poll(cx)))).await
    })
}

/// Timers that are set and cancelled one by one, beside a million that are not
/// due. To set those is not counted.
pub(crate) fn beside_a_million<R: Whole>() -> f64 {
    const TIMERS: usize = 64_000;
    R::run(async {
        let later = |n: usize| {
            Duration::from_millis(60_000 + (n * 7919 % 60_000) as u64)
        };
        let million = (0..1_000_000).map(|n| Box::pin(R::sleep(later(n))));
        let mut million: Vec<_> = million.collect();
        set(&mut million).await;
        R::sleep(Duration::from_millis(1)).await;
        now(|cx| {
            each(TIMERS, || {
                for n in 0..TIMERS {
                    let mut one = Box::pin(R::sleep(later(n)));
                    assert!(one.as_mut().poll(cx).is_pending());
                }
            })
        })
        .await
    })
}

/// Timers that are all due when the thread comes back to them, each of a task
/// of its own, that awaits it. To spawn these is not counted.
pub(crate) fn due_at_once<R: Whole>() -> f64 {
    const TIMERS: usize = 100_000;
    R::run(async {
        let due = Instant::now() + Duration::from_millis(60);
        let tasks: Vec<_> = (0..TIMERS)
            .map(|_| {
                R::spawn(async move {
                    R::sleep(due.saturating_duration_since(Instant::now()))
                        .await;
                })
            })
            .collect();
        R::yield_now().await;
        R::yield_now().await;
        let late = due + Duration::from_millis(10);
        thread::sleep(late.saturating_duration_since(Instant::now()));
        let start = process_cpu();
        for task in tasks {
            task.await;
        }
        (process_cpu() - start) / TIMERS as f64
    })
}

/// Bytes for a task that sleeps. Wants a process of its own.
pub(crate) fn memory<R: Whole>() -> usize {
    const TASKS: usize = 200_000;
    static ASLEEP: AtomicUsize = AtomicUsize::new(0);
    R::run(async {
        // Whatever comes first makes room for what is not there for tasks.
        R::spawn(R::sleep(Duration::from_millis(1))).await;
        let before = resident();
        let sleeping = async |n: usize| {
            ASLEEP.fetch_add(1, Ordering::Relaxed);
            // a millisecond of its own for each
            R::sleep(Duration::from_millis(3_600_000 + n as u64)).await;
        };
        let tasks: Vec<_> = (0..TASKS).map(|n| R::spawn(sleeping(n))).collect();
        while ASLEEP.load(Ordering::Relaxed) < TASKS {
            R::yield_now().await;
        }
        R::sleep(Duration::from_millis(10)).await;
        let bytes = (resident() - before) / TASKS;
        drop(tasks);
        bytes
    })
}

/// Bytes of memory that this process has.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb: usize =
        line.unwrap().trim_end_matches("kB").trim().parse().unwrap();
    kb * 1024
}

/// What a server cost, and how it felt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Served {
    /// CPU time of the server, in nanoseconds a request.
    pub(crate) cpu: f64,
    /// What of that is not the operating system's.
    pub(crate) user: f64,
    /// Requests a second.
    pub(crate) rate: f64,
    /// The slowest in a hundred took longer, in microseconds.
    pub(crate) p99: f64,
}

/// `active` clients with so many `requests` each, beside `idle` ones.
pub(crate) fn serve<R: Serve>(
    service: Service,
    idle: usize,
    active: usize,
    requests: usize,
) -> Served {
    let (tell, told) = std::sync::mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let server = thread::spawn(move || R::serve(service, tell, stopped));
    let address = told.recv().unwrap();
    let crowd = (idle > 0).then(|| Crowd::connect(address, idle));
    let clients =
        thread::spawn(move || load(service, address, active, requests));
    let served = clients.join().unwrap();
    drop(crowd);
    stop.send(()).unwrap();
    server.join().unwrap();
    served
}

/// The same clients for all: on Tokio, on a thread of their own, whose CPU time
/// is not the server's.
pub(crate) fn load(
    service: Service,
    address: SocketAddr,
    active: usize,
    requests: usize,
) -> Served {
    let request: &[u8] = match service {
        Service::Echo => &[b'x'; 100],
        Service::Hyper => b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n",
    };
    tokio_on_one().block_on(async {
        let mut clients = Vec::new();
        let mut buffer = [0; 4096];
        let mut length = 0;
        while clients.len() < active {
            // No more at a time than any backlog takes.
            let room = (active - clients.len()).min(AT_A_TIME);
            let connecting = (0..room).map(|_| TcpStream::connect(address));
            for client in join_all(connecting).await {
                let mut client = client.unwrap();
                // Whoever is answered was accepted, and has left the backlog.
                // The answer tells how long an answer is, too.
                client.write_all(request).await.unwrap();
                length = client.read(&mut buffer).await.unwrap();
                clients.push(client);
            }
        }
        let (wall, all, own) = (Instant::now(), process_cpu(), thread_cpu());
        let user = others_user_cpu();
        let talking = clients.into_iter().map(|mut client| {
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(requests);
                let mut buffer = vec![0; length];
                for _ in 0..requests {
                    let start = Instant::now();
                    client.write_all(request).await.unwrap();
                    client.read_exact(&mut buffer).await.unwrap();
                    times.push(start.elapsed().as_secs_f64() * 1e6);
                }
                times
            })
        });
        let talking: Vec<_> = talking.collect();
        let times: Vec<_> = join_all(talking).await;
        let mut times: Vec<_> =
            times.into_iter().flat_map(Result::unwrap).collect();
        let own = thread_cpu() - own;
        Served {
            cpu: (process_cpu() - all - own) / times.len() as f64,
            user: (others_user_cpu() - user) / times.len() as f64,
            rate: times.len() as f64 / wall.elapsed().as_secs_f64(),
            p99: quantile(&mut times, 0.99),
        }
    })
}
