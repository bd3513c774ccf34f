//! Two tests, as `#[tokio::test]` writes them out. Watch the verdicts.
use std::panic::catch_unwind;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::time::sleep;

async fn price(tea: u32) -> Option<u32> {
    sleep(Duration::from_millis(100)).await; // looks it up
    (tea < 4).then_some(tea * 100)
}

// `#[tokio::test] async fn tea_3_has_a_price()` becomes `#[test]` and this:
fn tea_3_has_a_price() {
    let body = async {
        assert_eq!(price(3).await, Some(300));
    };
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().unwrap().block_on(body);
}

fn tea_4_has_a_price() {
    let body = async {
        assert_eq!(price(4).await, Some(400));
    };
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().unwrap().block_on(body);
}

/// What `cargo test` does with a function that has `#[test]`.
fn run(name: &str, test: fn()) {
    let verdict = catch_unwind(test).map_or("FAILED", |()| "ok");
    println!("test {name} ... {verdict}");
}

fn main() {
    run("tea_3_has_a_price", tea_3_has_a_price);
    run("tea_4_has_a_price", tea_4_has_a_price);
}
