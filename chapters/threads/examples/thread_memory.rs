//! Idle threads. Watch what each of them reserves, and what it really takes.
use std::{fs, hint::black_box, sync::Barrier, thread, thread::Builder};

const THREADS: usize = 500;
static ALL_IDLE: Barrier = Barrier::new(THREADS + 1);

/// The KiB that one of the kernel's reports gives behind `name`.
fn report(file: &str, name: &str) -> usize {
    let text = fs::read_to_string(file).expect("Linux has this file");
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The KiB that are reserved now, and that are taken, by the kernel too.
fn memory() -> (usize, usize) {
    let own = |name| report("/proc/self/status", name);
    let kernel = own("VmPTE") + report("/proc/meminfo", "KernelStack");
    (own("VmSize"), own("VmRSS") + kernel)
}

fn idle(about: &str, builder: fn() -> Builder, work: fn()) {
    let before = memory();
    for _ in 0..THREADS {
        let idle = move || {
            work();
            ALL_IDLE.wait();
            thread::park(); // for good
        };
        builder().spawn(idle).unwrap();
    }
    ALL_IDLE.wait();
    let after = memory();
    let reserved = (after.0 - before.0) / THREADS;
    let taken = (after.1 - before.1) / THREADS;
    println!("{about}: {reserved} KiB reserved, {taken} KiB taken");
}

fn main() {
    idle("first threads", Builder::new, || {});
    idle("more threads", Builder::new, || {});
    idle("small", || Builder::new().stack_size(64 * 1024), || {});
    let write = || _ = black_box(&mut [1_u8; 256 * 1024]);
    idle("256 KiB written", Builder::new, write);
}
