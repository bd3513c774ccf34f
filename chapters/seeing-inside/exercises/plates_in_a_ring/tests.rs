//! What `cook` must do. The clock is paused: a second takes no time.

use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::sleep;

use super::cook;

/// Serves so many meals, takes a second for each, and gives those that it has served.
async fn waiter(
    meals: usize,
    mut pass: Receiver<u32>,
    plates: Sender<u32>,
) -> Vec<u32> {
    let mut served = Vec::new();
    while served.len() < meals
        && let Some(meal) = pass.recv().waits_for("a meal").await
    {
        sleep(Duration::from_secs(1)).await;
        served.push(meal);
        let back = plates.send(meal).waits_for("room for a plate");
        back.await.expect("the cook takes plates to the end");
    }
    served
}

/// An evening of so many meals, with a waiter who stays for so many.
async fn evening(meals: u32, stays: usize) -> (u32, Vec<u32>) {
    let (pass, taken) = channel(2);
    let (back, plates) = channel(2);
    let cook = cook(meals, pass, plates).lane("cook");
    let waiter = waiter(stays, taken, back).lane("waiter");
    tokio::join!(cook, waiter)
}

#[exercise::test]
async fn four_meals_are_served() {
    let (washed, served) = evening(4, 4).await;
    assert_eq!(served, [1, 2, 3, 4], "the meals that were served");
    assert_eq!(washed, 4, "the plates that were washed");
}

#[exercise::test]
async fn thirty_meals_are_served_in_their_order() {
    let (washed, served) = evening(30, 1000).await;
    let all: Vec<u32> = (1..=30).collect();
    assert_eq!(served, all, "the meals that were served");
    assert_eq!(washed, 30, "the plates that were washed");
}

#[exercise::test]
async fn meals_go_out_while_plates_are_out() {
    let (pass, mut taken) = channel(2);
    let (back, plates) = channel(2);
    let waiter = async {
        // No plate comes back before the third meal is there.
        let mut meals = Vec::new();
        for _ in 0..3 {
            meals.push(taken.recv().waits_for("a meal").await);
        }
        for meal in meals.into_iter().flatten() {
            back.send(meal).await.expect("the cook takes plates");
        }
        drop(back);
    };
    let cook = cook(3, pass, plates).lane("cook");
    let (washed, ()) = tokio::join!(cook, waiter.lane("waiter"));
    assert_eq!(washed, 3, "the plates that were washed");
}

#[exercise::test]
async fn when_the_waiter_has_gone_it_is_over() {
    let (washed, served) = evening(30, 7).await;
    assert_eq!(served.len(), 7, "the meals that were served");
    assert_eq!(washed, 7, "the plates that were washed");
}
