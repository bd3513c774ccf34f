//! What a program needs of the system, and does not get there: it is left out, and every command says so.
//!
//! Here it is missing because `WORKBOOK_WITHOUT` names it, or else these would be other tests on each machine.

use std::process::Command;

use serde_json::json;

use crate::book::{Book, POUR, Ran};
use crate::server::Server;

const NEEDS: &str = "needs = [\"io_uring\"]\nclaims = [\"says /never said/\"]";
const WHY: &str = "needs io_uring, and this system has none: `WORKBOOK_WITHOUT` names it";

/// One program that needs it, and one that does not.
fn book() -> Book {
    Book::new()
        .with("tea/main", NEEDS, POUR)
        .with("cups/main", "claims = [\"lines = 1\"]", POUR)
}

fn without(mut command: Command) -> Command {
    command.env("WORKBOOK_WITHOUT", "io_uring");
    command
}

fn run(book: &Book, args: &[&str]) -> Ran {
    Ran::of(&mut without(book.tool(args)))
}

#[test]
fn record_leaves_it_out_and_says_so() {
    let book = book();
    let ran = run(&book, &["record"]).succeeded();
    ran.says(&format!("not recorded: tea/main {WHY}\n"));
    assert!(book.is_recorded("cups/main") && !book.is_recorded("tea/main"));
    let ran = run(&book, &["record", "--stale"]).succeeded();
    ran.says(&format!("not recorded: tea/main {WHY}\n"));
    ran.says("nothing to record");
}

#[test]
fn check_runs_the_others_and_says_so() {
    let book = book();
    run(&book, &["record"]).succeeded();
    // A recording that was made elsewhere, and is held against what the manifest says now.
    let other = book.read("chapters/cups/recordings/main.json");
    let of_tea = other.replace("cups/main", "tea/main");
    book.write("chapters/tea/recordings/main.json", &of_tea);
    let ran = run(&book, &["check"]).failed();
    ran.says(&format!("not checked: tea/main {WHY}\n"));
    ran.says("the recording of `tea/main` is stale");
    ran.says("1 problem found");
    ran.never_says("never said");
}

#[test]
fn where_it_is_there_its_claims_are_checked() {
    let book = book();
    let ran = book.run(["record"]);
    if ran.stdout.contains("not recorded: tea/main needs io_uring") {
        return; // this machine has none
    }
    ran.failed().says("claim `says /never said/`");
    let others = Ran::of(book.tool(["record"]).env("WORKBOOK_WITHOUT", "tea"));
    others.failed().says("claim `says /never said/`");
}

#[test]
fn doctor_says_which_programs_are_without_it() {
    let ran = run(&book(), &["doctor"]);
    ran.says("note  io_uring      missing: `WORKBOOK_WITHOUT` names it\n");
    ran.says("help: these are not checked, and said so: tea/main; on Linux, ");
    let nobody = Book::new().with("tea/main", "", POUR);
    run(&nobody, &["doctor"]).never_says("io_uring");
}

#[test]
fn a_run_on_the_page_is_refused_in_words() {
    let book = book();
    let server = Server::of(&mut without(book.tool(["serve", "--port", "0"])));
    let run = |id: &str| {
        let wanted = json!({ "snippet": id }).to_string();
        server.as_page("POST", "/api/runs", &wanted)
    };
    run("tea/main").is_refused(422, &format!("it {WHY}"));
    assert_eq!(run("cups/main").status, 201);
}
