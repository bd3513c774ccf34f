//! A thousand threads and a thousand tasks. Watch what each one costs to start.
use std::{thread, time::Instant};

const MANY: u32 = 1000;

fn report(what: &str, start: Instant) -> u128 {
    let each = (start.elapsed() / MANY).as_nanos();
    println!("{what}: {each} ns");
    each
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut threads = Vec::new();
    let start = Instant::now();
    for _ in 0..MANY {
        threads.push(thread::spawn(|| ()));
    }
    let thread_ns = report("a thread", start);
    for thread in threads {
        thread.join().unwrap();
    }

    let mut tasks = Vec::new();
    let start = Instant::now();
    for _ in 0..MANY {
        tasks.push(tokio::spawn(async {}));
    }
    let task_ns = report("a task", start);
    for task in tasks {
        task.await.unwrap();
    }
    println!("a thread for {} tasks", thread_ns / task_ns);
}
