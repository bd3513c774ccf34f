//! Whatever a program does, its run is a verdict, the tool goes on to the next, and nothing is left running.

use std::collections::BTreeMap;
#[cfg(unix)]
use std::process::Command;
#[cfg(target_os = "linux")]
use std::process::Stdio;
use std::sync::OnceLock;

use serde_json::Value;

#[cfg(target_os = "linux")]
use crate::book::soon;
use crate::book::{Book, POUR, Ran};
#[cfg(unix)]
use crate::server::{Server, texts};

const HANGS: &str = "fn main() { std::thread::park() }";
const SPINS: &str = "fn main() { loop { std::hint::spin_loop() } }";
const FLOODS: &str = "fn main() { loop { println!(\"tea\") } }";
const EXITS: &str = "fn main() { std::process::exit(3) }";
const PANICS: &str = "fn main() { panic!(\"no water\") }";
const ABORTS: &str = "fn main() { std::process::abort() }";
const LOOKS_AROUND: &str = r#"
fn main() {
    for (key, value) in std::env::vars().filter(|(key, _)| key != "PATH") {
        println!("{key}={value}");
    }
    let input = std::io::read_to_string(std::io::stdin()).unwrap();
    println!("{} bytes of input", input.len());
    println!("told {:?}", std::env::args().skip(1).collect::<Vec<_>>());
    println!("in a folder with {}", std::fs::exists("book.toml").unwrap());
}
"#;
#[cfg(unix)]
const KILLS_ITSELF: &str = r#"
fn main() {
    let id = std::process::id().to_string();
    std::process::Command::new("kill").args(["-9", &id]).status().unwrap();
}
"#;
/// Starts itself once more with an argument, and then does what stands for `END`.
#[cfg(target_os = "linux")]
const LEAVES_ONE_BEHIND: &str = r#"
fn main() {
    if std::env::args().any(|arg| arg == "stay") {
        std::thread::sleep(std::time::Duration::from_secs(60));
        return;
    }
    let itself = std::env::current_exe().unwrap();
    std::process::Command::new(STARTER).args(ARGS).arg("stay").spawn().unwrap();
    println!("started");
    std::thread::sleep(std::time::Duration::from_millis(200));
    END
}
"#;

/// The recordings of one book of programs that end in every way there is.
fn recorded(id: &str) -> &'static Value {
    static RECORDINGS: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    let recordings = RECORDINGS.get_or_init(|| {
        let args = "args = [\"two words\", \"*\"]\nclaims = [\"ends ok\"]";
        let book = Book::new()
            .with("wild/main", "claims = [\"ends ok\"]", POUR)
            .with("wild/hangs", "deadline = 1\nclaims = [\"ends hang\"]", HANGS)
            .with("wild/spins", "deadline = 1\nclaims = [\"ends spins\"]", SPINS)
            .with("wild/exits", "claims = [\"ends exit 3\"]", EXITS)
            .with("wild/panics", "claims = [\"ends panic\"]", PANICS)
            .with("wild/looks_around", args, LOOKS_AROUND);
        #[cfg(unix)]
        let book = book
            .with("wild/aborts", "claims = [\"ends signal ABRT\"]", ABORTS)
            .with("wild/kills_itself", "claims = [\"ends signal KILL\"]", KILLS_ITSELF)
            .with(
                "wild/interrupted",
                "signal = { at = 0.1, send = \"INT\" }\nclaims = [\"ends signal INT\", \"wall < 5\"]",
                HANGS,
            );
        let mut record = book.tool(["record"]);
        record.env("RUST_BACKTRACE", "full").env("COLOUR", "red");
        #[cfg(unix)]
        let mut record = in_the_background(&record);
        let ran = Ran::of(&mut record);
        println!("{ran}");
        #[cfg(target_os = "linux")]
        assert_eq!(book.processes(), [], "these are left running");
        let recorded = book.files().into_iter().filter(|(path, _)| path.ends_with(".json"));
        recorded
            .map(|(_, text)| serde_json::from_str(&text).expect("a recording is JSON"))
            .map(|recording: Value| (recording["snippet"].to_string(), recording))
            .collect()
    });
    recordings
        .get(&Value::from(id).to_string())
        .unwrap_or_else(|| panic!("`{id}` was not recorded, only {:?}", recordings.keys()))
}

/// The same command as a shell starts it in the background: it ignores what a terminal sends. Its runs do not.
#[cfg(unix)]
fn in_the_background(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP INT QUIT; exec \"$0\" \"$@\""]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

fn lines(recording: &Value) -> Vec<&str> {
    let lines = recording["lines"].as_array().expect("it has lines");
    lines
        .iter()
        .map(|line| line["text"].as_str().expect("text"))
        .collect()
}

#[test]
fn a_hung_run_is_a_verdict() {
    let run = recorded("wild/hangs");
    assert_eq!(run["ending"], "hang");
    let wall = run["figures"]["wall"].as_f64().expect("a time");
    assert!(
        (1.0..4.0).contains(&wall),
        "its deadline is one second, it took {wall}"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_computes_without_end_spins() {
    assert_eq!(recorded("wild/spins")["ending"], "spins");
}

#[test]
fn a_flood_is_stopped_before_its_deadline() {
    let entry = "claims = [\"ends floods\", \"lines > 1000\"]";
    let wide = FLOODS.replace("\"tea\"", "\"{:4000}\", \"tea\"");
    let book = Book::new()
        .with("wild/main", entry, &wide)
        .with("wild/calm", "", POUR);
    let ran = book.run(["record"]).succeeded();
    assert_eq!(book.recording("wild/main")["ending"], "floods");
    assert!(book.is_recorded("wild/calm"));
    assert!(ran.took.as_secs() < 10, "{ran}");
    #[cfg(target_os = "linux")]
    assert_eq!(book.processes(), []);
}

#[test]
fn what_still_prints_much_at_its_deadline_floods() {
    let entry = "deadline = 4\nclaims = [\"ends floods\", \"wall > 3.9\"]";
    let book = Book::new().with("wild/main", entry, FLOODS);
    book.run(["record"]).succeeded();
}

#[test]
fn a_million_lines_are_cut_and_no_flood() {
    // Buffered, so that this takes no longer on a slow machine.
    let program = "fn main() {\n    use std::io::Write;\n    \
                   let mut out = std::io::BufWriter::new(std::io::stdout());\n    \
                   for n in 0..1_000_000 {\n        writeln!(out, \"tea {n}: poured\").unwrap();\n    }\n}\n";
    let entry = "claims = [\"lines = 1000000\", \"says /tea 999999: poured/\"]";
    let book = Book::new().with("wild/main", entry, program);
    book.run(["record"]).succeeded();
    let recording = book.recording("wild/main");
    assert_eq!(recording["ending"], "ok");
    assert!(recording["cut"]["lines"].as_u64().expect("it is cut") > 999_000);
}

#[test]
fn an_exit_code_is_recorded() {
    assert_eq!(recorded("wild/exits")["ending"], "exit 3");
}

#[test]
fn a_panic_is_recorded_with_its_last_words() {
    let run = recorded("wild/panics");
    assert_eq!(run["ending"], "panic");
    assert!(lines(run).contains(&"no water"), "{run:#}");
    assert_eq!(run["lines"][0]["stream"], "err");
}

#[test]
#[cfg(unix)]
fn a_program_that_aborts_dies_by_a_signal() {
    assert_eq!(recorded("wild/aborts")["ending"], "signal ABRT");
}

#[test]
#[cfg(unix)]
fn a_killed_program_dies_by_a_signal() {
    assert_eq!(recorded("wild/kills_itself")["ending"], "signal KILL");
}

#[test]
#[cfg(unix)]
fn the_signal_of_the_manifest_is_sent() {
    let run = recorded("wild/interrupted");
    assert_eq!(run["ending"], "signal INT");
    let wall = run["figures"]["wall"].as_f64().expect("a time");
    assert!((0.1..5.0).contains(&wall), "{wall}");
}

#[test]
fn the_calm_among_the_wild_are_recorded() {
    let run = recorded("wild/main");
    assert_eq!(run["ending"], "ok");
    assert_eq!(lines(run), ["poured"]);
}

#[test]
fn a_run_has_a_known_environment_and_no_input() {
    let expect = [
        "LANG=C.UTF-8",
        "NO_COLOR=1",
        "RAYON_NUM_THREADS=4",
        "RUST_BACKTRACE=0",
        "TOKIO_WORKER_THREADS=4",
        "0 bytes of input",
        "told [\"two words\", \"*\"]",
        "in a folder with true",
    ];
    let by_machine = ["SYSTEMROOT", "TEMP", "CARGO_HOME", "RUSTUP_HOME"];
    let mut seen = lines(recorded("wild/looks_around"));
    seen.retain(|line| !by_machine.iter().any(|key| line.starts_with(key)));
    let timeline = seen
        .iter()
        .position(|line| line.starts_with("WORKBOOK_TIMELINE="));
    let timeline = seen.remove(timeline.expect("where a traced program writes"));
    assert!(
        timeline.contains("=target/workbook/") && timeline.ends_with("/timeline"),
        "{timeline}"
    );
    assert_eq!(seen, expect);
}

#[test]
fn an_ending_that_nobody_claims_is_a_problem() {
    let book = Book::new()
        .with("wild/main", "claims = []", POUR)
        .with("wild/panics", "claims = []", PANICS)
        .with("wild/exits", "claims = [\"ends exit 4\"]", EXITS);
    let ran = book.run(["record"]).failed();
    ran.says("chapters/wild/Cargo.toml:9: `wild/panics` ended with `panic`, not `ok`");
    ran.says("not `ok`: its last words: no water");
    ran.says("chapters/wild/Cargo.toml:13: `wild/exits` does not hold its claim `ends exit 4`: ends exit 3");
    ran.says("2 problems");
    assert!(book.is_recorded("wild/main"));
    assert!(!book.is_recorded("wild/panics"));
    assert!(!book.is_recorded("wild/exits"));
}

/// A book with a program that leaves one behind, which `starter` starts, and a calm one.
#[cfg(target_os = "linux")]
fn leaving(starter: &str, args: &str, end: &str, entry: &str) -> Book {
    let program = LEAVES_ONE_BEHIND
        .replace("STARTER", starter)
        .replace("ARGS", args)
        .replace("END", end);
    Book::new()
        .with("wild/main", entry, &program)
        .with("wild/calm", "", POUR)
}

#[cfg(target_os = "linux")]
fn one_is_left_behind(book: &Book, ending: &str) {
    let ran = book.run(["record"]).failed();
    assert_eq!(book.processes(), [], "these are left running\n{ran}");
    ran.says("chapters/wild/src/main.rs: `wild/main` ended and left 1 process running");
    assert!(ran.took.as_secs() < 15, "{ran}");
    let run = book.recording("wild/main");
    assert_eq!(run["ending"], ending);
    assert_eq!(run["left_behind"], 1, "{run:#}");
    assert_eq!(lines(&run), ["started"]);
    assert!(book.is_recorded("wild/calm"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_child_that_outlives_its_program_is_ended() {
    let book = leaving("&itself", "[\"-\"]", "", "");
    one_is_left_behind(&book, "ok");
}

#[test]
#[cfg(target_os = "linux")]
fn a_child_that_leaves_the_group_is_ended() {
    let book = leaving("\"setsid\"", "[&itself]", "", "");
    one_is_left_behind(&book, "ok");
}

#[test]
#[cfg(target_os = "linux")]
fn the_child_of_a_hung_program_is_ended_too() {
    let entry = "deadline = 1\nclaims = [\"ends hang\"]";
    let book = leaving("\"setsid\"", "[&itself]", "std::thread::park();", entry);
    one_is_left_behind(&book, "hang");
}

#[test]
#[cfg(target_os = "linux")]
fn a_killed_tool_leaves_nothing_running() {
    let book = leaving(
        "\"setsid\"",
        "[&itself]",
        "std::thread::park();",
        "deadline = 60",
    );
    let mut tool = book.tool(["record", "wild/main"]);
    let tool = tool.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut tool = tool.spawn().expect("it starts");
    let both = soon(30, || book.processes().len() == 2);
    tool.kill().expect("it is still there");
    assert!(both, "the program and its child never ran");
    let gone = soon(5, || book.processes().is_empty());
    assert!(gone, "these are left running: {:?}", book.processes());
    // An interrupt from the keyboard kills the tool just so: its shims have nothing to say to that.
    let output = tool.wait_with_output().expect("it was killed");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(!words.contains("Error"), "{words}");
}

#[test]
#[cfg(unix)]
fn a_program_has_no_files_open_but_its_own_three() {
    let lists = r#"
        fn main() {
            let open = (0..64).filter(|n| std::fs::exists(format!("/dev/fd/{n}")).unwrap());
            println!("{:?}", open.collect::<Vec<_>>());
        }
    "#;
    let book = Book::new()
        .with(
            "wild/main",
            "claims = [\"says /\\\\[0, 1, 2\\\\]/\"]",
            lists,
        )
        .locked();
    // As shells, makes and editors leave files, pipes and folders open to what they start.
    let leaves = "mkfifo target/pipe; exec 3<Cargo.toml 4>target/out 5<. 6<>target/pipe 9<&0 17<&1; exec \"$@\"";
    let leaving = |args: &[&str]| {
        let tool = book.tool(args);
        let mut shell = Command::new("bash");
        shell
            .args(["-c", leaves, "bash"])
            .arg(tool.get_program())
            .args(tool.get_args());
        shell.current_dir(book.path(""));
        std::fs::create_dir_all(book.path("target")).expect("a folder");
        crate::book::cleared(shell)
    };
    Ran::of(&mut leaving(&["record"])).succeeded();
    let server = Server::of(&mut leaving(&["serve", "--port", "0"]));
    assert_eq!(texts(&server.run("wild/main")), ["[0, 1, 2]"]);
    assert_eq!(texts(&server.run_edited("wild/main", lists)), ["[0, 1, 2]"]);
}

/// Ends or halts its parent and that one's parent, which watch it, with a child in a session of its own.
#[cfg(target_os = "linux")]
const ENDS_ITS_WATCH: &str = r#"
fn parent(of: &str) -> String {
    let stat = std::fs::read_to_string(format!("/proc/{of}/stat")).unwrap();
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    rest.split(' ').nth(1).unwrap().to_owned()
}

fn main() {
    if std::env::args().any(|arg| arg == "stay") {
        std::thread::sleep(std::time::Duration::from_secs(60));
        return;
    }
    let itself = std::env::current_exe().unwrap();
    std::process::Command::new("setsid").arg(itself).arg("stay").spawn().unwrap();
    println!("started");
    std::thread::sleep(std::time::Duration::from_millis(200));
    let watch = parent("self");
    let guard = parent(&watch);
    std::process::Command::new("kill").args(["HOW", &guard, &watch]).status().unwrap();
    loop { std::thread::park() }
}
"#;

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_ends_all_that_watches_it_is_ended() {
    let book = Book::new()
        .with(
            "wild/main",
            "deadline = 1",
            &ENDS_ITS_WATCH.replace("HOW", "-KILL"),
        )
        .with(
            "wild/halts",
            "deadline = 1",
            &ENDS_ITS_WATCH.replace("HOW", "-STOP"),
        )
        .with("wild/calm", "", POUR);
    let ran = book.run(["record"]).failed();
    assert_eq!(book.processes(), [], "these are left running\n{ran}");
    ran.says("the process that watched the program was ended or halted");
    ran.says("2 problems");
    assert!(book.is_recorded("wild/calm"));
    assert!(!book.is_recorded("wild/main"));
    assert!(!book.is_recorded("wild/halts"));
}

#[test]
#[cfg(target_os = "linux")]
fn memory_without_end_is_a_verdict() {
    let hoards = "fn main() { let mut all = Vec::new(); \
        loop { all.push(vec![1_u8; 16 << 20]); std::hint::black_box(&all); } }";
    let book = Book::new()
        .with("wild/main", "claims = [\"ends memory\"]", hoards)
        .with("wild/calm", "", POUR);
    book.run(["record"]).succeeded();
    let run = book.recording("wild/main");
    assert_eq!(run["ending"], "memory");
    let peak = run["figures"]["max_rss"].as_u64().expect("Linux tells it");
    assert!(peak < 4 << 30, "{peak}");
    assert!(book.is_recorded("wild/calm"));
}
