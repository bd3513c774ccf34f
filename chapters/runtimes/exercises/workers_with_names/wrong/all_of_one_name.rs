//! Gives all cooks the same name.

use std::io;
use std::thread;

use tokio::runtime::{Builder, Runtime};

pub fn kitchen(
    cooks: usize,
    come: impl Fn(&str) + Send + Sync + 'static,
) -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .worker_threads(cooks)
        .thread_name("cook 1")
        .on_thread_start(move || {
            come(thread::current().name().expect("each has a name"));
        })
        .build()
}

fn main() -> io::Result<()> {
    kitchen(3, |name| println!("{name} comes"))?;
    Ok(())
}
