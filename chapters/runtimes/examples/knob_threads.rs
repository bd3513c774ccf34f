//! A cook who needs a large table, and gets it. Compare the output.
use std::{hint::black_box, thread};
use tokio::runtime::Builder;

const MIB: usize = 1024 * 1024;

/// Needs eight megabytes of stack.
fn lay_table() -> usize {
    let table = black_box([1_u8; 8 * MIB]);
    table.iter().map(|&plate| usize::from(plate)).sum()
}

fn main() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("cook")
        .thread_stack_size(32 * MIB)
        .build()
        .unwrap();
    let task = runtime.spawn(async {
        let plates = lay_table();
        let thread = thread::current();
        println!("{}: {plates} plates", thread.name().unwrap());
    });
    runtime.block_on(task).unwrap();
}
