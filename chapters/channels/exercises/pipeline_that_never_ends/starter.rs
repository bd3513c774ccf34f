//! Three stages and two channels, and every cup is served. Who still waits?

use std::time::Duration;

use futures::future::join_all;
use timeline::LaneExt;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// Takes the orders at all doors, brews them one by one, and serves the cups.
pub async fn evening<F>(
    doors: Vec<Vec<u32>>,
    brew: impl Fn(u32) -> F,
    mut serve: impl FnMut(u32),
) where
    F: Future<Output = Vec<u32>>,
{
    let (ordered, mut orders) = mpsc::channel(2);
    let (brewed, mut cups) = mpsc::channel(2);

    let taking = (1..).zip(doors).map(|(n, list)| {
        let ordered = ordered.clone();
        let door = async move {
            for order in list {
                ordered.send(order).await.expect("the brewer is there");
            }
        };
        door.lane(format!("door {n}"))
    });
    let taking = join_all(taking);
    let brewing = async {
        while let Some(order) = orders.recv().await {
            for cup in brew(order).await {
                brewed.send(cup).await.expect("the waiter is there");
            }
        }
    };
    let serving = async {
        while let Some(cup) = cups.recv().await {
            serve(cup);
        }
    };
    tokio::join!(taking, brewing.lane("brewer"), serving.lane("waiter"));
}

/// A pot is two cups.
async fn pot(order: u32) -> Vec<u32> {
    sleep(Duration::from_millis(100)).await;
    vec![order, order + 1]
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let doors = vec![vec![10, 20], vec![30]];
    evening(doors, pot, |cup| println!("served: cup {cup}")).await;
    println!("main: closed");
}

#[cfg(test)]
#[path = "../../../chapters/channels/exercises/pipeline_that_never_ends/tests.rs"]
mod tests;
