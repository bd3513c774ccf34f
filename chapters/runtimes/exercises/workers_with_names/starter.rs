//! Three cooks and six chops. Watch who comes, and who chops.

use std::io;
use std::thread;

use tokio::runtime::Runtime;

/// Builds a runtime with so many workers, `cook 1` and so on. Each calls `come`
/// with its name when it starts.
pub fn kitchen(
    cooks: usize,
    come: impl Fn(&str) + Send + Sync + 'static,
) -> io::Result<Runtime> {
    _ = (cooks, come);
    Runtime::new()
}

async fn chop(n: u32) {
    let thread = thread::current();
    let name = thread.name().unwrap_or("nobody");
    timeline::span(format!("chop {n}: {name}"), || {
        for i in 0..3_000_000_u64 {
            std::hint::black_box(i);
        }
        println!("chop {n}: {name}");
    });
}

fn main() -> io::Result<()> {
    let runtime = kitchen(3, |name| println!("{name} comes"))?;
    let chops: Vec<_> = (1..=6).map(|n| runtime.spawn(chop(n))).collect();
    for chop in chops {
        runtime.block_on(chop)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "../../../chapters/runtimes/exercises/workers_with_names/tests.rs"]
mod tests;
