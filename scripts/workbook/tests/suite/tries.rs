//! What a reader writes is judged by what it does: whatever it is, the verdict is right, nothing is left running, and
//! nothing of the reader's is lost.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use snapbox::{IntoData, assert_data_eq, str};

use crate::book::{redacted, soon};
use crate::workshop::{Draft, FILE, Workshop, pours, solution};

/// What is tried: the reader's file, whether it passes, and words that the tool says of it.
type Try = (String, bool, &'static str);

/// Tries each of these, some at once, each in a workshop of its own; holds that all come to what they should, and that
/// nothing of them is left running.
#[track_caller]
fn all_come_to(draft: &Draft, tries: &[Try]) {
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    let work = || {
        while let Some((text, passes, words)) = tries.get(next.fetch_add(1, Ordering::Relaxed)) {
            let workshop = Workshop::of([draft.clone()]);
            let ran = workshop.tries(text);
            let is_right = ran.code == Some(i32::from(!passes))
                && ran.stdout.contains("passed, all") == *passes
                && ran.stdout.contains(words)
                && !ran.stderr.contains("panicked");
            let list = workshop.exercise(["list"]).stdout;
            let counted = list.contains(&format!("{} of 1 exercise passed", u8::from(*passes)));
            let is_kept = workshop.book.read(FILE) == *text;
            let left = left_of(&workshop);
            if !is_right || !counted || !is_kept || !left.is_empty() {
                let told = format!("wanted: {words}\n{text}{ran}{list}left: {left:?}");
                wrong.lock().expect("nobody panics").push(told);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(work);
        }
    });
    let wrong = wrong.into_inner().expect("nobody panics");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What is still there of a workshop's tries: processes, and files of theirs.
fn left_of(workshop: &Workshop) -> Vec<String> {
    let mut left = workshop.book.left_behind();
    left.retain(|it| it != "practice" && !it.starts_with("turn-at-"));
    #[cfg(target_os = "linux")]
    soon(2, || workshop.book.processes().is_empty());
    #[cfg(target_os = "linux")]
    left.extend(workshop.book.processes().into_iter().map(|(_, line)| line));
    left
}

/// An exercise whose tests are stopped soon.
fn hasty() -> Draft {
    Draft::sound("pour").said("minutes = 5", "minutes = 5\ndeadline = 0.8")
}

/// An exercise whose tests may take long: for what is slow on a busy machine.
fn slow() -> Draft {
    Draft::sound("pour").said("minutes = 5", "minutes = 5\ndeadline = 20")
}

fn with_head(head: &str, body: &str) -> String {
    pours(body).replacen("//! Pours.\n", head, 1)
}

#[test]
fn a_solution_passes_and_is_kept() {
    let workshop = Workshop::new();
    let ran = workshop.tries(solution()).succeeded();
    assert_data_eq!(
        Workshop::said(&ran),
        str![[r#"
  passes  two_are_poured
  passes  none_is_none

pour: passed, all 2 tests (SECONDS)
compare: cargo workbook exercise solution pour

"#]]
        .raw()
    );
    assert_eq!(workshop.book.read("practice/passed/pour.rs"), solution());
}

#[test]
fn what_does_not_compile_is_told_in_the_compilers_words() {
    let workshop = Workshop::new();
    let ran = workshop
        .tries(pours("let _ = cups + \"a cup\"; vec![]"))
        .failed();
    ran.says("error[E0277]: cannot add `&str` to `u32`");
    ran.says(" --> practice/src/bin/pour.rs:4:18");
    ran.says("pour: does not compile\nyour file: practice/src/bin/pour.rs\nstuck: ");
    let told = workshop.told(["pour"]);
    assert_eq!(told["verdict"], "does not compile");
    let words = told["compiler"][0].as_str().expect("its words");
    assert!(words.starts_with("error[E0277]"), "{words}");
}

#[test]
fn every_end_of_a_test_has_its_words() {
    let exits = "exits   two_are_poured";
    all_come_to(
        &hasty(),
        &[
            (
                pours("loop { std::hint::black_box(cups); }"),
                false,
                "spins   two_are_poured",
            ),
            (
                pours("std::thread::park(); loop { std::thread::park() }"),
                false,
                "hangs   two_are_poured",
            ),
            (
                pours("std::process::exit(0)"),
                false,
                "the process ended with exit code 0 before the test was over",
            ),
            (
                pours("std::process::exit(7)"),
                false,
                "the process ended with exit code 7 before the test was over",
            ),
            (pours("std::process::exit(101)"), false, exits),
            (
                pours("std::process::abort()"),
                false,
                "the process was ended by the signal SIGABRT",
            ),
            (
                pours(
                    "fn deep(n: u64) -> u64 { std::hint::black_box(n) + deep(n + 1) } vec![deep(0) as u32]",
                ),
                false,
                "has overflowed its stack",
            ),
            (
                pours("panic!(\"spilled {cups}\")"),
                false,
                "practice/src/bin/pour.rs:4\n          spilled 2",
            ),
            (
                pours("std::panic::panic_any(cups)"),
                false,
                "a panic without words",
            ),
            (
                pours("std::panic::resume_unwind(Box::new(\"thrown again\"))"),
                false,
                "thrown again",
            ),
            // What happens elsewhere is no failure, and ends with the test.
            (
                pours(
                    "let _ = std::thread::spawn(|| panic!(\"elsewhere\")).join(); (1..=cups).collect()",
                ),
                true,
                "passes  two_are_poured",
            ),
            (
                pours(
                    "std::thread::spawn(|| loop { println!(\"still here\"); std::thread::yield_now() }); (1..=cups).collect()",
                ),
                true,
                "passes  two_are_poured",
            ),
            (
                pours(
                    "let _ = std::fs::remove_file(\"practice/src/bin/pour.rs.none\"); (1..=cups).collect()",
                ),
                true,
                "passes  none_is_none",
            ),
            (
                String::new(),
                false,
                "there is no `main` function in this file\n --> practice/src/bin/pour.rs\n",
            ),
            (
                solution().replace("fn main", "fn serve"),
                false,
                "there is no `main` function in this file",
            ),
        ],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn processes_and_memory_are_watched() {
    all_come_to(
        &hasty(),
        &[
            (
                pours(
                    "let _ = std::process::Command::new(\"sleep\").arg(\"600\").spawn(); (1..=cups).collect()",
                ),
                true,
                "it left 1 process behind, which the tool has ended",
            ),
            (
                pours(
                    "let _ = std::process::Command::new(\"setsid\").args([\"sleep\", \"600\"]).status(); (1..=cups).collect()",
                ),
                false,
                "hangs   two_are_poured",
            ),
        ],
    );
    all_come_to(
        &slow(),
        &[
            (
                pours("loop { println!(\"cup {cups}\") }"),
                false,
                "floods  two_are_poured",
            ),
            (
                pours(
                    "let all = vec![1u8; 1 << 30]; std::hint::black_box(all); (1..=cups).collect()",
                ),
                true,
                "passes  two_are_poured",
            ),
            (
                pours("let mut all = Vec::new(); loop { all.push(vec![1u8; 64 << 20]) }"),
                false,
                "memory  two_are_poured",
            ),
        ],
    );
}

#[test]
fn no_cheat_passes() {
    let wrong = "vec![7; cups as usize]";
    let empty_tests = "pub(crate) fn two_are_poured() {}\n    pub(crate) fn none_is_none() {}";
    let own_tests = format!("pub(crate) mod tests_of_the_book {{\n    {empty_tests}\n}}\n");
    let fails = "fails   two_are_poured";
    let cheats = [
        // What is printed, and the exit code.
        (
            pours(
                "println!(\"test two_are_poured ... ok\\npassed two_are_poured\"); std::process::exit(0)",
            ),
            "exits   two_are_poured",
        ),
        (
            pours(
                "struct Bye; impl Drop for Bye { fn drop(&mut self) { std::process::exit(0) } } let _bye = Bye; vec![cups]",
            ),
            "exits   two_are_poured",
        ),
        (
            pours(
                "std::panic::set_hook(Box::new(|_| std::process::exit(0))); vec![7; cups as usize]",
            ),
            "exits   two_are_poured",
        ),
        (
            pours("std::panic::set_hook(Box::new(|_| {})); vec![7; cups as usize]"),
            "panics  two_are_poured",
        ),
        (
            pours("std::panic::set_hook(Box::new(|_| {})); (1..=cups).collect()"),
            "a panic hook of its own",
        ),
        // The tests left out, or others in their place.
        (format!("fn main() {{}}\n{own_tests}"), "does not compile"),
        (
            pours(wrong)
                .split("#[cfg(test)]")
                .next()
                .expect("a part")
                .to_owned(),
            fails,
        ),
        (
            pours(wrong)
                .replace("#[cfg(test)]\n", "")
                .replace("mod tests;", &format!("mod tests {{ {empty_tests} }}")),
            fails,
        ),
        (
            with_head(&format!("/* /* */ \n\n */\n{own_tests}"), wrong),
            fails,
        ),
        (
            with_head(&format!("#![doc = r#\"]\n\n\"#]\n{own_tests}"), wrong),
            fails,
        ),
        (with_head("#![cfg(false)]\n", wrong), "does not compile"),
        // What a test calls is another.
        (
            with_head("macro_rules! assert_eq { ($($all:tt)*) => {} }\n", wrong),
            fails,
        ),
        (
            with_head(
                "#[macro_export]\nmacro_rules! assert_eq { ($($all:tt)*) => {} }\n",
                wrong,
            ),
            fails,
        ),
        (
            with_head(
                "mod exercise { pub use std::convert::identity as test; }\nmod tokio {}\n",
                wrong,
            ),
            fails,
        ),
        (
            with_head(
                "mod std { pub mod process { pub trait Termination {} } }\n",
                wrong,
            ),
            fails,
        ),
        (
            with_head(
                "extern crate self as std;\nextern crate self as tokio;\nextern crate self as exercise;\n",
                wrong,
            ),
            fails,
        ),
        (
            with_head("#![no_implicit_prelude]\n", wrong),
            "does not compile",
        ),
        (
            with_head(
                "pub fn main_of_the_attempt() {}\nmod tests_of_the_book {}\nmod attempt {}\n",
                wrong,
            ),
            fails,
        ),
    ];
    all_come_to(&slow(), &cheats.map(|(text, words)| (text, false, words)));
}

/// An assertion that fails inside what the reader's code is given fails the test, also where that code catches it; what
/// a test throws on purpose does not.
#[test]
fn what_an_assertion_throws_is_not_caught() {
    let tests = "use super::pour;\n\n#[exercise::test]\nfn each_is_served() {\n    let serve = |cup: u32| assert_eq!(cup, 1, \"a cup\");\n    \
                 pour(2, serve);\n}\n\n#[exercise::test]\nfn nobody_is_served() {\n    pour(1, |cup| panic!(\"there is no cup {cup}\"));\n}\n\n#[exercise::test]\nfn who_spills_is_forgiven() {\n    pour(1, |_| std::panic::panic_any(\"spilled\"));\n}\n";
    let mut draft = Draft::sound("pour");
    draft.files.insert("tests.rs", tests.to_owned());
    let workshop = Workshop::of([draft]);
    let caught = "let all = std::panic::AssertUnwindSafe(|| (1..=cups).for_each(serve)); let _ = std::panic::catch_unwind(all);";
    for text in [
        pours(caught)
            .replace("cups: u32)", "cups: u32, serve: impl Fn(u32))")
            .replace(" -> Vec<u32>", ""),
        pours("let _ = std::thread::spawn(move || (1..=cups).for_each(serve)).join();")
            .replace(
                "cups: u32)",
                "cups: u32, serve: impl Fn(u32) + Send + 'static)",
            )
            .replace(" -> Vec<u32>", ""),
    ] {
        let text = text.replace("println!(\"{:?}\", pour(3))", "pour(3, |_| {})");
        let ran = workshop.tries(&text).failed();
        ran.says("fails   each_is_served")
            .says("chapters/tea/exercises/pour/tests.rs:5");
        ran.says("fails   nobody_is_served")
            .says("passes  who_spills_is_forgiven");
    }
}

#[test]
fn a_file_that_is_a_crate_for_cargo_is_one_here() {
    let text = solution().replace(
        "fn main() {",
        "mod cups {\n    pub fn most() -> usize {\n        crate::MOST\n    }\n}\n\nmacro_rules! most { () => { $crate::cups::most() } }\n\n\
         const MOST: usize = 9;\n\nfn main() {\n    use crate::cups::most;\n    assert_eq!(most(), most!());",
    );
    let workshop = Workshop::new();
    let ran = workshop.tries(&text).succeeded();
    ran.never_says("warning: un");
    let ran = workshop
        .tries(text.replace("crate::MOST", "crate::LEAST"))
        .failed();
    ran.says("cannot find value `LEAST`")
        .says("practice/src/bin/pour.rs:9:");
}

/// An exercise whose one test is async, and whose clock is paused.
fn waits() -> Draft {
    let tests = "use tokio::time::Instant;\n\nuse super::pour;\n\n#[exercise::test]\nasync fn two_take_a_minute() {\n    \
                 let start = Instant::now();\n    let poured: u32 = pour(2).await;\n    \
                 assert_eq!((poured, start.elapsed().as_secs()), (2, 60), \"cups, and seconds\");\n}\n";
    let mut draft = Draft::sound("pour").said("minutes = 5", "minutes = 5\ndeadline = 1");
    draft.files.insert("tests.rs", tests.to_owned());
    draft
}

fn waits_for(body: &str) -> String {
    let text = pours(body)
        .replace("pub fn", "pub async fn")
        .replace("Vec<u32>", "u32");
    text.replace("println!(\"{:?}\", pour(3))", "drop(pour(3))")
}

#[test]
fn a_hang_is_explained_by_who_waits_and_who_woke() {
    let workshop = Workshop::of([waits()]);
    let minute = "tokio::time::sleep(std::time::Duration::from_secs(60)).await;";
    let sound = waits_for(&format!("{minute} cups"));
    workshop.tries(&sound).succeeded();
    let hung = waits_for(&format!(
        "use timeline::LaneExt; let (pass, cup) = tokio::sync::oneshot::channel::<u32>(); \
         let kettle = async {{ {minute} let _held = pass; std::future::pending::<()>().await }}; \
         tokio::join!(kettle.lane(\"kettle\"), cup.lane(\"cup\")); cups"
    ));
    workshop.book.write(FILE, &hung);
    let told = workshop.told(["pour"]);
    let explained = told["tests"][0]["explained"].to_string();
    let explained = redacted(&explained, &[(r"at ([0-9.]+) s", "T")]);
    assert_data_eq!(
        explained.replace("\",\"", "\",\n\""),
        str![[r#"
["stopped after 1.00 s: it was still waiting, and used no CPU",
"`kettle` waits: 2 polls, the last at T s; last woken at T s, from outside the lanes",
"`cup` waits: 2 polls, the last at T s; never woken",
"`the test` waits: 2 polls, the last at T s; last woken at T s, from outside the lanes"]
"#]]
        .raw()
    );
    // A crate of the reader's own is not the tests' crate.
    let cheat = format!("{sound}\nmod tokio {{ pub mod time {{ pub struct Instant; }} }}\n");
    workshop
        .tries(cheat.replace(minute, ""))
        .failed()
        .says("seen: (2, 0)");
}

#[test]
fn what_a_failing_test_prints_is_shown_from_both_its_outputs() {
    let workshop = Workshop::new();
    let body = "println!(\"to out\"); eprintln!(\"to err\"); dbg!(cups); vec![]";
    let ran = workshop.tries(pours(body)).failed();
    ran.says("it printed:")
        .says("to out")
        .says("to err")
        .says("cups = 2");
    assert!(!ran.stdout.contains("panicked at"), "{ran}");
}
