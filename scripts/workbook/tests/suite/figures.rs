//! What a run cost is what the program cost, and not what the tool or the machine's load did.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::book::Book;

const TINY: &str = "fn main() {}";
const SLEEPS: &str = "fn main() { std::thread::sleep(std::time::Duration::from_millis(300)) }";
const ALLOCATES: &str = r#"
fn main() {
    let mut jug = vec![0_u8; 64 << 20];
    for page in jug.chunks_mut(4096) {
        page[0] = 1;
    }
    std::hint::black_box(&jug);
}
"#;
/// Until the system says that it had 0.3 seconds of CPU: however busy the machine is, that is what it takes.
const COMPUTES: &str = r#"
fn ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let fields: Vec<_> = rest.split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

fn main() {
    while ticks() < 30 {
        std::hint::black_box((0..100_000_u64).fold(0, |a, b| a ^ b));
    }
}
"#;
const THREADS: &str = r#"
fn main() {
    let sleep = || std::thread::sleep(std::time::Duration::from_millis(200));
    let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(sleep)).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
"#;
/// More and more of them, until it ends.
const STARTS_MORE_AND_MORE: &str = r#"
fn main() {
    let start = std::time::Instant::now();
    while start.elapsed().as_millis() < 10 {
        std::thread::spawn(|| std::thread::sleep(std::time::Duration::from_secs(9)));
        std::thread::sleep(std::time::Duration::from_micros(20));
    }
}
"#;
const PRINTS_MUCH: &str = r#"
fn main() {
    let start = std::time::Instant::now();
    for n in 0..200_000 {
        println!("cup {n}");
    }
    println!("microseconds {}", start.elapsed().as_micros());
}
"#;

fn recorded(name: &str) -> &'static Value {
    static RECORDINGS: OnceLock<BTreeMap<&str, Value>> = OnceLock::new();
    let recordings = RECORDINGS.get_or_init(|| {
        let programs = [
            ("main", TINY),
            ("sleeps", SLEEPS),
            ("allocates", ALLOCATES),
            ("computes", COMPUTES),
            ("starts_threads", THREADS),
            ("starts_more_and_more", STARTS_MORE_AND_MORE),
            ("prints_much", PRINTS_MUCH),
        ];
        let book = programs.iter().fold(Book::new(), |book, (name, program)| {
            book.with(&format!("cost/{name}"), "alone = true", program)
        });
        book.run(["record"]).succeeded();
        let recording = |(name, _)| (name, book.recording(&format!("cost/{name}")));
        programs.map(recording).into()
    });
    &recordings[name]
}

fn figure(program: &str, name: &str) -> f64 {
    let figures = &recorded(program)["figures"];
    figures[name]
        .as_f64()
        .unwrap_or_else(|| panic!("no `{name}` in {figures:#}"))
}

fn cpu(program: &str) -> f64 {
    figure(program, "user") + figure(program, "system")
}

#[test]
fn a_tiny_program_is_not_charged_with_the_tools_memory() {
    let peak = figure("main", "max_rss");
    assert!((100e3..8e6).contains(&peak), "{peak} bytes");
}

#[test]
fn memory_that_is_touched_is_counted() {
    let peak = figure("allocates", "max_rss");
    let jug = f64::from(64 << 20);
    assert!((jug..jug + 16e6).contains(&peak), "{peak} bytes");
}

#[test]
fn computing_costs_cpu() {
    let cpu = cpu("computes");
    assert!((0.2..1.0).contains(&cpu), "{cpu} s");
}

#[test]
fn waiting_costs_time_and_no_cpu() {
    let (wall, cpu) = (figure("sleeps", "wall"), cpu("sleeps"));
    assert!((0.3..2.0).contains(&wall), "{wall} s");
    assert!(cpu < 0.1, "{cpu} s");
}

#[test]
fn threads_are_counted_while_they_live() {
    assert_eq!(figure("starts_threads", "threads"), 9.0);
    assert_eq!(figure("sleeps", "threads"), 1.0);
}

#[test]
fn a_peak_of_threads_that_does_not_last_is_not_told() {
    let figures = &recorded("starts_more_and_more")["figures"];
    assert_eq!(figures["threads"], Value::Null, "{figures:#}");
}

#[test]
fn switches_are_counted() {
    // Each of eight threads sleeps, and is waited for.
    let switches = figure("starts_threads", "voluntary_switches");
    assert!((8.0..1000.0).contains(&switches), "{switches}");
}

#[test]
fn printing_much_does_not_stretch_the_clock() {
    let recording = recorded("prints_much");
    let last = recording["lines"].as_array().and_then(|lines| lines.last());
    let last = last
        .and_then(|line| line["text"].as_str())
        .expect("it printed");
    let own = last
        .strip_prefix("microseconds ")
        .expect("its own clock is its last line");
    let own: f64 = own.parse::<f64>().expect("a number") / 1e6;
    let wall = figure("prints_much", "wall");
    assert!(
        (own..own + 0.6).contains(&wall),
        "{wall} s, and by its own clock {own} s"
    );
}

#[test]
fn no_line_is_lost_on_the_way() {
    let recording = recorded("prints_much");
    let kept = recording["lines"].as_array().expect("a list").len() as u64;
    assert_eq!(
        kept + recording["cut"]["lines"].as_u64().expect("some were cut"),
        200_001
    );
}
