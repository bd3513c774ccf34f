//! A test spawns a task in which an assertion doesn't hold. Watch the verdict.
use std::panic::catch_unwind;
use std::time::Duration;
use tokio::time::sleep;

async fn price(tea: u32) -> Option<u32> {
    sleep(Duration::from_millis(100)).await; // looks it up
    (tea < 4).then_some(tea * 100)
}

#[tokio::main(flavor = "current_thread")]
async fn tea_4_has_a_price() {
    tokio::spawn(async {
        assert_eq!(price(4).await, Some(400));
    });
}

/// What `cargo test` does with a function that has `#[test]`.
fn run(name: &str, test: fn()) {
    let verdict = catch_unwind(test).map_or("FAILED", |()| "ok");
    println!("test {name} ... {verdict}");
}

fn main() {
    run("tea_4_has_a_price", tea_4_has_a_price);
}
