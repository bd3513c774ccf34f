//! Looks again and again, and lets the others have a turn.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::Notify;
use tokio::time::sleep;

#[derive(Debug)]
struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

/// A queue without a limit, for any number of producers and consumers.
#[derive(Debug)]
pub struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Notify,
}

impl<T> Queue<T> {
    pub fn new() -> Self {
        let items = VecDeque::new();
        let closed = false;
        Self {
            state: Mutex::new(State { items, closed }),
            changed: Notify::new(),
        }
    }

    /// Puts an item at the end.
    ///
    /// # Errors
    /// The item, where the queue is closed.
    pub fn push(&self, item: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        if state.closed {
            return Err(item);
        }
        state.items.push_back(item);
        self.changed.notify_one();
        Ok(())
    }

    /// The oldest item, or `None` where the queue is closed and empty.
    pub async fn pop(&self) -> Option<T> {
        loop {
            {
                let mut state = self.state.lock().unwrap();
                if let Some(item) = state.items.pop_front() {
                    return Some(item);
                }
                if state.closed {
                    return None;
                }
            }
            tokio::task::yield_now().await;
        }
    }

    /// Takes no more items, and lets everybody know.
    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.changed.notify_waiters();
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::new()
    }
}

async fn cook(name: &str, orders: &Queue<u32>) {
    while let Some(order) = orders.pop().await {
        println!("{name}: order {order}");
        sleep(Duration::from_millis(200)).await;
    }
    println!("{name}: goes home");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = Queue::new();
    let guests = async {
        for order in 1..=5 {
            sleep(Duration::from_millis(60)).await;
            orders.push(order).expect("it is open");
        }
        orders.close();
    };
    tokio::join!(
        guests.lane("guests"),
        cook("cook 1", &orders).lane("cook 1"),
        cook("cook 2", &orders).lane("cook 2"),
    );
}
