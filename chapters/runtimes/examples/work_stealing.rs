//! One task spawns eight chops. Watch which worker polls which of them.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::{collections::BTreeSet, thread};
use tokio::{runtime::Builder, task::JoinSet};

static WORKERS: AtomicU32 = AtomicU32::new(0);

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("{worker}: chop {n}")]
fn chop(n: u32, worker: &str) {
    println!("chop {n}: start, by {worker}");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("chop {n}: done, {primes} primes");
}

/// Spawns eight chops, and collects the names of those who polled them.
async fn chop_all() -> BTreeSet<String> {
    let mut chops = JoinSet::new();
    for n in 1..=8 {
        chops.spawn(async move {
            let worker = thread::current().name().unwrap().to_owned();
            chop(n, &worker);
            worker
        });
    }
    chops.join_all().await.into_iter().collect()
}

fn main() {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(4);
    builder.thread_name_fn(|| {
        format!("worker {}", 1 + WORKERS.fetch_add(1, Relaxed))
    });
    let runtime = builder.build().unwrap();
    let chopped = runtime.block_on(runtime.spawn(chop_all()));
    println!("workers that chopped: {}", chopped.unwrap().len());
}
