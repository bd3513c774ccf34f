//! Hard use of the little runtime and of Tokio, side by side: as many
//! connections at a time as wanted, that come, go, reset and half-close, time
//! out, panic, and are aborted. Watch whether both count the same, and what
//! becomes of their memory.
//!
//! `--seconds N` (3600), `--connections N` (10000, or as many as there may be
//! open files: each takes two), `--seed N`. Each runtime has a process and, but
//! for a second thread that wakes it, one thread. Ends with 1 if something was
//! counted that the script does not have, or if a megabyte that was not in use
//! at the start is in use at the end.

mod client;
#[path = "../../src/in_use.rs"]
mod in_use;
mod runtimes;
mod script;
mod server;

use futures::StreamExt;
use futures::channel::mpsc;
use futures::future::join_all;
use in_use::in_use;
use runtimes::{Little, Runtime, Tokio};
use script::{Counts, Script, count};
use std::cell::RefCell;
use std::env::{args, current_exe};
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

/// Until an end that is not due at once.
pub(crate) const WHILE: Duration = Duration::from_millis(20);
/// Nothing takes as long as that, also on a machine that does something else.
/// Who is still not heard then has lost a wake.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);
/// So often a thread beside the runtime speaks, and a task looks at the clock.
const BEAT: Duration = Duration::from_millis(100);
/// So many sockets listen, each with two tasks that accept.
const LISTENERS: usize = 4;

#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) counts: Counts,
    /// How many connections the server has.
    pub(crate) open: u64,
    /// How late a timer was, at most.
    late: Duration,
}

pub(crate) type Shared = Rc<RefCell<Seen>>;

/// A panic without words on the screen.
pub(crate) fn quiet_panic() -> ! {
    std::panic::resume_unwind(Box::new("as planned"))
}

/// All of it, on one runtime.
async fn use_hard<R: Runtime>(script: Script) {
    tell("start", 0);
    let (before, start) = (in_use(), Instant::now());
    let shared = Shared::default();
    let beats = R::spawn(beat::<R>(shared.clone()));
    let words = R::spawn(hear_words(script, shared.clone()));
    let minutes = R::spawn(tell_minutes::<R>(shared.clone()));
    let mut servers = Vec::new();
    let mut acceptors = Vec::new();
    for _ in 0..LISTENERS {
        let (address, both) = server::listen::<R>(shared.clone()).await;
        servers.push(address);
        acceptors.extend(both);
    }
    let clients = (0..script.clients).map(|client| {
        let server = servers[client as usize % LISTENERS];
        let shared = shared.clone();
        R::spawn(client::run::<R>(script, client, server, start, shared))
    });
    let clients: Vec<_> = clients.collect();
    for client in clients {
        client.await.unwrap();
    }
    let other = words.await.unwrap();
    let waiting = Instant::now();
    while shared.borrow().open > 0 && waiting.elapsed() < PATIENCE {
        R::sleep(WHILE).await;
    }
    let open = shared.borrow().open;
    acceptors.extend([minutes, beats]);
    acceptors.iter().for_each(R::abort);
    join_all(acceptors).await;
    R::sleep(WHILE).await;
    tell("end", open);
    let late = shared.borrow().late;
    println!("a timer was {late:.1?} late, a plain thread {other:.1?}");
    let kept = (in_use() - before) / 1_000_000;
    if kept > 0 {
        let counts = &mut shared.borrow_mut().counts;
        count(counts, "megabytes kept", kept.unsigned_abs() as u64);
    }
    for (name, n) in &shared.borrow().counts {
        println!("count {n} {name}");
    }
}

/// Once in a minute, and once each ten seconds in the first.
async fn tell_minutes<R: Runtime>(shared: Shared) {
    for n in 1.. {
        R::sleep(Duration::from_secs(10)).await;
        if n < 6 || n % 6 == 0 {
            let time = format!("{}:{:02}", n / 6, n % 6 * 10);
            tell(&time, shared.borrow().open);
        }
    }
}

/// Says where this process is.
fn tell(time: &str, open: u64) {
    let (resident, in_use) = (resident() as f64 / 1e6, in_use() as f64 / 1e6);
    let memory = format!("{resident:6.2} MB ({in_use:6.2} in use)");
    println!("{time:>6}, {open:>6} open, {memory}, {}", cpu());
}

/// Another thread has something to say, ten times a second. Gives how late that
/// thread was, at most.
async fn hear_words(script: Script, shared: Shared) -> Duration {
    let (tell, mut told) = mpsc::unbounded();
    let speaking = thread::spawn(move || {
        let mut late = Duration::ZERO;
        for n in 0..script.calls() {
            let start = Instant::now();
            thread::sleep(BEAT);
            late = late.max(start.elapsed() - BEAT);
            tell.unbounded_send(n).unwrap();
        }
        late
    });
    while told.next().await.is_some() {
        let counts = &mut shared.borrow_mut().counts;
        count(counts, "words from another thread", 1);
    }
    speaking.join().unwrap()
}

/// Notes how late a timer is, ten times a second.
async fn beat<R: Runtime>(shared: Shared) {
    loop {
        let start = Instant::now();
        R::sleep(BEAT).await;
        let late = start.elapsed() - BEAT;
        let seen = &mut shared.borrow_mut();
        seen.late = seen.late.max(late);
    }
}

/// Bytes of memory that this process has; 0 where nobody knows.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status");
    let text = text.unwrap_or_default();
    let line = text.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    let kb = line.and_then(|it| it.trim_end_matches("kB").trim().parse().ok());
    kb.map_or(0, |kb: u64| kb * 1024)
}

/// What it has used of the processor.
fn cpu() -> String {
    let text = std::fs::read_to_string("/proc/self/stat");
    let text = text.unwrap_or_default();
    // The name, in brackets, may have spaces. User and system are ticks.
    let (_, numbers) = text.rsplit_once(')').unwrap_or_default();
    let numbers: Vec<_> = numbers.split_whitespace().collect();
    let ticks = |n: usize| numbers.get(n)?.parse::<f64>().ok();
    let (user, system) = (ticks(11), ticks(12));
    let seconds = |it: Option<f64>| it.unwrap_or_default() / 100.0;
    format!("{:.1} s user, {:.1} s system", seconds(user), seconds(system))
}

/// What comes after this word among the arguments.
fn argument(name: &str) -> Option<u64> {
    let value = args().skip_while(|it| it != name).nth(1)?;
    Some(value.parse().expect("a number"))
}

/// What one runtime has counted, and its memory from time to time.
struct Ended {
    counts: Counts,
    memory: Vec<String>,
}

impl Ended {
    /// At the start, after each quarter, and at the end.
    fn memory(&self) -> String {
        let last = self.memory.len().saturating_sub(1);
        let five = (0..=4).filter_map(|n| self.memory.get(n * last / 4));
        five.cloned().collect::<Vec<_>>().join(", ")
    }
}

/// Starts the process of one runtime, and prints what it says as it comes.
fn one(runtime: &'static str, script: Script) -> Ended {
    let mut child = Command::new(current_exe().unwrap());
    child.args(["--run", runtime, "--seed", &script.seed.to_string()]);
    child.args(["--connections", &script.clients.to_string()]);
    child.args(["--seconds", &script.seconds.to_string()]);
    let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
    let (mut counts, mut memory) = (Counts::new(), Vec::new());
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        match line.strip_prefix("count ").and_then(|it| it.split_once(' ')) {
            Some((n, name)) => count(&mut counts, name, n.parse().unwrap()),
            None => {
                memory.extend(memory_at(&line));
                println!("{runtime:>6} {line}");
            }
        }
    }
    let status = child.wait().unwrap();
    if !status.success() {
        count(&mut counts, &format!("ended by {status}"), 1);
    }
    Ended { counts, memory }
}

/// What a line of `tell` says of memory, and when.
fn memory_at(line: &str) -> Option<String> {
    let mut parts = line.split(',').map(str::trim);
    let (time, memory) = (parts.next()?, parts.nth(1)?);
    Some(format!("{memory} ({time})"))
}

fn main() -> ExitCode {
    let connections = argument("--connections").unwrap_or(10_000);
    let limit = rlimit::increase_nofile_limit(2 * connections + 200);
    let limit = limit.unwrap_or(256);
    let room = limit.saturating_sub(200) / 2;
    let script = Script {
        seed: argument("--seed").unwrap_or(61),
        clients: connections.min(room),
        seconds: argument("--seconds").unwrap_or(3600),
    };
    match args().skip_while(|it| it != "--run").nth(1).as_deref() {
        Some("little") => Little::block_on(use_hard::<Little>(script)),
        Some(_) => Tokio::block_on(use_hard::<Tokio>(script)),
        None => return side_by_side(script, limit),
    }
    ExitCode::SUCCESS
}

fn side_by_side(script: Script, limit: u64) -> ExitCode {
    let Script { seed, clients, seconds } = script;
    println!("{clients} at a time ({limit} files may be open, each takes two)");
    println!("{seconds} seconds, seed {seed}");
    let expected = script.expected();
    let little = thread::spawn(move || one("little", script));
    let tokio = one("tokio", script);
    let little = little.join().unwrap();
    println!("memory, little: {}", little.memory());
    println!("memory, tokio: {}", tokio.memory());
    let (little, tokio) = (little.counts, tokio.counts);
    println!("{:>30} {:>13} {:>13} {:>13}", "", "script", "little", "tokio");
    let mut names: Vec<_> = expected.keys().chain(little.keys()).collect();
    names.extend(tokio.keys());
    names.sort();
    names.dedup();
    for name in names {
        let [a, b, c] = [&expected, &little, &tokio]
            .map(|it| it.get(name).copied().unwrap_or_default());
        let mark = if a == b && b == c { "" } else { "  <- differ" };
        println!("{name:>30} {a:>13} {b:>13} {c:>13}{mark}");
    }
    let [here, there] = [&little, &tokio].map(|it| it.get("client: TimedOut"));
    if let (Some(_), _) | (_, Some(_)) = (here, there) {
        let [here, there] = [here, there].map(|it| it.unwrap_or(&0));
        println!(
            "{here} timed out on little, and {there} on tokio: they heard"
        );
        println!("nothing for {PATIENCE:?}. Was a plain thread as late?");
    }
    let same = little == expected && tokio == expected;
    println!("{}", if same { "all as planned" } else { "not as planned" });
    if same { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
