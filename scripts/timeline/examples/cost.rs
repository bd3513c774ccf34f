//! What a lane costs, in bytes and in nanoseconds a poll. Off, unless `WORKBOOK_TIMELINE` names a file:
//! `cargo run --release --package timeline --example cost`.

use std::future::poll_fn;
use std::hint::black_box;
use std::mem::size_of_val;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use timeline::{LaneExt, lane};

async fn plain(n: u64) -> u64 {
    let mut left = n;
    poll_fn(|_| poll_once(&mut left)).await;
    n
}

#[lane("lane {n}")]
async fn laned(n: u64) -> u64 {
    let mut left = n;
    poll_fn(|_| poll_once(&mut left)).await;
    n
}

fn poll_once(left: &mut u64) -> Poll<()> {
    *left -= 1;
    if black_box(*left) == 0 {
        Poll::Ready(())
    } else {
        Poll::Pending
    }
}

/// Nanoseconds a poll.
fn cost(polls: u64, future: impl Future) -> f64 {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    let start = Instant::now();
    while black_box(future.as_mut()).poll(&mut cx).is_pending() {}
    start.elapsed().as_secs_f64() * 1e9 / polls as f64
}

fn main() {
    let on = std::env::var_os("WORKBOOK_TIMELINE").is_some();
    println!("the timeline is {}", if on { "on" } else { "off" });
    println!("plain: {} bytes", size_of_val(&plain(1)));
    println!("in a lane: {} bytes", size_of_val(&laned(1)));
    println!("in two: {} bytes", size_of_val(&plain(1).lane("").lane("")));
    for polls in [200, 10_000_000] {
        println!("{polls} polls");
        println!("  plain: {:.1} ns a poll", cost(polls, plain(polls)));
        println!("  in a lane: {:.1} ns a poll", cost(polls, laned(polls)));
    }
    let spans = 900;
    let start = Instant::now();
    for n in 0..spans {
        timeline::span(format_args!("span {n}"), || black_box(n));
    }
    let nanoseconds = start.elapsed().as_secs_f64() * 1e9;
    println!("span: {:.1} ns", nanoseconds / f64::from(spans));
}
