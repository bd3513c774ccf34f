//! `cargo workbook`: runs every program of the book, records what it shows, checks that the pages still tell
//! the truth, and serves them.
//!
//! From the bottom up: [`model`] takes values and returns values. [`book`] is what is on disk, and [`site`] are the pages.
//! [`compile`] and [`runner`] build and run programs, each under the shim, which is a small program of its own.
//! [`record`], [`check`], [`serve`], [`new`] and [`doctor`] are the commands, and [`cli`] is the door.

mod book;
mod check;
mod cli;
mod compile;
mod doctor;
mod model;
mod new;
mod opinion;
mod progress;
mod record;
mod runner;
mod serve;
mod site;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
