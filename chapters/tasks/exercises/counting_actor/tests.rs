//! What the actor must do. All is on one thread: until the test waits, the
//! actor has no turn.

use std::pin::pin;

use futures::poll;
use timeline::LaneExt;
use tokio::task::JoinSet;

use super::{Counter, ROOM};

#[exercise::test]
async fn it_counts_what_is_added() {
    let (counter, _keeper) = Counter::start();
    assert_eq!(counter.get().await, 0, "the sum, before anything is added");
    counter.add(3).await;
    counter.add(4).await;
    assert_eq!(counter.get().await, 7, "the sum, after 3 and 4");
}

#[exercise::test]
async fn a_hundred_tasks_may_add_at_once() {
    let (counter, _keeper) = Counter::start();
    let add = |n| {
        let counter = counter.clone();
        async move { counter.add(n).await }
    };
    let adding: JoinSet<()> = (1..=100).map(add).collect();
    adding.join_all().await;
    assert_eq!(counter.get().await, 5050, "the sum of 1 to 100");
}

#[exercise::test]
async fn it_ends_with_its_last_handle_and_gives_the_sum() {
    let (counter, keeper) = Counter::start();
    let other = counter.clone();
    drop(counter);
    other.add(5).await;
    drop(other);
    let keeper = keeper.lane("the actor, without any handle");
    assert_eq!(keeper.await.unwrap(), 5, "the sum in the end");
}

#[exercise::test]
async fn who_sends_to_a_full_mailbox_waits() {
    let (counter, _keeper) = Counter::start();
    let mut sent = 0;
    while sent < 2 * ROOM && poll!(pin!(counter.add(1))).is_ready() {
        sent += 1;
    }
    assert_eq!(sent, ROOM, "letters sent before one had to wait");
    let sum = counter.get().await;
    assert_eq!(sum, ROOM as u64, "the sum, when the actor had its turn");
}

#[exercise::test]
async fn an_asker_who_leaves_harms_nobody() {
    let (counter, keeper) = Counter::start();
    let asked = poll!(pin!(counter.get())); // and is dropped at once
    assert!(asked.is_pending(), "the actor has had no turn yet");
    counter.add(1).await;
    drop(counter);
    let keeper = keeper.lane("the actor, without any handle");
    let sum = keeper.await.expect("the actor has not panicked");
    assert_eq!(sum, 1, "the sum in the end");
}
