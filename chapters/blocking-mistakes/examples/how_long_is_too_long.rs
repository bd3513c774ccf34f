//! Tasks that hold the thread, and a neighbour with a timer. Watch how late.
use std::time::{Duration, Instant};

/// Wants to go on after a millisecond, and says by how much it was late.
async fn neighbour() -> Duration {
    let due = Instant::now() + Duration::from_millis(1);
    tokio::time::sleep(Duration::from_millis(1)).await;
    due.elapsed()
}

async fn hold_thread(time: Duration) {
    std::thread::sleep(time); // Oops!
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for (tasks, ms) in [(1, 0), (1, 1), (1, 10), (1, 100), (1, 1000), (100, 1)]
    {
        let neighbour = tokio::spawn(neighbour());
        for _ in 0..tasks {
            tokio::spawn(hold_thread(Duration::from_millis(ms)));
        }
        let late = neighbour.await.unwrap();
        println!("{tasks} x {ms} ms: {} ms late", late.as_millis());
    }
}
