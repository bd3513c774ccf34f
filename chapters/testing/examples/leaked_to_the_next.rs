//! Two tests, in one order and in the other. Watch the verdicts.
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// Numbers from 1 on.
async fn order() -> u32 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[tokio::main(flavor = "current_thread")]
async fn begins_with_1() {
    assert_eq!(order().await, 1);
}

#[tokio::main(flavor = "current_thread")]
async fn numbers_differ() {
    assert_ne!(order().await, order().await);
}

/// What `cargo test` does with a function that has `#[test]`.
fn run(name: &str, test: fn()) {
    let verdict = catch_unwind(test).map_or("FAILED", |()| "ok");
    println!("test {name} ... {verdict}");
}

fn main() {
    run("begins_with_1", begins_with_1);
    run("numbers_differ", numbers_differ);
    run("begins_with_1", begins_with_1); // as if it came second
}
