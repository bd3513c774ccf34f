//! What `DELETE` must do. The clock is paused: a second takes no time.

use std::time::Duration;

use tokio::time::sleep;

use super::{State, Table, answer};

async fn status(table: &Table, method: &str, path: &str) -> u16 {
    let (status, _): (u16, String) = answer(table, method, path).await;
    status
}

async fn state(table: &Table, path: &str) -> String {
    let (_, body): (u16, String) = answer(table, "GET", path).await;
    body
}

#[exercise::test]
async fn what_was_there_is_there() {
    let table = Table::default();
    let posted: (u16, String) = answer(&table, "POST", "/orders").await;
    assert_eq!(posted, (201, "1".to_owned()), "the answer to a POST");
    assert_eq!(state(&table, "/orders/1").await, "waiting", "the order");
    let put = status(&table, "PUT", "/orders/1").await;
    assert_eq!(put, 405, "the answer to a PUT");
}

#[exercise::test]
async fn one_that_waits_is_cancelled() {
    let table = Table::default();
    table.insert().await;
    table.insert().await;
    let status = status(&table, "DELETE", "/orders/1").await;
    assert_eq!(status, 204, "the answer to the DELETE");
    assert_eq!(state(&table, "/orders/1").await, "cancelled", "order 1");
    assert_eq!(state(&table, "/orders/2").await, "waiting", "order 2");
}

#[exercise::test]
async fn one_that_is_taken_stays_taken() {
    let table = Table::default();
    table.insert().await;
    table.set(1, State::Taken).await;
    let status = status(&table, "DELETE", "/orders/1").await;
    assert_eq!(status, 409, "the answer to the DELETE");
    assert_eq!(state(&table, "/orders/1").await, "taken", "the order");
}

#[exercise::test]
async fn what_is_not_there_is_not_found() {
    let table = Table::default();
    table.insert().await;
    for path in ["/orders/7", "/orders/tea", "/orders/"] {
        let status = status(&table, "DELETE", path).await;
        assert_eq!(status, 404, "the answer for {path}");
    }
    let state = table.state(7).await;
    assert_eq!(state, None, "an order of that number, afterwards");
}

#[exercise::test]
async fn a_guest_may_ask_again() {
    let table = Table::default();
    table.insert().await;
    let first = status(&table, "DELETE", "/orders/1").await;
    let again = status(&table, "DELETE", "/orders/1").await;
    assert_eq!((first, again), (204, 204), "both answers");
}

#[exercise::test]
async fn it_is_cancelled_or_taken_and_not_both() {
    for ms in 0..40 {
        let table = Table::default();
        table.insert().await;
        let worker = async {
            sleep(Duration::from_millis(ms)).await;
            table.change(1, State::Waiting, State::Taken).await
        };
        let delete = status(&table, "DELETE", "/orders/1");
        let (is_taken, status) = tokio::join!(worker, delete);
        let wanted = if is_taken {
            (409, "taken")
        } else {
            (204, "cancelled")
        };
        let state = state(&table, "/orders/1").await;
        assert_eq!(
            (status, state.as_str()),
            wanted,
            "(the answer, the order), where a worker comes after {ms} ms"
        );
    }
}
