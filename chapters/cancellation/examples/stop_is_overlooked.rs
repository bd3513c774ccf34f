//! Two functions have been told to stop. Watch when each of them does.
use tokio::sync::mpsc::{Receiver, channel};
use tokio_util::sync::CancellationToken;

async fn orders_first(mut orders: Receiver<u32>, stop: CancellationToken) {
    for taken in 0.. {
        tokio::select! {
            biased;
            Some(_) = orders.recv() => {}
            () = stop.cancelled() => {
                return println!("orders first: stops after {taken}");
            }
        }
    }
}

async fn stop_first(mut orders: Receiver<u32>, stop: CancellationToken) {
    for taken in 0.. {
        tokio::select! {
            biased;
            () = stop.cancelled() => {
                return println!("stop first: stops after {taken}");
            }
            Some(_) = orders.recv() => {}
        }
    }
}

/// A thousand orders, all of which have arrived.
fn orders() -> Receiver<u32> {
    let (sender, receiver) = channel(1000);
    (1..=1000).for_each(|n| sender.try_send(n).expect("there is room"));
    receiver
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stop = CancellationToken::new();
    stop.cancel();
    orders_first(orders(), stop.clone()).await;
    stop_first(orders(), stop).await;
}
