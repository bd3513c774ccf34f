//! More threads than cores compute, and half are nice. Watch who gets on.
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::{fs, process::Command, time::Duration};

static OVER: AtomicBool = AtomicBool::new(false);

/// Gives this thread, and no other, the lowest of Linux's usual priorities.
fn be_nice() {
    let me = fs::read_link("/proc/thread-self").expect("Linux has this");
    let id = me.file_name().expect("the thread's id comes last");
    let mut renice = Command::new("renice");
    let done = renice.args(["-n", "19", "-p"]).arg(id).output();
    assert!(done.expect("renice is installed").status.success());
}

fn chop(nice: bool) -> u64 {
    if nice {
        be_nice();
    }
    let mut pieces = 0;
    while !OVER.load(Relaxed) {
        pieces += 1;
    }
    pieces
}

fn main() {
    let (mut plain, mut nice) = (Vec::new(), Vec::new());
    let cores = thread::available_parallelism().unwrap().get();
    for _ in 0..2 * cores {
        plain.push(thread::spawn(|| chop(false)));
        nice.push(thread::spawn(|| chop(true)));
    }
    thread::sleep(Duration::from_secs(1));
    OVER.store(true, Relaxed);
    let pieces = |cook: JoinHandle<u64>| cook.join().unwrap();
    let plain: u64 = plain.into_iter().map(pieces).sum();
    let nice: u64 = nice.into_iter().map(pieces).sum();
    println!(
        "the nice threads did {} % of it",
        100 * nice / (plain + nice)
    );
}
