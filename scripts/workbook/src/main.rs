//! `cargo workbook`: runs every program of the book, records what it shows, checks that the pages still tell
//! the truth, and serves them.
//!
//! From the bottom up: [`model`] takes values and returns values. [`book`] is what is on disk. [`page`], [`opinion`] and
//! [`render`] are pure again. [`compile`] and [`runner`] build and run programs, each under the shim, which is a small
//! program of its own. [`site`] is mdBook in process. [`record`], [`check`], [`serve`], [`new`] and [`doctor`] are the
//! commands, and [`cli`] is the door.

mod book;
mod check;
mod cli;
mod compile;
mod doctor;
mod figure;
mod links;
mod model;
mod new;
mod numbers;
mod opinion;
mod page;
mod prediction;
mod progress;
mod record;
mod render;
mod runner;
mod serve;
mod site;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
