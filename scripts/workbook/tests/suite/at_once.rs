//! Several processes of the tool in one clone: none is in the way of another, and none leaves anything.

use std::time::{Duration, SystemTime};

use crate::book::{Book, POUR, Ran, recorded_lines, soon};
use crate::server::Server;

fn twice_at_once(book: &Book, command: &str) -> [Ran; 2] {
    std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| book.run([command])));
        both.map(|it| it.join().expect("it does not panic"))
    })
}

#[test]
fn two_builds_at_once_succeed_and_nobody_sees_half_a_site() {
    let book = Book::sound();
    book.run(["build"]).succeeded();
    let pages = [
        "index.html",
        "tea.html",
        "cups.html",
        "print.html",
        "404.html",
    ];
    let (ran, missed) = std::thread::scope(|scope| {
        let builds = scope.spawn(|| [(); 3].map(|()| twice_at_once(&book, "build")));
        let mut missed = Vec::new();
        while !builds.is_finished() {
            for page in pages {
                let text = std::fs::read_to_string(book.path("target/book").join(page));
                if !text.as_ref().is_ok_and(|text| text.ends_with("</html>\n")) {
                    missed.push((page, text.map(|text| text.len())));
                }
            }
        }
        (builds.join().expect("it does not panic"), missed)
    });
    for ran in ran.into_iter().flatten() {
        ran.succeeded();
    }
    // Elsewhere folders cannot be exchanged in one step.
    if cfg!(target_os = "linux") {
        assert!(missed.is_empty(), "{missed:?}");
    }
    assert_eq!(book.left_behind(), [""; 0]);
}

#[test]
fn two_checks_and_two_recordings_at_once_succeed() {
    let book = Book::sound();
    let mistake = "fn main() {\n    let cup: u32 = \"tea\";\n    println!(\"{cup}\");\n}\n";
    let book = book.with("tea/wrong", "fails = \"E0308\"", mistake);
    // A program that one process builds anew while another runs it is recorded by neither.
    book.run(["record"]).succeeded();
    for command in ["record", "check"] {
        for _ in 0..2 {
            for ran in twice_at_once(&book, command) {
                ran.succeeded();
            }
        }
    }
    assert_eq!(book.left_behind(), [""; 0]);
}

#[test]
fn two_recordings_of_what_was_just_saved_succeed() {
    let book = Book::new().with("tea/main", "", POUR);
    let book = book.with_library("kettle", "", "pub const LITRES: u32 = 1;\n");
    book.append(
        "chapters/tea/Cargo.toml",
        "\n[dependencies]\nkettle = { path = \"../../kettle\" }\n",
    );
    let pours = |n| format!("fn main() {{ println!(\"{{}} {n}\", kettle::LITRES) }}");
    for n in 0..6 {
        book.write("chapters/tea/src/main.rs", &pours(n));
        book.write(
            "kettle/src/lib.rs",
            &format!("pub const LITRES: u32 = {n};\n"),
        );
        for ran in twice_at_once(&book, "record") {
            ran.succeeded();
        }
        assert_eq!(recorded_lines(&book, "tea/main"), [format!("{n} {n}")]);
    }
    assert_eq!(book.left_behind(), [""; 0]);
}

#[test]
fn a_second_server_leaves_the_first_its_pages_however_old() {
    let book = Book::still();
    let first = Server::start(&book);
    assert_eq!(first.get("/tea.html").status, 200);
    let mut folders = vec![book.path("target/workbook")];
    let old = SystemTime::now() - Duration::from_hours(48);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("it is there").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
        let folder = std::fs::File::open(&folder).expect("it is there");
        folder.set_modified(old).expect("it is ours");
    }
    let second = Server::start(&book);
    assert_eq!(second.get("/tea.html").status, 200);
    assert_eq!(first.get("/tea.html").status, 200);
    assert_eq!(book.left_behind().len(), 2);
}

#[test]
fn what_killed_processes_have_left_goes_with_the_next() {
    let book = Book::new().with("tea/main", "deadline = 60", POUR);
    book.run(["record"]).succeeded();
    for _ in 0..2 {
        let mut server = Server::start(&book);
        assert_eq!(server.get("/tea.html").status, 200);
        server.kill();
        assert_eq!(book.left_behind().len(), 1);
    }
    book.run(["build"]).succeeded();
    assert_eq!(book.left_behind(), [""; 0]);
}

/// The tool under a shell that reads some lines of it and goes.
#[cfg(unix)]
fn piped(book: &Book, args: &str, reader: &str) -> Ran {
    let mut shell = std::process::Command::new("bash");
    let tool = book.tool(["--version"]);
    shell.args([
        "-c",
        &format!("\"$0\" {args} 2>/dev/null | {reader}; echo \"${{PIPESTATUS[0]}}\" >&2"),
    ]);
    shell.arg(tool.get_program()).current_dir(book.path(""));
    Ran::of(&mut crate::book::cleared(shell))
}

#[test]
#[cfg(unix)]
fn a_reader_that_has_gone_changes_nothing() {
    let book = Book::sound();
    for args in [
        "record",
        "check",
        "build",
        "doctor",
        "record tea",
        "new cocoa",
        "new cocoa hot",
    ] {
        let ran = piped(&book, args, "head -0");
        assert!(!ran.stderr.contains("101"), "{args}: {ran}");
        if args != "doctor" {
            assert_eq!(ran.stderr, "0\n", "{args}: {ran}");
        }
    }
    let book = Book::new().with("tea/main", "claims = [\"lines = 7\"]", POUR);
    for args in ["record", "check"] {
        assert_eq!(piped(&book, args, "head -0").stderr, "1\n", "{args}");
    }
}

#[test]
#[cfg(unix)]
fn a_server_whose_reader_has_gone_still_serves_and_builds() {
    use std::process::Stdio;
    let book = Book::sound();
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("there is one");
        free.local_addr().expect("it has one").port()
    };
    let mut tool = book.tool(["serve", "--port", &port.to_string()]);
    let mut tool = tool
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop((tool.stdout.take(), tool.stderr.take()));
    let page = || -> String {
        use std::io::{Read, Write};
        let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", port)) else {
            return String::new();
        };
        let request = format!(
            "GET /tea.html HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        );
        let _ = stream.write_all(request.as_bytes());
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    };
    let serves = soon(20, || page().contains("About tea"));
    for sugar in ["one lump", "two lumps"] {
        book.append("book/tea.md", &format!("\n{sugar} of sugar\n"));
        assert!(
            soon(20, || page().contains(sugar)),
            "{sugar}: it builds no more"
        );
    }
    let process = nix::unistd::Pid::from_raw(tool.id().cast_signed());
    nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGTERM).expect("it is there");
    let status = tool.wait().expect("it is ours");
    assert!(serves && status.success(), "{status}");
    assert_eq!(book.left_behind(), [""; 0]);
}
