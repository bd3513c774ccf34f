//! Forgets timers and sockets, which a builder does not switch on by itself.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::runtime::{Builder, Runtime};

pub fn kitchen(
    cooks: usize,
    come: impl Fn(&str) + Send + Sync + 'static,
) -> io::Result<Runtime> {
    let last = AtomicUsize::new(0);
    Builder::new_multi_thread()
        .worker_threads(cooks)
        .thread_name_fn(move || {
            format!("cook {}", last.fetch_add(1, Ordering::Relaxed) + 1)
        })
        .on_thread_start(move || {
            come(thread::current().name().expect("each has a name"));
        })
        .build()
}

fn main() -> io::Result<()> {
    kitchen(3, |name| println!("{name} comes"))?;
    Ok(())
}
