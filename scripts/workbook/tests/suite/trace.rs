//! `trace`: any program, outside of any clone, and the page of what it did.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::book::{Ran, cleared, soon};
use crate::workshop::repository;

/// The tool as it is installed, in a folder that is in no clone, and a folder beside it to work in.
struct Installed {
    folder: TempDir,
}

impl Installed {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["bin", "work"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        for program in [
            env!("CARGO_BIN_EXE_cargo-workbook"),
            env!("CARGO_BIN_EXE_cargo-workbook-shim"),
        ] {
            let name = Path::new(program).file_name().expect("a name");
            fs::copy(program, folder.path().join("bin").join(name)).expect("there is room");
        }
        Self { folder }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join("work").join(file)
    }

    /// As cargo starts it for `cargo workbook …`.
    fn tool(&self, args: &[&str]) -> Command {
        let tool = self.folder.path().join("bin/cargo-workbook");
        let mut tool = cleared(Command::new(tool));
        tool.arg("workbook").args(args).current_dir(self.path(""));
        // It has no cargo, and needs none.
        tool.env("CARGO", "/nowhere/cargo");
        tool
    }

    fn trace(&self, args: &[&str]) -> Ran {
        Ran::of(self.tool(&["trace"]).args(args))
    }

    #[track_caller]
    fn page(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The files that stand in its folder.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("")).expect("it is there").flatten();
        let mut names: Vec<_> = entries
            .map(|it| it.file_name().display().to_string())
            .collect();
        names.sort();
        names
    }
}

/// A program that writes a timeline as the library does: two lanes, of which one waits for the other without end.
const LANES: &str = r#"
now=$(date +%s.%N)
cat >>"$WORKBOOK_TIMELINE" <<END
{"timeline":1,"start":$now}
{"t":0.000010,"lane":0,"event":"new","name":"guest"}
{"t":0.000020,"lane":0,"event":"poll","thread":0}
{"t":0.000030,"lane":0,"event":"pending","cpu":0.000009}
{"t":0.000040,"lane":1,"event":"new","name":"cook"}
{"t":0.000050,"lane":1,"event":"poll","thread":0}
{"t":0.000060,"lane":1,"event":"ready","cpu":0.000009}
END
"#;

#[test]
fn a_program_that_ends_well_has_its_page() {
    let installed = Installed::new();
    let script = "echo kettle on; sleep 0.1; printf 'tea \\033[31m<poured>\\033[0m\\n' >&2";
    let ran = installed.trace(&["--", "sh", "-c", script]).succeeded();
    assert_eq!(ran.stdout, "kettle on\n");
    ran.says("tea <poured>\n").says("exit code 0 · ");
    ran.says("wrote trace-sh.html");
    assert_eq!(installed.files(), ["trace-sh.html"]);
    let page = installed.page("trace-sh.html");
    for words in [
        "<!DOCTYPE html>",
        "</span>kettle on</span>",
        "<span class=\"line err\"><span class=\"t\">0.",
        "</span>tea &lt;poured&gt;</span>",
        "exit code 0 · 1",
        " of CPU",
        " context switches",
        "prefers-color-scheme: dark",
    ] {
        assert!(page.contains(words), "`{words}` is not in\n{page}");
    }
    for never in ["<svg", "<script", "http", "url(", "\u{1b}", "[31m"] {
        assert!(!page.contains(never), "`{never}` is in\n{page}");
    }
    // Once more: in the place of the first.
    let ran = installed.trace(&["--", "sh", "-c", "echo again"]);
    ran.succeeded().says("wrote trace-sh.html");
    assert!(
        installed
            .page("trace-sh.html")
            .contains("</span>again</span>")
    );
}

#[test]
fn one_that_fails_gives_its_own_code() {
    let installed = Installed::new();
    for (script, code, words) in [
        ("exit 3", 3, "ended with exit code 3"),
        ("exit 101", 101, "ended with a panic, exit code 101"),
        ("kill -KILL $$", 137, "ended by the signal SIGKILL"),
    ] {
        let ran = installed.trace(&["--out", "tea.html", "sh", "-c", script]);
        assert_eq!(ran.code, Some(code), "{ran}");
        ran.says(words);
        let page = installed.page("tea.html");
        assert!(
            page.contains(&format!("<span class=\"ending\">{words}</span>")),
            "{page}"
        );
    }
}

#[test]
fn lanes_are_drawn() {
    let installed = Installed::new();
    let ran = installed.trace(&["--", "sh", "-c", LANES]).succeeded();
    // It has ended by itself.
    ran.never_says("waits");
    let page = installed.page("trace-sh.html");
    assert!(page.contains("<svg class=\"timeline\""), "{page}");
    for lane in [">guest</text>", ">cook</text>"] {
        assert!(page.contains(lane), "{page}");
    }
}

#[test]
fn a_hang_is_stopped_at_its_deadline_with_the_lanes_that_were_alive() {
    let installed = Installed::new();
    let script = format!("{LANES}\nexec sleep 60");
    let ran = installed.trace(&["--deadline", "0.5", "--", "sh", "-c", &script]);
    assert_eq!(ran.code, Some(124), "{ran}");
    ran.says("was still waiting after 500 ms, its deadline: stopped");
    ran.says("`guest` waits: 1 poll, the last at ")
        .never_says("`cook`");
    let page = installed.page("trace-sh.html");
    assert!(
        page.contains("<li><code>guest</code> waits: 1 poll, the last at "),
        "{page}"
    );
    assert!(
        page.contains("was still waiting after 500 ms, its deadline"),
        "{page}"
    );
    assert!(page.contains("stopped at the deadline"), "{page}");
}

/// The project that *Seeing inside* shows, as its reader builds it.
#[test]
fn a_project_of_ones_own_draws_its_lanes_and_waits() {
    let project = repository().join("chapters/seeing-inside/own-project");
    // Kept from run to run, and small.
    let target = repository().join("target/own-project");
    let mut cargo = cleared(Command::new(env!("CARGO")));
    cargo.args(["build", "--quiet", "--locked"]);
    cargo.current_dir(&project).env("CARGO_TARGET_DIR", &target);
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "false");
    Ran::of(&mut cargo).succeeded();
    let installed = Installed::new();
    let program = target.join("debug/slow-morning");
    let ran = installed.trace(&["--", program.to_str().expect("UTF-8")]);
    ran.succeeded().says("wrote trace-slow-morning.html");
    let page = installed.page("trace-slow-morning.html");
    for words in [
        "</span>toast 2: brown</span>",
        ">toast 2</text>",
        "<title>waits for the toaster for ",
        "exit code 0 · ",
    ] {
        assert!(page.contains(words), "`{words}` is not in\n{page}");
    }
}

/// Its versions are the book's, so that whoever has built the book has all of it.
#[test]
fn a_project_of_ones_own_has_the_versions_of_the_book() {
    let packages = |lock: &str| -> Vec<String> {
        let text = fs::read_to_string(repository().join(lock)).expect("the clone has it");
        let packages = text.split("[[package]]").skip(1);
        let lines = |package: &str| {
            package
                .trim()
                .lines()
                .take(4)
                .collect::<Vec<_>>()
                .join("\n")
        };
        packages.map(lines).collect()
    };
    let of_book = packages("Cargo.lock");
    let own = packages("chapters/seeing-inside/own-project/Cargo.lock");
    assert!(own.len() > 10, "{own:?}");
    for package in own {
        if package.contains("source = ") {
            assert!(of_book.contains(&package), "the book has no\n{package}");
        }
    }
}

#[test]
fn what_breaks_a_timeline_leaves_the_page() {
    let installed = Installed::new();
    let script = "echo tea; echo nonsense >>$WORKBOOK_TIMELINE";
    let ran = installed.trace(&["--", "sh", "-c", script]).succeeded();
    ran.says("No timeline: failed to read the timeline: ");
    let page = installed.page("trace-sh.html");
    assert!(
        page.contains("</span>tea</span>") && page.contains("<li>No timeline"),
        "{page}"
    );
}

#[test]
fn what_cannot_be_started_is_said_with_the_cure() {
    let installed = Installed::new();
    let ran = installed.trace(&["--", "no-such-program"]);
    assert_eq!(ran.code, Some(127), "{ran}");
    ran.says("error: failed to start `no-such-program`: ");
    ran.says("help: name a program that is on the PATH, or the path of one: target/debug/NAME");
    fs::create_dir_all(installed.path("target/debug")).expect("a folder");
    fs::write(installed.path("target/debug/no-such-program"), "").expect("a file");
    let ran = installed.trace(&["--", "no-such-program"]);
    ran.says("help: did you mean `target/debug/no-such-program`?");
    assert_eq!(installed.files(), ["target"], "no page was written");
    let none = installed.trace(&[]);
    assert_eq!(none.code, Some(2), "{none}");
    none.says("Usage: cargo workbook trace [OPTIONS] -- PROGRAM [ARGS]");
}

#[test]
fn nothing_else_is_overwritten_and_nothing_runs_before_that_is_known() {
    let installed = Installed::new();
    fs::write(installed.path("tea.html"), "mine").expect("a file");
    let run = ["--", "sh", "-c", "touch ran"];
    for (out, words) in [
        (
            "tea.html",
            "`tea.html` is there already, and is no page of `trace`",
        ),
        (
            "nowhere/tea.html",
            "nothing can be written to the folder `nowhere`: No such file",
        ),
    ] {
        let ran = installed.trace(&[&["--out", out][..], &run].concat());
        assert_eq!(ran.code, Some(125), "{ran}");
        ran.says(words)
            .says("help: name another file with --out FILE");
    }
    assert_eq!(installed.files(), ["tea.html"]);
    assert_eq!(installed.page("tea.html"), "mine");
}

#[test]
fn a_long_output_and_every_kind_of_byte_are_shown_as_in_the_book() {
    let installed = Installed::new();
    let script = "printf 'a\\000b\\377\\tc\\n'; printf '50%%\\r100%%\\n'; seq 1 400000";
    let ran = installed.trace(&["--", "sh", "-c", script]).succeeded();
    let page = installed.page("trace-sh.html");
    assert!(page.len() < 100_000, "{} bytes", page.len());
    assert!(ran.stdout.len() < 100_000, "{} bytes", ran.stdout.len());
    for words in [
        "a␀b\u{fffd}\tc</span>",
        ">100%</span>",
        "… 399,752 more lines …",
        ">400000<",
    ] {
        assert!(page.contains(words), "`{words}` is not in\n{page}");
    }
}

#[test]
fn it_reads_what_the_tool_is_given() {
    let installed = Installed::new();
    let input = "cup of tea\n".repeat(100_000);
    let mut tool = installed.tool(&["trace", "--", "wc", "-c"]);
    let mut tool = tool
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut stdin = tool.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = tool.wait_with_output().expect("it ends");
    let counted = String::from_utf8_lossy(&output.stdout);
    assert_eq!(counted.trim(), input.len().to_string());
}

#[test]
fn who_reads_nothing_ends_all_the_same() {
    let installed = Installed::new();
    let mut tool = installed.tool(&["trace", "--", "sh", "-c", "exec <&-; sleep 0.2; echo done"]);
    let mut endless = Command::new("yes")
        .stdout(Stdio::piped())
        .spawn()
        .expect("every Unix has it");
    tool.stdin(endless.stdout.take().expect("it is piped"));
    let ran = Ran::of(&mut tool).succeeded();
    assert_eq!(ran.stdout, "done\n");
    assert!(ran.took.as_secs() < 10, "{ran}");
    endless.kill().expect("it is ours");
    endless.wait().expect("it is ours");
}

/// Starts the tool, and sends it so many interrupts once the program has printed its first line.
fn interrupt(installed: &Installed, script: &str, times: usize) -> Ran {
    use nix::sys::signal::{Signal, kill};
    let began = std::time::Instant::now();
    let (ready, said) = (installed.path("ready"), installed.path("said"));
    let mut tool = installed
        .tool(&["trace", "--", "sh", "-c", script])
        .stdout(Stdio::piped())
        .stderr(fs::File::create(&said).expect("a file"))
        .spawn()
        .expect("it starts");
    assert!(soon(10, || ready.exists()), "it has begun");
    let pid = nix::unistd::Pid::from_raw(tool.id().cast_signed());
    for time in 0..times {
        kill(pid, Signal::SIGINT).expect("it is there");
        let said = || fs::read_to_string(&said).unwrap_or_default();
        assert!(soon(10, || said().contains("ending the program")), "{time}");
    }
    assert!(soon(10, || tool.try_wait().expect("it is ours").is_some()));
    let mut output = tool.wait_with_output().expect("it has ended");
    output.stderr = fs::read(said).expect("it was written");
    Ran::new(output, began.elapsed())
}

#[test]
fn an_interrupt_ends_the_program_in_good_order_and_the_page_is_written() {
    let installed = Installed::new();
    let script = "trap 'echo washed up; exit 7' INT; touch ready; while :; do sleep 0.01; done";
    let ran = interrupt(&installed, script, 1);
    assert_eq!(ran.code, Some(7), "{ran}");
    ran.says("ended with exit code 7, after Ctrl-C");
    let page = installed.page("trace-sh.html");
    assert!(page.contains("</span>washed up</span>"), "{page}");
}

#[test]
fn what_is_deaf_to_an_interrupt_ends_at_the_second() {
    let installed = Installed::new();
    let script = format!("trap '' INT; {LANES}\ntouch ready; while :; do sleep 0.01; done");
    let ran = interrupt(&installed, &script, 2);
    assert_eq!(ran.code, Some(130), "{ran}");
    assert!(ran.took.as_secs_f64() < 4.5, "{ran}");
    ran.says("stopped by Ctrl-C after ").says("`guest` waits");
    let page = installed.page("trace-sh.html");
    assert!(page.contains("stopped by Ctrl-C after ") && page.contains("<code>guest</code>"));
    // It was no deadline.
    assert!(!page.contains("stopped at the deadline"), "{page}");
}

#[test]
fn what_needs_the_book_says_so() {
    let installed = Installed::new();
    let ran = Ran::of(&mut installed.tool(&["check"])).failed();
    ran.says("error: failed to find a workbook in `");
    ran.says("help: change to the folder that you cloned, or name it with --root");
}
