//! `record`: what is written, what is left alone, and what is refused.

use std::time::SystemTime;

use crate::book::{Book, POUR};

/// What changes from run to run: a thread's number, a time, the order of lines.
const CHANGES: &str = r#"
fn main() {
    let start = std::time::Instant::now();
    let cups = (1..5).map(|n| std::thread::spawn(move || println!("cup {n}")));
    for cup in cups.collect::<Vec<_>>() {
        cup.join().unwrap();
    }
    let address = &start as *const _;
    println!("took {} ns, at {address:?}", start.elapsed().as_nanos());
    std::thread::spawn(|| panic!("spilt")).join().unwrap_err();
}
"#;

#[test]
#[cfg(target_os = "linux")]
fn a_recording_is_a_text_that_can_be_read() {
    use crate::book::redacted;
    use crate::questions::TRACED;
    use snapbox::{assert_data_eq, file};
    let entry = "args = [\"two\", \"cups\"]\nclaims = [\"says /poured/\"]";
    let book = Book::new().with("tea/main", entry, TRACED);
    book.run(["record"]).succeeded();
    let text = book.read("chapters/tea/recordings/main.json");
    // Each figure stands on a line of its own.
    let measured = r#"(?m)^    "\w+": ([0-9]+),?$"#;
    let by_run = [
        (r"([0-9.]+e-[0-9]+|[0-9]+\.[0-9]+)", "N.N"),
        (measured, "N"),
        (r#""sha256": "([0-9a-f]{64})""#, "SHA256"),
        (r#": "([0-9a-f]{16})""#, "HASH"),
        (r#""rustc": "(.*)""#, "VERSION"),
        (r#""os": "(.*)""#, "SYSTEM"),
    ];
    assert_data_eq!(
        redacted(&text, &by_run),
        file!["record/recording.txt"].raw()
    );
}

#[test]
fn recording_twice_writes_nothing_the_second_time() {
    let book = Book::new()
        .with("tea/main", "claims = [\"order any\"]", CHANGES)
        .with("tea/pour", "claims = [\"order exact\"]", POUR)
        .with("tea/free", "", &CHANGES.replace("1..5", "1..7"));
    let recordings = || {
        let files = book
            .files()
            .into_iter()
            .filter(|(path, _)| path.ends_with(".json"));
        files
            .map(|(path, text)| (modified(&book, &path), path, text))
            .collect::<Vec<_>>()
    };
    book.run(["record"]).succeeded().says("wrote 3 recordings");
    let first = recordings();
    assert_eq!(first.len(), 3);
    for _ in 0..2 {
        book.run(["record"]).succeeded().says("wrote 0 recordings");
        assert_eq!(recordings(), first);
    }
}

fn modified(book: &Book, path: &str) -> SystemTime {
    let metadata = book.path(path).metadata().expect("it is there");
    metadata.modified().expect("this system keeps times")
}

#[test]
fn only_what_is_stale_is_recorded_again() {
    let book = Book::sound();
    book.run(["record", "--stale"])
        .succeeded()
        .says("nothing to record");
    book.replace("chapters/tea/examples/pour.rs", "\"poured\"", "\"spilt\"");
    let before = book.recording("tea/main");
    let ran = book.run(["record", "--stale"]).succeeded();
    ran.says("tea/pour")
        .never_says("tea/main")
        .never_says("cups/main");
    assert_eq!(book.recording("tea/pour")["lines"][0]["text"], "spilt");
    assert_eq!(book.recording("tea/main"), before);
    book.run(["record", "--stale"])
        .succeeded()
        .says("nothing to record");
}

#[test]
fn arguments_and_profile_make_a_recording_stale() {
    let book = Book::sound();
    book.replace(
        "chapters/cups/Cargo.toml",
        "claims",
        "args = [\"3\"]\nclaims",
    );
    book.replace(
        "chapters/tea/Cargo.toml",
        "claims = [\"order",
        "profile = \"release\"\nclaims = [\"order",
    );
    let ran = book.run(["record", "--stale"]).succeeded();
    ran.says("cups/main")
        .says("tea/pour")
        .never_says("tea/main");
    let (cups, pour) = (book.recording("cups/main"), book.recording("tea/pour"));
    assert_eq!(cups["made_from"]["args"], serde_json::json!(["3"]));
    assert_eq!(cups["command"], "cargo run -p cups -- 3");
    assert_eq!(pour["made_from"]["profile"], "release");
    assert_eq!(pour["command"], "cargo run --release --example pour");
    book.run(["record", "--stale"])
        .succeeded()
        .says("nothing to record");
}

#[test]
fn a_malformed_recording_is_stale() {
    let book = Book::sound();
    let path = "chapters/tea/recordings/pour.json";
    let sound = book.recording("tea/pour");
    book.write(path, "{ \"schema\": 1,\n");
    book.run(["record", "--stale"])
        .succeeded()
        .never_says("tea/main");
    assert_eq!(
        book.recording("tea/pour")["lines"][0]["text"],
        sound["lines"][0]["text"]
    );
}

#[test]
fn a_module_is_a_source_of_its_program() {
    let modules = "mod cup;\nfn main() { println!(\"{}\", cup::SIZE) }";
    let book = Book::new().with("tea/main", "", modules);
    book.write("chapters/tea/src/cup.rs", "pub const SIZE: u32 = 3;\n");
    book.run(["record"]).succeeded();
    let sources = &book.recording("tea/main")["made_from"]["sources"];
    assert_eq!(sources[0]["path"], "chapters/tea/src/cup.rs", "{sources:#}");
    assert_eq!(
        sources[1]["path"], "chapters/tea/src/main.rs",
        "{sources:#}"
    );
    book.replace("chapters/tea/src/cup.rs", "= 3", "= 4");
    book.run(["record", "--stale"]).succeeded().says("tea/main");
    assert_eq!(book.recording("tea/main")["lines"][0]["text"], "4");
}

#[test]
fn a_failed_claim_writes_no_recording_and_names_the_claim() {
    let wrong = r#"claims = ["lines = 2", "says /poured/", "says /stirred/"]"#;
    let book = Book::new()
        .with("tea/main", wrong, POUR)
        .with("tea/pour", "", POUR);
    let ran = book.run(["record"]).failed();
    ran.says("chapters/tea/Cargo.toml:5: `tea/main` does not hold its claim `lines = 2`: lines 1\n  help: ");
    ran.says("chapters/tea/Cargo.toml:5: `tea/main` does not hold its claim `says /stirred/`: no line matches");
    ran.says("2 problems");
    assert!(!book.is_recorded("tea/main"));
    assert!(book.is_recorded("tea/pour"));
}

#[test]
fn a_failed_claim_leaves_the_old_recording_as_it_was() {
    let book = Book::sound();
    let path = "chapters/tea/recordings/main.json";
    let before = (book.read(path), modified(&book, path));
    book.replace("chapters/tea/src/main.rs", "tea poured", "tea spilt");
    book.run(["record", "tea"]).failed().says("`says /poured/`");
    assert_eq!((book.read(path), modified(&book, path)), before);
}

/// Prints when it began and when it ended, in milliseconds since 1970.
const INTERVAL: &str = r#"
fn now() -> u128 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()
}

fn main() {
    println!("{}", now());
    std::thread::sleep(std::time::Duration::from_secs(1));
    println!("{}", now());
}
"#;

#[test]
fn runs_that_wait_go_side_by_side_and_those_that_measure_alone() {
    let names = ["main", "b", "c", "d", "e", "f"];
    let book = names.iter().fold(Book::new(), |book, name| {
        book.with(&format!("waits/{name}"), "", INTERVAL)
    });
    let alone = INTERVAL.replace("from_secs(1)", "from_millis(100)");
    let book = book.with("alone/main", "alone = true", &alone);
    book.run(["record"]).succeeded();
    let interval = |id: &str| {
        let lines = &book.recording(id)["lines"];
        let at = |n: usize| -> u64 {
            let text = lines[n]["text"].as_str().expect("it printed");
            text.parse().expect("a number")
        };
        (at(0), at(1))
    };
    let waits: Vec<_> = names.map(|name| interval(&format!("waits/{name}"))).into();
    let last_start = waits.iter().map(|(start, _)| start).max();
    let first_end = waits.iter().map(|(_, end)| end).min();
    assert!(
        last_start < first_end,
        "they did not all run at one time: {waits:?}"
    );
    let (start, end) = interval("alone/main");
    let beside = waits
        .iter()
        .find(|(other, others_end)| start < *others_end && *other < end);
    assert_eq!(beside, None, "ran beside {start}..{end}");
}

#[test]
fn long_output_keeps_head_and_tail() {
    let program = "fn main() { for n in 1..=1000 { println!(\"cup {n}\") } }";
    let book = Book::new().with("tea/main", "claims = [\"lines = 1000\"]", program);
    book.run(["record"]).succeeded();
    let recording = book.recording("tea/main");
    let lines = recording["lines"].as_array().expect("a list");
    let cut = &recording["cut"];
    let (after, left_out) = (cut["after"].as_u64(), cut["lines"].as_u64());
    assert_eq!(lines.len() as u64 + left_out.expect("some were cut"), 1000);
    assert!(lines.len() < 500, "{} are kept", lines.len());
    let after = after.expect("a place") as usize;
    assert_eq!(lines[0]["text"], "cup 1");
    assert_eq!(lines[after - 1]["text"], format!("cup {after}"));
    assert_eq!(
        lines[after]["text"],
        format!("cup {}", 1001 - (lines.len() - after))
    );
    assert_eq!(lines.last().expect("many")["text"], "cup 1000");
}

#[test]
fn a_recording_names_no_folder_of_this_machine() {
    let program = r#"
        fn main() {
            println!("{}", std::env::current_dir().unwrap().display());
            println!("{:?}", std::env::current_exe().unwrap());
            println!(concat!(env!("CARGO_MANIFEST_DIR"), " and ", file!()));
            panic!("here");
        }
    "#;
    let refused = "fn main() { let cup: u32 = file!(); }";
    let warns = "fn main() { let cup = 1; }";
    let book = Book::new()
        .with("tea/main", "claims = [\"ends panic\"]", program)
        .with("tea/refused", "fails = \"E0308\"", refused)
        .with("tea/warns", "warns = \"unused_variables\"", warns);
    book.run(["record"]).succeeded();
    let place = book.path("").display().to_string();
    for id in ["tea/main", "tea/refused", "tea/warns"] {
        let text = book.recording(id).to_string();
        assert!(!text.contains(place.trim_end_matches('/')), "{text}");
    }
    // The two pipes are not in step: it is somewhere among the lines.
    let recording = book.recording("tea/main").to_string();
    assert!(
        recording.contains("chapters/tea and chapters/tea/src/main.rs"),
        "{recording}"
    );
}

#[test]
fn a_refused_program_is_recorded_with_the_compilers_words() {
    let refused = "fn main() {\n    let cup = kettle::Cup;\n    drop(cup);\n    drop(cup);\n}\n";
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with("tea/poured_twice", "fails = \"E0382\"", refused)
        .with(
            "tea/by_words",
            "fails = \"/use of moved value: `cup`/\"",
            refused,
        );
    book.replace("Cargo.toml", "\"chapters/*\"", "\"chapters/*\", \"kettle\"");
    book.write(
        "kettle/Cargo.toml",
        "[package]\nname = \"kettle\"\nedition = \"2024\"\n",
    );
    book.write("kettle/src/lib.rs", "pub struct Cup;\n");
    book.append(
        "chapters/tea/Cargo.toml",
        "[dependencies]\nkettle = { path = \"../../kettle\" }\n",
    );
    // As `cargo run` does before the tool starts.
    let mut lock = std::process::Command::new(env!("CARGO"));
    let lock = lock
        .args(["generate-lockfile", "--offline"])
        .current_dir(book.path(""));
    assert!(lock.output().expect("cargo is there").status.success());
    book.run(["record"]).succeeded();
    let recording = book.recording("tea/poured_twice");
    assert_eq!(recording["ending"], "refused E0382");
    let words: Vec<_> = recording["compiler"]
        .as_array()
        .expect("its words")
        .iter()
        .collect();
    assert_eq!(words[0], "error[E0382]: use of moved value: `cup`");
    assert_eq!(
        words[1],
        " --> chapters/tea/compile_fail/poured_twice.rs:4:10"
    );
    assert_eq!(recording["lines"], serde_json::json!([]));
    assert_eq!(recording["made_from"]["dependencies"]["kettle"], "0.0.0");
    assert_eq!(book.recording("tea/by_words")["ending"], "refused");
    book.run(["record"]).succeeded().says("wrote 0 recordings");
}

#[test]
fn a_program_that_fails_otherwise_than_it_says_is_a_problem() {
    let moved = "fn main() { let cup = String::new(); drop(cup); drop(cup); }";
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with("tea/wrong_code", "fails = \"E0277\"", moved)
        .with("tea/wrong_words", "fails = \"/no such words/\"", moved)
        .with("tea/compiles", "fails = \"E0382\"", POUR);
    let ran = book.run(["record"]).failed();
    ran.says("chapters/tea/Cargo.toml:9: `tea/wrong_code` must fail with E0277; the compiler says E0382 (use of moved value: `cup`)\n  help: ");
    ran.says("chapters/tea/Cargo.toml:13: `tea/wrong_words` must fail with /no such words/; the compiler says E0382");
    ran.says("chapters/tea/Cargo.toml:17: `tea/compiles` must not compile, and does\n  help: ");
    assert!(book.is_recorded("tea/main"));
    for id in ["tea/wrong_code", "tea/wrong_words", "tea/compiles"] {
        assert!(!book.is_recorded(id), "{id}");
    }
}

const WARNS: &str = "fn main() {\n    let cup = 1;\n    println!(\"poured\");\n}\n";

#[test]
fn a_warning_that_is_the_lesson_is_recorded() {
    let book = Book::new().with("tea/main", "warns = \"unused_variables\"", WARNS);
    for _ in 0..2 {
        // The second time nothing is compiled, and cargo repeats what the compiler said.
        book.run(["record"]).succeeded();
        let recording = book.recording("tea/main");
        assert_eq!(recording["compiler"][0], "warning: unused variable: `cup`");
        assert_eq!(recording["lines"][0]["text"], "poured");
    }
}

#[test]
fn a_warning_that_does_not_come_is_a_problem() {
    let book = Book::new().with("tea/main", "warns = \"unused_variables\"", POUR);
    let ran = book.run(["record"]).failed();
    ran.says("chapters/tea/Cargo.toml:5: `tea/main` should make the compiler warn of `unused_variables`, and does not");
}

#[test]
fn a_warning_that_nobody_declares_is_a_problem() {
    let book = Book::new().with("tea/main", "", WARNS);
    let ran = book.run(["record"]).failed();
    ran.says("chapters/tea/src/main.rs:2: the compiler says: unused variable: `cup`");
    ran.says(
        "help: mend it, or say `warns = \"unused_variables\"` where the warning is the lesson",
    );
    ran.says("1 problem");
}

#[test]
fn what_does_not_compile_does_not_hold_up_the_others() {
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with(
            "tea/broken",
            "",
            "fn main() {\n    let cup: u32 = \"tea\";\n}\n",
        )
        .with("cups/main", "", POUR);
    let ran = book.run(["record"]).failed();
    ran.says("chapters/tea/examples/broken.rs:2: the compiler says: mismatched types\n  help: ");
    ran.says("1 problem");
    assert!(book.is_recorded("tea/main") && book.is_recorded("cups/main"));
    assert!(!book.is_recorded("tea/broken"));
}

#[test]
fn a_broken_lead_does_not_hold_up_the_rest_of_its_chapter() {
    let book = Book::new()
        .with(
            "tea/main",
            "",
            "fn main() {\n    let cup: u32 = \"tea\";\n}\n",
        )
        .with("tea/pour", "", POUR)
        .with("tea/warns", "warns = \"unused_variables\"", WARNS)
        .with(
            "tea/refused",
            "fails = \"E0425\"",
            "fn main() {\n    drop(cup);\n}\n",
        );
    let ran = book.run(["record"]).failed();
    ran.says("chapters/tea/src/main.rs:2: the compiler says: mismatched types");
    ran.says("1 problem");
    for id in ["tea/pour", "tea/warns", "tea/refused"] {
        assert!(book.is_recorded(id), "{id}: {ran}");
    }
    // What the compiler says is recorded once, however often cargo had to be asked.
    let words = book.recording("tea/warns")["compiler"].to_string();
    assert_eq!(words.matches("unused variable").count(), 1, "{words}");
    let ran = book.run(["check", "tea", "--repeat", "2"]).failed();
    ran.says("2 of 2 times: the compiler says: mismatched types");
}

#[test]
fn a_program_of_another_system_is_left_out_and_said_so() {
    let book = Book::still();
    let ran = book.run(["record"]).succeeded();
    let elsewhere = crate::book::ELSEWHERE;
    ran.says(&format!("not recorded: tea/main runs on {elsewhere} only"));
    ran.says("nothing to record");
}

#[test]
fn two_programs_of_one_name_are_not_recorded_as_one() {
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with("tea/pour", "", POUR)
        .with("cups/main", "", POUR)
        .with("cups/pour", "", &POUR.replace("poured", "counted"));
    book.run(["record"])
        .failed()
        .says("the name `pour` is used twice");
    let recorded = ["tea/pour", "cups/pour"].map(|id| book.is_recorded(id));
    assert_eq!(recorded, [false, false]);
}
