//! `cargo workbook exercise`: the list, a try, hints, the solution, a reset, and a file that is watched.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use snapbox::str;

use crate::book::soon;
use crate::workshop::{Draft, FILE, Workshop, pours, solution};

#[test]
fn the_list_says_what_comes_next() {
    let workshop = Workshop::of([Draft::sound("pour"), Draft::sound("more")]);
    let list = || workshop.exercise(["list"]).succeeded().stdout;
    assert_eq!(list(), workshop.exercise([]).stdout);
    workshop.tries(pours("vec![]")).failed();
    let begun = list();
    workshop.tries(solution()).succeeded();
    snapbox::assert_data_eq!(
        begun + "--\n" + &list(),
        str![[r#"
tea
  begun   pour                        5 min  cups, one after the other
          more                        5 min  cups, one after the other

0 of 2 exercises passed
next: cargo workbook exercise pour
--
tea
  passed  pour                        5 min  cups, one after the other
          more                        5 min  cups, one after the other

1 of 2 exercises passed
next: cargo workbook exercise more

"#]]
    );
}

#[test]
fn a_name_that_no_exercise_has_is_told_with_what_was_meant() {
    let workshop = Workshop::new();
    for args in [
        &["puor"][..],
        &["tea/puor"],
        &["hint", "puor"],
        &["solution", "puor"],
        &["reset", "puor", "--yes"],
        &["puor", "--watch"],
    ] {
        let ran = workshop.exercise(args.iter().copied()).failed();
        ran.says("error: unknown exercise `")
            .says("help: did you mean `");
    }
    workshop
        .exercise(["hint"])
        .failed()
        .says("no exercise was tried yet");
    let told = workshop.told(["puor"]);
    assert!(
        told["error"]
            .as_str()
            .is_some_and(|it| it.contains("did you mean `pour`")),
        "{told}"
    );
    assert!(!workshop.book.path("practice/progress.txt").exists());
}

#[test]
fn each_call_shows_one_hint_more() {
    let workshop = Workshop::new();
    workshop
        .exercise(["hint", "pour"])
        .succeeded()
        .says("hint 1 of 2: Cups are counted from 1.")
        .never_says("hint 2");
    assert_eq!(
        workshop.told(["hint", "pour"])["hints"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let last = workshop.exercise(["hint", "pour"]).succeeded();
    last.says("hint 1 of 2")
        .says("hint 2 of 2")
        .says("that was the last one; the solution: cargo workbook exercise solution pour");
}

#[test]
fn the_solution_is_shown_to_who_asks_twice_or_has_passed() {
    let workshop = Workshop::of([Draft::sound("pour"), Draft::sound("more")]);
    let first = workshop.exercise(["solution", "more"]).succeeded();
    first
        .says("there are 2 hints left")
        .says("ask for it once more")
        .never_says("collect");
    workshop
        .exercise(["solution", "more"])
        .succeeded()
        .says("// chapters/tea/exercises/more/solution.rs")
        .says("(1..=cups).collect()");
    let told = workshop.told(["solution", "pour"]);
    assert!(told["text"].is_null(), "{told}");
    let told = workshop.told(["solution", "pour"]);
    assert!(
        told["text"]
            .as_str()
            .is_some_and(|it| it.contains("collect")),
        "{told}"
    );
    let other = Workshop::new();
    other.tries(solution()).succeeded();
    other.exercise(["solution"]).succeeded().says("collect");
}

#[test]
fn a_reset_asks_and_keeps_every_version() {
    let workshop = Workshop::new();
    let book = &workshop.book;
    let starter = book.read("chapters/tea/exercises/pour/starter.rs");
    workshop.tries(pours("vec![1]")).failed();
    let ran = workshop.exercise(["reset"]).failed();
    ran.says("nobody can be asked").says("help: add --yes");
    assert_eq!(book.read(FILE), pours("vec![1]"));
    let ran = workshop.exercise(["reset", "--yes"]).succeeded();
    ran.says("is the starter again; your version is in practice/set-aside/pour.rs");
    assert_eq!(book.read(FILE), starter);
    book.write(FILE, "my second version");
    let told = workshop.told(["reset", "pour", "--yes"]);
    assert_eq!(told["kept"], "practice/set-aside/pour.2.rs");
    assert_eq!(book.read("practice/set-aside/pour.rs"), pours("vec![1]"));
    assert_eq!(
        book.read("practice/set-aside/pour.2.rs"),
        "my second version"
    );
    workshop
        .exercise(["reset", "pour", "--yes"])
        .succeeded()
        .says("practice/src/bin/pour.rs is the starter\n");
    // What is no text is kept as it is.
    std::fs::write(book.path(FILE), b"\xff\xfe").expect("a file");
    workshop
        .exercise(["pour"])
        .failed()
        .says("practice/src/bin/pour.rs:1: failed to read the exercise's file: it is not UTF-8");
    workshop.exercise(["reset", "pour", "--yes"]).succeeded();
    assert_eq!(
        std::fs::read(book.path("practice/set-aside/pour.3.rs"))
            .ok()
            .as_deref(),
        Some(&b"\xff\xfe"[..])
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_folder_in_the_files_place_is_named() {
    let workshop = Workshop::new();
    let path = workshop.book.path(FILE);
    std::fs::create_dir_all(&path).expect("a folder");
    let calls = [
        &["pour"][..],
        &["reset", "pour", "--yes"],
        &["check-all"],
        &["check-all", "--json"],
    ];
    for args in calls {
        workshop
            .exercise(args.iter().copied())
            .failed()
            .says("it is a folder");
    }
    std::fs::remove_dir(&path).expect("it is empty");
    nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    for args in calls {
        let ran = workshop.exercise(args.iter().copied()).failed();
        ran.says("it is a pipe or a device, and not a file");
    }
    assert!(path.symlink_metadata().is_ok());
}

#[test]
fn a_file_that_cannot_be_written_is_told_with_the_cure() {
    let workshop = Workshop::new();
    workshop.book.write("practice/src/bin", "in the way");
    let ran = workshop.exercise(["pour"]).failed();
    ran.says("error: failed to make the folder `");
    ran.says("help: what you write stands in the clone, in `practice/`: copy the clone");
}

#[test]
fn all_that_were_begun_are_tried() {
    let workshop = Workshop::of(["pour", "more", "none"].map(Draft::sound));
    workshop
        .exercise(["check-all"])
        .succeeded()
        .says("no exercise was begun yet");
    assert_eq!(workshop.told(["check-all"])["passed"], 0);
    let book = &workshop.book;
    book.write(FILE, &solution());
    book.write("practice/src/bin/more.rs", &pours("vec![cup]"));
    let told = workshop.told(["check-all"]);
    assert_eq!(told["passed"], 1);
    let ran = workshop.exercise(["check-all"]).failed();
    snapbox::assert_data_eq!(
        ran.stdout,
        str![[r#"
  pour                       passes
  more                       does not compile: error E0425
1 of the 2 that you have begun passes

"#]]
    );
}

#[test]
fn what_is_told_as_json_is_one_line() {
    let workshop = Workshop::new();
    let book = &workshop.book;
    let told = workshop.told(["pour"]);
    assert_eq!(told["verdict"], "failed");
    assert_eq!(told["tests"][0]["name"], "two_are_poured");
    assert_eq!(told["tests"][0]["verdict"], "fails");
    assert_eq!(told["tests"][1]["verdict"], "passes");
    for (text, verdict) in [
        (pours("vec![cup]"), "does not compile"),
        (String::new(), "does not compile"),
        (solution(), "passed"),
    ] {
        book.write(FILE, &text);
        assert_eq!(workshop.told(["pour"])["verdict"], verdict, "{text}");
    }
    for args in [
        &["list"][..],
        &["hint", "pour"],
        &["solution", "pour"],
        &["reset", "pour"],
        &["check-all"],
    ] {
        workshop.told(args.iter().copied());
    }
    std::fs::write(book.path(FILE), b"\xff").expect("a file");
    assert!(workshop.told(["pour"])["error"].is_string());
    book.write("practice/Cargo.toml", "[package");
    book.write(FILE, &solution());
    assert!(workshop.told(["pour"])["error"].is_string());
}

/// A watch at work, and what it has said so far.
struct Watch {
    process: Child,
    said: Arc<Mutex<String>>,
}

impl Watch {
    fn of(workshop: &Workshop) -> Self {
        let mut process = workshop.book.tool(["exercise", "pour", "--watch"]);
        let mut process = process
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let said = Arc::new(Mutex::new(String::new()));
        let listen = |from: Box<dyn std::io::Read + Send>| {
            let said = said.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(from).lines().map_while(Result::ok) {
                    *said.lock().expect("nobody panics") += &(line + "\n");
                }
            });
        };
        listen(Box::new(process.stdout.take().expect("its output")));
        listen(Box::new(process.stderr.take().expect("its output")));
        Self { process, said }
    }

    /// Waits until it says this, and forgets what it has said up to there.
    #[track_caller]
    fn says(&self, words: &str) {
        let is_said = soon(20, || {
            let mut said = self.said.lock().expect("nobody panics");
            let end = said.find(words).map(|at| at + words.len());
            end.map(|end| said.drain(..end)).is_some()
        });
        assert!(
            is_said,
            "it does not say: {words}\n{}",
            self.said.lock().expect("nobody panics")
        );
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const WAITS: &str = "looking at practice/src/bin/pour.rs";

#[test]
fn a_watched_file_is_tried_whenever_it_is_saved() {
    let workshop = Workshop::new();
    let book = &workshop.book;
    let mut watch = Watch::of(&workshop);
    watch.says("pour: 1 of 2 tests pass");
    watch.says(WAITS);
    // As an editor that writes another file and renames it.
    book.write_at_once(FILE, &pours("vec![cup]"));
    watch.says("pour: does not compile");
    watch.says(WAITS);
    // As one that empties the file, and then writes it bit by bit.
    let text = pours("vec![9; cups as usize]");
    let mut so_far = String::new();
    for part in ["", &text[..20], &text[20..60], &text[60..]] {
        so_far += part;
        book.write(FILE, &so_far);
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    watch.says("seen: [9, 9]");
    watch.says(WAITS);
    // As one that takes it away for a moment.
    book.remove(FILE);
    watch.says("error: practice/src/bin/pour.rs: failed to read the exercise's file");
    watch.says(WAITS);
    // The tests become others, and with them what must hold.
    let tests = "chapters/tea/exercises/pour/tests.rs";
    let text = book
        .read(tests)
        .replace("none_is_none", "nobody_pours_for_nobody");
    book.write_at_once(tests, &text);
    book.write(FILE, &solution());
    watch.says("passes  nobody_pours_for_nobody");
    watch.says("pour: passed, all 2 tests");
    assert!(soon(5, || watch
        .process
        .try_wait()
        .is_ok_and(|it| it.is_some_and(|it| it.success()))));
    assert_eq!(book.read(FILE), solution());
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_a_watch_with_all_that_it_runs() {
    use nix::sys::signal::{Signal, kill};
    let workshop =
        Workshop::of([Draft::sound("pour").said("minutes = 5", "minutes = 5\ndeadline = 20")]);
    let book = &workshop.book;
    book.write(
        FILE,
        &pours("std::process::Command::new(\"sleep\").arg(\"600\").status().unwrap(); vec![]"),
    );
    let mut watch = Watch::of(&workshop);
    let home = || {
        book.left_behind()
            .into_iter()
            .any(|it| it.contains('-') && !it.starts_with("turn-at"))
    };
    assert!(
        soon(20, || book.processes().len() >= 2),
        "both tests run: {:?}",
        book.processes()
    );
    assert!(home());
    let id = i32::try_from(watch.process.id()).expect("an id");
    kill(nix::unistd::Pid::from_raw(id), Signal::SIGINT).expect("it is there");
    assert!(soon(5, || watch
        .process
        .try_wait()
        .is_ok_and(|it| it.is_some())));
    assert!(
        soon(5, || book.processes().is_empty()),
        "{:?}",
        book.processes()
    );
    // What it had made goes with it, or with the next who comes.
    workshop.exercise(["hint", "pour"]).succeeded();
    assert!(!home(), "{:?}", book.left_behind());
}

#[test]
fn nothing_is_coloured_where_nobody_looks() {
    let workshop = Workshop::new();
    for text in [pours("vec![cup]"), pours("vec![]"), solution()] {
        let ran = workshop.tries(text);
        assert!(
            !ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'),
            "{ran}"
        );
    }
}
