//! Edit: what a reader makes of a program is compiled on this machine against what its chapter depends on, and run.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::book::{Book, POUR, soon};
use crate::server::{Server, end, names, texts};

fn compiler(events: &[(String, Value)]) -> &Vec<Value> {
    end(events)["compiler"].as_array().expect("remarks")
}

/// The folders of edited code that are there.
fn edits(book: &Book) -> Vec<PathBuf> {
    let homes = std::fs::read_dir(book.path("target/workbook"));
    let edits = homes
        .into_iter()
        .flatten()
        .flatten()
        .map(|it| it.path().join("edits"));
    let runs = edits.flat_map(|it| std::fs::read_dir(it).into_iter().flatten().flatten());
    runs.map(|it| it.path()).collect()
}

#[test]
fn an_edited_program_is_compiled_and_run() {
    let book = Book::new().with("tea/main", "claims = [\"lines = 1\"]", POUR);
    book.run(["record"]).succeeded();
    let before = book.files();
    let server = Server::ready(&book, &[]);
    let source = server.get("/api/source/tea/main").body;
    assert!(source.contains("\"poured\""), "{source}");
    let edited = source.replace(
        "println!(\"poured\");",
        "println!(\"spilt\"); println!(\"all\");",
    );
    let events = server.run_edited("tea/main", &edited);
    assert_eq!(names(&events), ["compiling", "start", "line", "end"]);
    assert_eq!(texts(&events), ["spilt", "all"]);
    let told = end(&events);
    assert_eq!(told["ending"], "ok");
    assert_eq!(
        told["claims"],
        json!([]),
        "they are about the book's program"
    );
    assert_eq!(told["compiler"], json!([]));
    assert_ne!(told["figures"][0]["recorded"], Value::Null);
    // The book's own is as it was, and nothing of the edit is left.
    assert_eq!(texts(&server.run("tea/main")), ["poured"]);
    assert_eq!(book.files(), before);
    assert!(edits(&book).is_empty(), "{:?}", edits(&book));
}

#[test]
fn what_the_compiler_says_has_its_place_in_the_edited_code() {
    let book = Book::new().with("tea/main", "", POUR).locked();
    let server = Server::ready(&book, &[]);
    let wrong = "fn main() {\n    let cup = 7;\n    println!(\"{}\", kup);\n}\n";
    let events = server.run_edited("tea/main", wrong);
    assert_eq!(names(&events), ["compiling", "end"]);
    assert_eq!(end(&events)["ending"], "refused E0425");
    assert_eq!(end(&events)["words"], "does not compile: error E0425");
    let remarks = compiler(&events);
    let error = remarks
        .iter()
        .find(|it| it["level"] == "error")
        .expect("an error");
    assert_eq!(error["code"], "E0425");
    let place = ["line", "column", "end_line", "end_column"].map(|key| error[key].clone());
    assert_eq!(place, [3, 20, 3, 23]);
    let rendered = error["rendered"].as_str().expect("words");
    assert!(
        rendered.contains("--> chapters/tea/src/main.rs:3:20"),
        "{rendered}"
    );
    assert!(!rendered.contains("target/workbook"), "{rendered}");
    assert!(
        remarks
            .iter()
            .all(|it| !it["message"].as_str().expect("words").contains("aborting")),
        "{remarks:#?}"
    );
    // A warning does not keep it from running.
    let events = server.run_edited("tea/main", "fn main() {\n    let cup = 7;\n}\n");
    assert_eq!(end(&events)["ending"], "ok");
    let warning = &compiler(&events)[0];
    assert_eq!(
        (&warning["level"], &warning["line"]),
        (&json!("warning"), &json!(2))
    );
    let events = server.run_edited("tea/main", "");
    assert_eq!(end(&events)["ending"], "refused E0601");
}

#[test]
fn an_edit_has_all_that_its_chapter_has() {
    let sweet = "pub const SUGAR: u32 = 2;\n\
        #[macro_export]\nmacro_rules! stir { ($n:expr) => { $n + $crate::SUGAR } }\n";
    let bitter = "pub fn lemon() -> u32 { sweet_cube::SUGAR + 5 }\n";
    let book = Book::new()
        .with_library("sweet-cube", "", sweet)
        .with_library(
            "bitter",
            "[dependencies]\nsweet-cube = { path = \"../sweet-cube\" }\n",
            bitter,
        )
        .with("tea-time/main", "", POUR);
    book.append(
        "chapters/tea-time/Cargo.toml",
        "\n[dependencies]\nsweet-cube = { path = \"../../sweet-cube\" }\nbitter = { path = \"../../bitter\" }\n",
    );
    let manifest = book.read("chapters/tea-time/Cargo.toml");
    let manifest = manifest.replace("edition", "version = \"1.2.3-rc.4\"\nedition");
    book.write("chapters/tea-time/Cargo.toml", &manifest);
    book.write("chapters/tea-time/src/lib.rs", "pub const POTS: u32 = 3;\n");
    book.write("chapters/tea-time/src/cup.rs", "pub const SIZE: u32 = 4;\n");
    book.append(
        "chapters/tea-time/src/main.rs",
        "#[allow(dead_code)]\nmod cup;\n",
    );
    let book = book.locked();
    let server = Server::ready(&book, &[]);
    let edited = r#"
        mod cup;
        fn main() {
            println!("{} {}", sweet_cube::stir!(1), bitter::lemon());
            println!("{} {}", tea_time::POTS, cup::SIZE);
            println!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
            println!("{} {}", env!("CARGO_CRATE_NAME"), env!("CARGO_PKG_VERSION_MINOR"));
            let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            println!("{}", place.join("src/cup.rs").exists());
            println!("{}", file!());
        }
    "#;
    let events = server.run_edited("tea-time/main", edited);
    let expect = [
        "3 7",
        "3 4",
        "tea-time 1.2.3-rc.4",
        "tea_time 2",
        "true",
        "chapters/tea-time/src/main.rs",
    ];
    assert_eq!(texts(&events), expect, "{events:#?}");
}

#[test]
fn an_edit_is_compiled_under_the_edition_of_its_chapter() {
    // A name that is a keyword since.
    let program = "fn main() { let gen = 1; println!(\"{gen}\") }";
    let book = Book::new()
        .with("tea/main", "", program)
        .with("cups/main", "", POUR)
        .with("cups/wrong", "", "fn main() { spilt }");
    let inherited = "edition.workspace = true";
    book.replace("Cargo.toml", "edition = \"2024\"", "edition = \"2021\"");
    for chapter in ["tea", "cups"] {
        let manifest = format!("chapters/{chapter}/Cargo.toml");
        book.replace(&manifest, "edition = \"2024\"", inherited);
    }
    let book = book.locked();
    let server = Server::ready(&book, &[]);
    for id in ["tea/main", "cups/main", "cups/wrong"] {
        let events = server.run_edited(id, &program.replace('1', "2"));
        assert_eq!(texts(&events), ["2"], "{id}: {events:#?}");
    }
}

#[test]
fn an_edit_is_compiled_under_the_profile_of_its_program() {
    let fast = "println!(\"{}\", cfg!(debug_assertions))";
    let program = format!("fn main() {{ {fast} }}");
    let book = Book::new()
        .with("tea/main", "", &program)
        .with("tea/fast", "profile = \"release\"", &program)
        .locked();
    let server = Server::ready(&book, &[]);
    let edited = program.replace("fn main", "fn  main");
    for (id, debugs) in [("tea/main", "true"), ("tea/fast", "false")] {
        assert_eq!(texts(&server.run(id)), [debugs], "{id}");
        assert_eq!(
            texts(&server.run_edited(id, &edited)),
            [debugs],
            "{id}, edited"
        );
    }
}

#[test]
fn a_cured_mistake_runs() {
    let mistake = "fn main() {\n    let cup: u32 = \"tea\";\n    println!(\"{cup}\");\n}\n";
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with("tea/wrong", "fails = \"E0308\"", mistake)
        .locked();
    let server = Server::ready(&book, &[]);
    let cured = mistake.replace("u32", "&str");
    let events = server.run_edited("tea/wrong", &cured);
    assert_eq!(texts(&events), ["tea"], "{events:#?}");
    let events = server.run_edited("tea/wrong", mistake);
    assert_eq!(end(&events)["ending"], "refused E0308");
    assert_eq!(end(&events)["claims"], json!([]));
}

#[test]
fn an_edit_is_held_to_the_same_bounds_as_its_program() {
    let book = Book::new().with("tea/main", "deadline = 1", POUR).locked();
    let server = Server::ready(&book, &[]);
    let events = server.run_edited("tea/main", "fn main() { loop {} }");
    assert_eq!(end(&events)["ending"], "spins");
    let events = server.run_edited("tea/main", "fn main() { panic!(\"no water\") }");
    assert_eq!(end(&events)["ending"], "panic");
    let said = texts(&events).join("\n");
    assert!(said.contains("chapters/tea/src/main.rs:1:13"), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_compiler_that_nobody_waits_for_is_ended() {
    let endless = "#![allow(long_running_const_eval)]\n\
        const CUP: u64 = { let mut n = 0; loop { n ^= 1; if n > 1 { break n } } };\n\
        fn main() { println!(\"{CUP}\"); }\n";
    let book = Book::new().with("tea/main", "", POUR).locked();
    let server = Server::ready(&book, &["--slots", "1"]);
    let place = book.path("target/workbook").display().to_string();
    let compilers = || {
        let entries = std::fs::read_dir("/proc").expect("Linux has it").flatten();
        let line = |of: &Path| std::fs::read(of.join("cmdline")).unwrap_or_default();
        let ours = |of: &PathBuf| String::from_utf8_lossy(&line(of)).contains(&place);
        entries.map(|it| it.path()).filter(ours).collect::<Vec<_>>()
    };
    // Hundredths of a second of CPU that they have used.
    let computed = || -> u64 {
        let of = |it: &PathBuf| {
            let stat = std::fs::read_to_string(it.join("stat")).ok()?;
            let (_, fields) = stat.rsplit_once(") ")?;
            fields.split(' ').nth(11)?.parse::<u64>().ok()
        };
        compilers().iter().filter_map(of).sum()
    };
    let id = server.begin_edited("tea/main", endless);
    let mut events = server.events(&id);
    assert_eq!(events.next().expect("it begins").0, "compiling");
    assert!(soon(10, || computed() > 30), "it compiles without end");
    drop(events);
    assert!(soon(5, || compilers().is_empty()), "the compiler is left");
    assert_eq!(
        texts(&server.run("tea/main")),
        ["poured"],
        "the slot is free"
    );
    let id = server.begin_edited("tea/main", endless);
    let mut events = server.events(&id);
    assert_eq!(events.next().expect("it begins").0, "compiling");
    assert!(soon(10, || !compilers().is_empty()));
    assert_eq!(
        server
            .as_page("DELETE", &format!("/api/runs/{id}"), "")
            .status,
        204
    );
    let told: Vec<_> = events.collect();
    assert_eq!(end(&told)["ending"], "stopped");
    assert!(soon(5, || edits(&book).is_empty()), "{:?}", edits(&book));
}

#[test]
fn an_edited_program_learns_nothing_of_the_servers_environment() {
    let book = Book::new().with("tea/main", "", POUR).locked();
    let mut command = book.tool(["serve", "--port", "0"]);
    let secrets = [
        "API_TOKEN",
        "CARGO_REGISTRY_TOKEN",
        "WORKBOOK_TEA",
        "LANG_X",
    ];
    for name in secrets {
        command.env(name, "s3cret");
    }
    let server = Server::ready_of(&mut command);
    let looks = secrets.map(|name| {
        format!("println!(\"{name} {{:?}} {{}}\", option_env!(\"{name}\"), std::env::var(\"{name}\").is_ok());")
    });
    let looks = looks.join("\n    ");
    let program = format!(
        "fn main() {{\n    {looks}\n    println!(\"{{}} {{}}\", env!(\"CARGO_PKG_NAME\"), option_env!(\"PATH\").is_some());\n}}\n"
    );
    let mut told = secrets.map(|name| format!("{name} None false")).to_vec();
    told.push("tea true".to_owned());
    assert_eq!(texts(&server.run_edited("tea/main", &program)), told);
    // Nor through what is open, or where it stands.
    #[cfg(target_os = "linux")]
    {
        let program = "fn main() {
            for fd in std::fs::read_dir(\"/proc/self/fd\").unwrap() {
                let path = fd.unwrap().path();
                println!(\"{} {}\", path.display(), std::fs::read_link(&path).unwrap().display());
            }
            println!(\"{}\", std::env::current_dir().unwrap().display());
        }";
        let events = server.run_edited("tea/main", program);
        let mut texts = texts(&events);
        let place = texts.pop().expect("it says where it stands");
        assert_eq!(place, ".", "the book's root, of which the path is not told");
        // What the shell has given to this test, it has from there.
        let is_inherited = |text: &&&str| {
            let (fd, link) = text.split_once(' ').expect("two words");
            std::fs::read_link(fd).is_ok_and(|own| own.display().to_string() == link)
        };
        let own = texts.iter().filter(|text| !is_inherited(text)).count();
        assert!(own <= 4, "{texts:?}");
        for text in texts.iter().filter(|text| !is_inherited(text)) {
            assert!(
                !text.contains("socket:") && !text.contains("anon_inode:"),
                "{texts:?}"
            );
        }
    }
}

/// Programs with which a reader could keep a server from serving others.
#[cfg(target_os = "linux")]
const KEEPS_RUNNING: [&str; 4] = [
    // In a session of its own, with a shell that holds neither pipe.
    r#"fn main() {
        std::process::Command::new("setsid").args(["sh", "-c", "exec target/away 60 >/dev/null 2>&1"]).spawn().unwrap();
        println!("started"); loop { std::thread::park() } }"#,
    // A daemon, which the program does not wait for.
    r#"fn main() {
        std::process::Command::new("sh").args(["-c", "setsid target/away 60 & setsid target/away 60 &"]).status().unwrap();
        println!("started"); loop { std::thread::park() } }"#,
    // Without its environment.
    r#"fn main() {
        std::process::Command::new("setsid").args(["env", "-i", "target/away", "60"]).spawn().unwrap();
        println!("started"); loop { std::thread::park() } }"#,
    // Its watch is halted.
    r#"fn main() {
        let parent = std::os::unix::process::parent_id().to_string();
        std::process::Command::new("setsid").args(["target/away", "60"]).spawn().unwrap();
        println!("started");
        std::thread::sleep(std::time::Duration::from_millis(100));
        std::process::Command::new("kill").args(["-STOP", &parent]).status().unwrap();
        loop { std::thread::park() } }"#,
];

#[test]
#[cfg(target_os = "linux")]
fn whatever_an_edit_starts_is_gone_when_its_reader_leaves_and_when_the_server_ends() {
    let book = Book::new().with("tea/main", "deadline = 60", POUR).locked();
    let mut server = Server::ready(&book, &["--slots", "1"]);
    std::fs::copy("/bin/sleep", book.path("target/away")).expect("there is room");
    // Named without the folder that the programs run in.
    let away = || -> usize {
        let entries = std::fs::read_dir("/proc").expect("Linux has it").flatten();
        let exe = |of: &Path| std::fs::read_link(of.join("exe")).unwrap_or_default();
        entries
            .filter(|it| exe(&it.path()) == book.path("target/away"))
            .count()
    };
    let begin = |server: &Server, program: &str| {
        let mut events = server.events(&server.begin_edited("tea/main", program));
        assert!(events.any(|(name, _)| name == "line"), "{program}");
        assert!(soon(5, || away() > 0), "{program}");
        events
    };
    for program in KEEPS_RUNNING {
        drop(begin(&server, program));
        assert!(soon(2, || away() == 0), "{} are left of {program}", away());
        assert_eq!(
            texts(&server.run("tea/main")),
            ["poured"],
            "the slot is free"
        );
    }
    for program in [KEEPS_RUNNING[0], KEEPS_RUNNING[2]] {
        let _events = begin(&server, program);
        server.signal(nix::sys::signal::Signal::SIGINT);
        assert_eq!(server.ended(10), Some(0));
        assert!(soon(2, || away() == 0), "{} are left of {program}", away());
        server = Server::ready(&book, &["--slots", "1"]);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_compiler_that_takes_too_much_memory_is_stopped() {
    let book = Book::new().with("tea/main", "", POUR).locked();
    let server = Server::ready(&book, &[]);
    let large = "static POT: [u8; 8 << 30] = [1; 8 << 30];\nfn main() { println!(\"{}\", POT[7]) }";
    let events = server.run_edited("tea/main", large);
    let (name, failed) = events.last().expect("an end");
    assert_eq!(name, "failed", "{events:#?}");
    let error = failed["error"].as_str().expect("words");
    assert!(
        error.contains("the compiler was stopped: it used more than"),
        "{error}"
    );
    assert_eq!(texts(&server.run("tea/main")), ["poured"]);
}

/// What a program may put in the place of the file that its timeline is read from.
#[cfg(target_os = "linux")]
const REPLACED: [&str; 6] = [
    r#"let _ = std::fs::remove_file(&path); std::process::Command::new("mkfifo").arg(&path).status().unwrap();"#,
    r#"let _ = std::fs::remove_file(&path);"#,
    r#"let _ = std::fs::remove_file(&path); std::fs::create_dir(&path).unwrap(); std::fs::write(path + "/tea", "").unwrap();"#,
    r#"let _ = std::fs::remove_file(&path); std::os::unix::fs::symlink("/dev/zero", &path).unwrap();"#,
    r#"std::fs::File::create(&path).unwrap().set_len(10 << 30).unwrap();"#,
    r#"let folder = std::path::Path::new(&path).parent().unwrap(); std::fs::remove_dir_all(folder).unwrap();"#,
];

#[test]
#[cfg(target_os = "linux")]
fn whatever_an_edit_makes_of_its_timeline_the_server_goes_on() {
    let book = Book::new().with("tea/main", "deadline = 5", POUR).locked();
    let server = Server::ready(&book, &["--slots", "1"]);
    for replaced in REPLACED {
        // Long enough to be drawn while it runs.
        let program = format!(
            "fn main() {{ let path = std::env::var(\"WORKBOOK_TIMELINE\").unwrap(); {replaced} \
             println!(\"replaced\"); std::thread::sleep(std::time::Duration::from_millis(400)); }}"
        );
        let events = server.run_edited("tea/main", &program);
        assert_eq!(texts(&events), ["replaced"], "{replaced}: {events:#?}");
        let (name, _) = events.last().expect("an end");
        assert!(name == "end" || name == "failed", "{replaced}: {events:#?}");
        assert_eq!(texts(&server.run("tea/main")), ["poured"], "{replaced}");
    }
    assert!(edits(&book).is_empty(), "{:?}", edits(&book));
}
