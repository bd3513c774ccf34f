//! A thread a cup, and less address space. Watch how far it gets.
use std::{thread, time::Duration};

/// From here on, this process may reserve no more than `bytes` of memory.
fn limit_own_memory(bytes: u64) {
    #[cfg(unix)]
    rlimit::setrlimit(rlimit::Resource::AS, bytes, bytes)
        .expect("a process may always lower its own limit");
    #[cfg(not(unix))]
    println!("no such limit on this system: {bytes} bytes not set");
}

fn main() {
    limit_own_memory(512 * 1024 * 1024);
    for n in 1..=1000 {
        if n % 10 == 0 {
            println!("tea {n}: kettle on");
        }
        thread::spawn(|| thread::sleep(Duration::from_secs(1)));
    }
}
