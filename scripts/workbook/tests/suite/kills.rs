//! Whenever the tool is killed, nothing is torn, nothing goes on running, and the next one finds a clean place.

use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::book::{Book, soon};
use crate::server::Server;

const KILLS: u32 = 10;
const MANY_KILLS: u32 = 100;

/// Takes a moment, and has a child that has left its group.
const BREWS: &str = r#"
fn main() {
    if std::env::args().any(|arg| arg == "stay") {
        std::thread::sleep(std::time::Duration::from_secs(60));
        return;
    }
    let itself = std::env::current_exe().unwrap();
    let child = std::process::Command::new("setsid").arg(itself).arg("stay").spawn();
    println!("brewing");
    std::thread::sleep(std::time::Duration::from_millis(30));
    child.unwrap().kill().unwrap();
    std::process::exit(0);
}
"#;

/// A number below `limit`, another each time, and the same in each run of the tests.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % limit
    }
}

fn book() -> Book {
    let ids = ["tea/main", "tea/a", "tea/b", "tea/c", "tea/d"];
    let entry = "deadline = 60\nclaims = [\"says /brewing/\"]";
    let book = ids
        .into_iter()
        .fold(Book::new(), |book, id| book.with(id, entry, BREWS));
    book.locked()
}

/// Holds that no recording is torn and nothing goes on running, and that nothing lies beside the recordings.
fn is_whole(book: &Book, round: u32) {
    let gone = soon(1, || book.processes().is_empty());
    assert!(
        gone,
        "{round}: these are left running: {:?}",
        book.processes()
    );
    for (path, text) in book.files() {
        if path.contains("/recordings/") {
            assert!(path.ends_with(".json"), "{round}: {path}");
            let recording: Result<Value, _> = serde_json::from_str(&text);
            let is_whole = recording.is_ok_and(|it| it["ending"] == "ok" && text.ends_with("}\n"));
            assert!(is_whole, "{round}: {path} is torn:\n{text}");
        }
    }
}

fn killed(mut tool: Child) {
    let _ = tool.kill();
    let _ = tool.wait();
}

fn kill_records(kills: u32) {
    let book = book();
    book.run(["record"]).succeeded();
    let mut random = Random(u64::from(kills));
    for round in 0..kills {
        // Every other time there is nothing to compare with.
        if round % 2 == 0 {
            let _ = std::fs::remove_dir_all(book.path("chapters/tea/recordings"));
        }
        let mut tool = book.tool(["record"]);
        let tool = tool.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        std::thread::sleep(Duration::from_millis(random.below(500)));
        killed(tool.expect("it starts"));
        is_whole(&book, round);
    }
    book.run(["record"]).succeeded();
    is_whole(&book, kills);
    assert_eq!(book.left_behind(), [""; 0]);
}

fn kill_servers(kills: u32) {
    let book = book();
    let mut random = Random(u64::from(kills));
    for round in 0..kills {
        let mut server = Server::ready(&book, &["--record"]);
        let edited = BREWS.replace("brewing", "brewing it");
        let streams = [
            server.events(&server.begin("tea/main")),
            server.events(&server.begin_edited("tea/a", &edited)),
            server.events(&server.begin_edited("tea/b", &edited)),
        ];
        // And one is recorded.
        book.append("chapters/tea/examples/c.rs", &format!("// {round}\n"));
        std::thread::sleep(Duration::from_millis(random.below(700)));
        server.kill();
        drop(streams);
        is_whole(&book, round);
        assert!(
            book.left_behind().len() <= 1,
            "{round}: {:?}",
            book.left_behind()
        );
    }
    book.run(["record"]).succeeded();
    is_whole(&book, kills);
    assert_eq!(book.left_behind(), [""; 0]);
}

#[test]
fn a_killed_record_leaves_nothing_torn_and_nothing_running() {
    kill_records(KILLS);
}

#[test]
fn a_killed_server_leaves_nothing_torn_and_nothing_running() {
    kill_servers(KILLS);
}

#[test]
#[ignore = "it takes minutes, and shows what ten kills seldom do"]
fn a_hundred_killed_records() {
    kill_records(MANY_KILLS);
}

#[test]
#[ignore = "it takes minutes, and shows what ten kills seldom do"]
fn a_hundred_killed_servers() {
    kill_servers(MANY_KILLS);
}
