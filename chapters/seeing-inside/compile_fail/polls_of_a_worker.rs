//! How often has a worker polled a task? Read the error.
use tokio::runtime::Handle;

#[tokio::main]
async fn main() {
    let metrics = Handle::current().metrics();
    println!("{} workers", metrics.num_workers());
    println!("{} polls by the first", metrics.worker_poll_count(0));
}
