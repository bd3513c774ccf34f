//! What the queue must do. The clock is paused, but for the last test.

use std::sync::Arc;
use std::time::Duration;

use futures::future::FutureExt;
use futures::poll;
use timeline::LaneExt;
use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

use super::Queue;

#[exercise::test]
async fn items_come_out_in_their_order() {
    let queue = Queue::new();
    for n in 1..=3 {
        assert_eq!(queue.push(n), Ok(()), "what `push` gave, when open");
    }
    let mut items: Vec<Option<u32>> = Vec::new();
    for _ in 1..=3 {
        items.push(queue.pop().lane("consumer").await);
    }
    let wanted = [Some(1), Some(2), Some(3)];
    assert_eq!(items, wanted, "what was popped, after three were pushed");
}

#[exercise::test]
async fn a_consumer_waits_for_an_item() {
    let queue = Queue::new();
    let consumer = queue.pop().lane("consumer");
    let producer = async {
        sleep(Duration::from_secs(3600)).await;
        queue.push(7)
    };
    let (item, pushed): (Option<u32>, _) = tokio::join!(consumer, producer);
    assert_eq!(
        item,
        Some(7),
        "what came of a `pop` an hour before the `push`"
    );
    assert_eq!(pushed, Ok(()), "what `push` gave, when open");
}

#[exercise::test]
async fn two_consumers_get_two_items() {
    let queue = Queue::new();
    let consumers = async {
        tokio::join!(
            queue.pop().lane("consumer 1"),
            queue.pop().lane("consumer 2"),
        )
    };
    let producer = async {
        yield_now().await;
        (queue.push(1), queue.push(2))
    };
    let (items, _) = tokio::join!(consumers, producer);
    let mut items: [Option<u32>; 2] = items.into();
    items.sort_unstable();
    assert_eq!(items, [Some(1), Some(2)], "what both got, sorted");
}

#[exercise::test]
async fn a_wake_for_nothing_is_not_the_end() {
    let queue = Queue::new();
    let mut waits = queue.pop().lane("consumer").boxed();
    assert!(
        poll!(&mut waits).is_pending(),
        "`pop` ended, though the queue is empty"
    );
    queue.push(1).unwrap();
    // Before the first consumer has got up, another one has come by.
    let quick: Option<u32> = queue.pop().lane("a quick one").await;
    assert_eq!(quick, Some(1), "what the quick one got");
    let woken = poll!(&mut waits);
    assert!(
        woken.is_pending(),
        "`pop` ended, though the queue is open and empty: {woken:?}"
    );
    queue.push(2).unwrap();
    assert_eq!(waits.await, Some(2), "what the first one got in the end");
}

#[exercise::test]
async fn a_consumer_that_gives_up_takes_nothing_along() {
    let queue = Queue::new();
    let mut gives_up = queue.pop().lane("gives up").boxed();
    let mut stays = queue.pop().lane("stays").boxed();
    assert!(
        poll!(&mut gives_up).is_pending(),
        "`pop` ended, though the queue is empty"
    );
    assert!(
        poll!(&mut stays).is_pending(),
        "`pop` ended, though the queue is empty"
    );
    queue.push(1).unwrap();
    drop(gives_up); // it may have been woken for the item
    let item: Option<u32> = stays.await;
    assert_eq!(item, Some(1), "what the one who stayed got");
}

#[exercise::test]
async fn all_who_wait_hear_of_the_close() {
    let queue: Queue<u32> = Queue::new();
    let consumers = async {
        tokio::join!(
            queue.pop().lane("consumer 1"),
            queue.pop().lane("consumer 2"),
            queue.pop().lane("consumer 3"),
        )
    };
    let closing = async {
        yield_now().await;
        queue.close();
    };
    let (items, ()) = tokio::join!(consumers, closing);
    let items: [Option<u32>; 3] = items.into();
    assert_eq!(items, [None; 3], "what three got from an empty queue");
}

#[exercise::test]
async fn what_is_left_at_the_close_is_popped() {
    let queue = Queue::new();
    queue.push(1).unwrap();
    queue.push(2).unwrap();
    queue.close();
    assert_eq!(queue.push(3), Err(3), "what `push` gave after the close");
    let mut items: Vec<Option<u32>> = Vec::new();
    for _ in 1..=4 {
        items.push(queue.pop().lane("consumer").await);
    }
    let wanted = [Some(1), Some(2), None, None];
    assert_eq!(items, wanted, "what was popped after the close");
}

#[exercise::test(worker_threads = 2)]
async fn each_item_is_popped_once_by_tasks_on_two_threads() {
    let queue = Arc::new(Queue::new());
    let (mut producers, mut consumers) = (JoinSet::new(), JoinSet::new());
    for from in [0, 1000] {
        let queue = queue.clone();
        producers.spawn(async move {
            for n in from..from + 1000 {
                queue.push(n).unwrap();
                yield_now().await;
            }
        });
    }
    for _ in 1..=3 {
        let queue = queue.clone();
        consumers.spawn(async move {
            let mut items: Vec<u32> = Vec::new();
            while let Some(item) = queue.pop().await {
                items.push(item);
            }
            items
        });
    }
    producers.join_all().await;
    queue.close();
    let mut items = consumers.join_all().await.concat();
    items.sort_unstable();
    let all: Vec<u32> = (0..2000).collect();
    assert_eq!(items.len(), 2000, "items popped of 2000");
    assert_eq!(items, all, "the items that were popped, sorted");
}
