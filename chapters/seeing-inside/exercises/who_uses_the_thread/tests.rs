//! What `measured` and `top` must say. The clock of the table moves when `work` is called.

use std::cell::Cell;
use std::future::pending;
use std::time::Duration;

use futures::FutureExt;
use tokio::task::yield_now;

use super::Table;

thread_local!(static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) });

fn clock() -> Duration {
    NOW.get()
}

/// Holds the thread for so many seconds.
fn work(seconds: u64) {
    NOW.set(NOW.get() + Duration::from_secs(seconds));
}

/// So many polls, of so many seconds each.
async fn pieces(polls: u32, seconds: u64) {
    for _ in 0..polls {
        work(seconds);
        yield_now().await;
    }
}

fn of(name: &str, seconds: u64) -> Option<(String, Duration)> {
    Some((name.to_owned(), Duration::from_secs(seconds)))
}

#[exercise::test]
async fn an_empty_table_has_nobody_on_top() {
    assert_eq!(Table::new(clock).top(), None, "the top of an empty table");
}

#[exercise::test]
async fn the_output_comes_through() {
    let table = Table::new(clock);
    let output: u32 = table.measured("tea", async { 7 }).await;
    assert_eq!(output, 7, "the output of what is measured");
}

#[exercise::test]
async fn what_others_use_is_not_counted() {
    let table = Table::new(clock);
    let waits = async {
        for _ in 0..10 {
            yield_now().await;
        }
    };
    let both = async {
        tokio::join!(
            table.measured("waits", waits),
            table.measured("works", pieces(3, 5)),
            table.measured("works, too", pieces(2, 5)),
        )
    };
    both.await;
    assert_eq!(table.top(), of("works", 15), "the top");
}

#[exercise::test]
async fn many_small_pieces_are_more_than_a_large_one() {
    let table = Table::new(clock);
    table.measured("large", pieces(1, 9)).await;
    table.measured("small", pieces(10, 1)).await;
    assert_eq!(table.top(), of("small", 10), "the top");
}

#[exercise::test]
async fn futures_of_one_name_are_added_up() {
    let table = Table::new(clock);
    table.measured("other", pieces(1, 5)).await;
    table.measured("tea", pieces(1, 3)).await;
    table.clone().measured("tea", pieces(1, 3)).await;
    assert_eq!(table.top(), of("tea", 6), "the top");
}

#[exercise::test]
async fn one_that_is_still_running_counts() {
    let table = Table::new(clock);
    let endless = async {
        work(4);
        pending::<()>().await;
    };
    let mut endless = Box::pin(table.measured("endless", endless));
    assert_eq!(endless.as_mut().now_or_never(), None, "it is pending");
    assert_eq!(table.top(), of("endless", 4), "the top, while it runs");
    drop(endless);
    assert_eq!(
        table.top(),
        of("endless", 4),
        "the top, when it was dropped"
    );
}
