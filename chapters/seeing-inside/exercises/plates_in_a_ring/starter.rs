//! A cook and a waiter. Watch what each of them waits for.

use timeline::LaneExt;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Puts meals on the pass, and washes the plates that come back. Gives how many
/// plates it has washed.
pub async fn cook(
    meals: u32,
    pass: Sender<u32>,
    mut plates: Receiver<u32>,
) -> u32 {
    for meal in 1..=meals {
        let sent = pass.send(meal).waits_for("room on the pass");
        if sent.await.is_err() {
            break; // the waiter has gone
        }
    }
    drop(pass); // no more meals
    let mut washed = 0;
    while plates.recv().waits_for("a plate").await.is_some() {
        washed += 1;
    }
    washed
}

/// Takes each meal from the pass, and brings a plate back.
async fn waiter(mut pass: Receiver<u32>, plates: Sender<u32>) {
    while let Some(meal) = pass.recv().waits_for("a meal").await {
        println!("waiter: meal {meal} is served");
        let back = plates.send(meal).waits_for("room for a plate");
        if back.await.is_err() {
            break;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (pass, meals) = channel(2);
    let (back, plates) = channel(2);
    let cook = cook(10, pass, plates).lane("cook");
    let (washed, ()) = tokio::join!(cook, waiter(meals, back).lane("waiter"));
    println!("cook: {washed} plates washed");
}

#[cfg(test)]
#[path = "../../../chapters/seeing-inside/exercises/plates_in_a_ring/tests.rs"]
mod tests;
