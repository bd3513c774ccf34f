//! The same kitchen without lanes, and a watchdog. Watch what it says.
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex as Table};
use std::time::{Duration, Instant};
use std::{process, thread};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinSet;
use tokio::time::sleep;

// part: table
type Waits = BTreeMap<String, (&'static str, Instant)>;
static WAITS: LazyLock<Table<Waits>> = LazyLock::new(Table::default);

async fn wait<F: Future>(who: &str, what: &'static str, wait: F) -> F::Output {
    let line = (what, Instant::now());
    WAITS.lock().unwrap().insert(who.to_owned(), line);
    let _line = Line(who);
    wait.await
}

/// A line of the table, until the wait is over or dropped.
struct Line<'a>(&'a str);

impl Drop for Line<'_> {
    fn drop(&mut self) {
        WAITS.lock().unwrap().remove(self.0);
    }
}

/// A thread: it reads the table whatever the runtime does.
fn watchdog() {
    thread::sleep(Duration::from_secs(1));
    for (who, (what, since)) in WAITS.lock().unwrap().iter() {
        let seconds = since.elapsed().as_secs_f64();
        println!("{who} has waited {seconds:.1} s for {what}");
    }
    process::exit(1);
}
// end: table

struct Kitchen {
    pot: Mutex<()>,
    clean: Semaphore,
    dirty: Semaphore,
}

// part: order
async fn order(id: u32, kitchen: Arc<Kitchen>) {
    let name = format!("order {id}");
    let _pot = wait(&name, "the pot", kitchen.pot.lock()).await;
    let cup = wait(&name, "a cup", kitchen.clean.acquire()).await;
    cup.unwrap().forget();
    sleep(Duration::from_millis(100)).await;
    kitchen.dirty.add_permits(1);
}
// end: order

async fn washer(kitchen: Arc<Kitchen>) {
    loop {
        let cup = wait("washer", "work", kitchen.dirty.acquire()).await;
        cup.unwrap().forget();
        let _hot = wait("washer", "the pot", kitchen.pot.lock()).await;
        sleep(Duration::from_millis(50)).await;
        kitchen.clean.add_permits(1);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    thread::spawn(watchdog);
    let (pot, clean) = (Mutex::new(()), Semaphore::new(2));
    let dirty = Semaphore::new(0);
    let kitchen = Arc::new(Kitchen { pot, clean, dirty });
    let mut orders = JoinSet::new();
    for id in 1..=5 {
        orders.spawn(order(id, kitchen.clone()));
    }
    tokio::spawn(washer(kitchen));
    orders.join_all().await;
}
