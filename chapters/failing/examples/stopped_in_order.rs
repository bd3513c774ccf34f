//! Ctrl-C after half a second. Count the orders on both sides of the queue.
use std::time::Duration;
use tokio::{sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken as Token;

const TENTH: Duration = Duration::from_millis(100);

/// Accepts an order every 50 ms, and says how many there were.
#[timeline::lane("intake")]
async fn intake(stop: Token, queue: mpsc::Sender<u32>) -> u32 {
    for n in 1.. {
        queue.send(n).await.expect("the writer is there");
        let rest = stop.run_until_cancelled(sleep(TENTH / 2));
        if rest.await.is_none() {
            return n;
        }
    }
    unreachable!("there are more numbers than orders");
}

/// Needs 100 ms for each order, and says how many it has written.
#[timeline::lane("writer")]
async fn writer(mut queue: mpsc::Receiver<u32>) -> u32 {
    let mut written = 0;
    while let Some(_order) = queue.recv().await {
        sleep(TENTH).await;
        written += 1;
    }
    written
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (stop, (sender, receiver)) = (Token::new(), mpsc::channel(100));
    let intake = tokio::spawn(intake(stop.clone(), sender));
    let writer = tokio::spawn(writer(receiver));
    tokio::signal::ctrl_c()
        .await
        .expect("one can listen for it");
    println!("main: Ctrl-C");
    stop.cancel();
    let (accepted, written) = (intake.await.unwrap(), writer.await.unwrap());
    println!("main: {accepted} accepted, {written} written");
    println!("main: {} lost", accepted - written);
}
