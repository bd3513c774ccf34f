//! Spawns both, and aborts the other.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use little_runtime::{block_on, sleep, spawn, yield_now};
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
    A: Future + 'static,
    B: Future + 'static,
{
    let came = Rc::new(RefCell::new(None));
    let (one, two) = (Rc::clone(&came), Rc::clone(&came));
    let one = spawn(async move {
        let output = first.await;
        one.borrow_mut().get_or_insert(Came::First(output));
    });
    let two = spawn(async move {
        let output = second.await;
        two.borrow_mut().get_or_insert(Came::Second(output));
    });
    while came.borrow().is_none() {
        yield_now().await;
    }
    one.abort();
    two.abort();
    came.take().expect("one of them was ready")
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
