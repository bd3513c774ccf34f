//! A thousand threads and a thousand tasks. Watch what each one costs to start.
use std::{thread, time::Instant};

const MANY: u32 = 1000;

fn report(what: &str, start: Instant) {
    let each = start.elapsed() / MANY;
    println!("{what}: {} ns", each.as_nanos());
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut threads = Vec::new();
    let start = Instant::now();
    for _ in 0..MANY {
        threads.push(thread::spawn(|| ()));
    }
    report("a thread", start);
    for thread in threads {
        thread.join().unwrap();
    }

    let mut tasks = Vec::new();
    let start = Instant::now();
    for _ in 0..MANY {
        tasks.push(tokio::spawn(async {}));
    }
    report("a task", start);
    for task in tasks {
        task.await.unwrap();
    }
}
