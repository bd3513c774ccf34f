//! A lock, and a waiter polled by hand. Watch when it is woken.
use paused::{tokio, tokio_test};
use tokio::sync::Mutex;
use tokio_test::task::spawn;

fn main() {
    let count = Mutex::new(0);
    let mut first = spawn(count.lock());
    let guard = first.poll();
    println!("first: has it? {}", guard.is_ready());

    let mut second = spawn(count.lock());
    println!("second: has it? {}", second.poll().is_ready());
    println!("second: woken? {}", second.is_woken());
    drop(guard);
    println!("second: woken? {}", second.is_woken());
    println!("second: has it? {}", second.poll().is_ready());
}
