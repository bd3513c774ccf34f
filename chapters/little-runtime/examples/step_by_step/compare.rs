//! Both runtimes at the same work, and what of each it takes.

use crate::count;
use crate::runtimes::{Little, Tokio};
use crate::tracer::{self, Count};
use crate::work::{self, Listens, POLLS, TASKS, TIMERS};
use std::env::args;
use std::thread;

const TOKIO: &str = "tokio";
const LITTLE: &str = "little";

/// What is counted, and how many there are of it.
const ALL: [(&str, u64); 5] = [
    ("spawn", TASKS),
    ("yield", POLLS),
    ("message", POLLS),
    ("timer", TIMERS),
    ("timer after a sleep", TIMERS),
];

/// What the program does as a process that it has started itself.
fn be_watched<R: Listens + 'static>(name: &str) {
    tracer::be_watched();
    match name {
        "spawn" => R::run(work::spawns::<R>()),
        "yield" => R::run(work::yields::<R>()),
        "message" => R::run(work::messages::<R>()),
        "timer" => R::run(work::timers::<R>()),
        "timer after a sleep" => R::run(work::late_timers::<R>()),
        _ => R::run(work::nothing()),
    }
}

pub(crate) fn compare() {
    let args: Vec<_> = args().skip(1).collect();
    if let [name, runtime] = &args[..] {
        match runtime.as_str() {
            TOKIO => be_watched::<Tokio>(name),
            _ => be_watched::<Little>(name),
        }
        return;
    }
    println!(
        "{:27}{:>7}{:>8}{:>8}{:>7}{:>7}{:>7}",
        "for one", "steps", "atomic", "memory", "asked", "calls", "ratio"
    );
    let marks = count(["nothing", LITTLE]);
    for (name, many) in ALL {
        let counts = thread::scope(|scope| {
            let start = |runtime| move || count([name, runtime]);
            [TOKIO, LITTLE]
                .map(|runtime| (runtime, scope.spawn(start(runtime))))
                .map(|(runtime, counting)| (runtime, counting.join().unwrap()))
        });
        let one = |count: &Count, figure: fn(&Count) -> u64| {
            let marks = count.spans * figure(&marks);
            (figure(count) as f64 - marks as f64) / many as f64
        };
        let tokio = one(&counts[0].1, |it| it.instructions);
        for (runtime, count) in &counts {
            let instructions = one(count, |it| it.instructions);
            println!(
                "{:27}{instructions:7.0}{:8.1}{:8.0}{:7.1}{:7.2}{:7.2}",
                format!("{name}, {runtime}"),
                one(count, |it| it.atomic),
                one(count, |it| it.allocator),
                one(count, |it| it.allocations),
                one(count, |it| it.calls),
                instructions / tokio,
            );
        }
    }
}
