//! `cargo workbook`: runs every program of the book, records what it shows, checks that the pages still tell
//! the truth, and serves them.
//!
//! From the bottom up: [`model`] takes values and returns values. [`book`] is what is on disk, [`site`] are the pages,
//! and [`exec`] builds and runs programs, each under the shim, which is a small program of its own. [`commands`] and
//! [`serve`] are what can be asked for, and [`cli`] is the door.

mod book;
mod cli;
mod commands;
mod exec;
mod model;
mod serve;
mod site;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
