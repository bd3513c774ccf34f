//! Calls `come` for every cook, from the thread of the caller.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::{Builder, Runtime};

pub fn kitchen(
    cooks: usize,
    come: impl Fn(&str) + Send + Sync + 'static,
) -> io::Result<Runtime> {
    let last = AtomicUsize::new(0);
    Builder::new_multi_thread()
        .enable_all()
        .worker_threads(cooks)
        .thread_name_fn(move || {
            let n = last.fetch_add(1, Ordering::Relaxed) + 1;
            let name = format!("cook {n}");
            come(&name);
            name
        })
        .build()
}

fn main() -> io::Result<()> {
    kitchen(3, |name| println!("{name} comes"))?;
    Ok(())
}
