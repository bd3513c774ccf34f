//! A dropped cup is washed by a task, and `main` waits. Watch the cup.
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

struct Cup {
    n: u32,
    sink: TaskTracker,
}

impl Drop for Cup {
    fn drop(&mut self) {
        println!("cup {}: dropped", self.n);
        self.sink.spawn(wash(self.n));
    }
}

#[timeline::lane("wash {n}")]
async fn wash(n: u32) {
    println!("cup {n}: in the sink");
    sleep(Duration::from_millis(500)).await;
    println!("cup {n}: clean");
}

#[timeline::lane("tea {}", cup.n)]
async fn tea(cup: Cup) {
    println!("tea {}: kettle on", cup.n);
    sleep(Duration::from_secs(1)).await;
    println!("tea {}: poured", cup.n);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let sink = TaskTracker::new();
    let cup = Cup {
        n: 1,
        sink: sink.clone(),
    };
    let half = Duration::from_millis(500);
    if timeout(half, tea(cup)).await.is_err() {
        println!("main: no time for tea");
    }
    sink.close();
    sink.wait().await;
    println!("main: done");
}
