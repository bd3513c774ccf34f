//! Waits for both, and notes which of them was first.

use std::cell::Cell;
use std::time::Duration;

use futures::future::join;
use little_runtime::{block_on, sleep};
use timeline::LaneExt;

/// Which of two futures was ready first, and what it gave.
#[derive(Debug, PartialEq)]
pub enum Came<A, B> {
    First(A),
    Second(B),
}

/// Polls both, until one is ready, and drops the other.
pub async fn first_of_two<A, B>(
    first: A,
    second: B,
) -> Came<A::Output, B::Output>
where
    A: Future,
    B: Future,
{
    let came = Cell::new(0);
    let first = async {
        let output = first.await;
        came.set(if came.get() == 0 { 1 } else { came.get() });
        output
    };
    let second = async {
        let output = second.await;
        came.set(if came.get() == 0 { 2 } else { came.get() });
        output
    };
    let (first, second) = join(first, second).await;
    match came.get() {
        1 => Came::First(first),
        _ => Came::Second(second),
    }
}

async fn after(millis: u64, what: &'static str) -> &'static str {
    sleep(Duration::from_millis(millis)).await;
    println!("here is {what}");
    what
}

fn main() {
    let came = block_on(async {
        let tea = after(1000, "the tea").lane("tea");
        let taxi = after(400, "the taxi").lane("taxi");
        first_of_two(tea, taxi).await
    });
    match came {
        Came::First(what) => println!("guest: drinks {what}"),
        Came::Second(what) => println!("guest: takes {what}"),
    }
}
