//! Awaits something more in the loop, which is ready as well.

use std::cell::Cell;
use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use timeline::LaneExt;
use tokio::time::sleep;

/// Drinks until somebody says stop, or until there are no bags left. Gives how
/// many bags it took.
pub async fn drink(
    mut bags: impl Stream<Item = ()> + Unpin,
    stop: &Cell<bool>,
) -> usize {
    let mut taken = 0;
    while !stop.get() && bags.next().await.is_some() {
        async { taken += 1 }.await;
    }
    taken
}

async fn say_stop(stop: &Cell<bool>) {
    sleep(Duration::from_millis(20)).await;
    println!("stop!");
    stop.set(true);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stop = Cell::new(false);
    let bags = stream::iter([(); 2_000_000]);
    let drink = drink(bags, &stop).lane("drink");
    let (taken, ()) = tokio::join!(drink, say_stop(&stop).lane("say stop"));
    println!("taken, of 2000000 bags: {taken}");
}
