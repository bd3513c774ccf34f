//! A guest waits for tea, and for a taxi. What if the taxi comes first?

use std::time::Duration;

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
    let _not_yet = second;
    Came::First(first.await)
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

#[cfg(test)]
#[path = "../../../chapters/little-runtime/exercises/first_of_two/tests.rs"]
mod tests;
