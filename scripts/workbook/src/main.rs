//! `cargo workbook`: runs every program of the book, records what it shows, checks that the pages still tell
//! the truth, and serves them.
//!
//! From the bottom up: [`model`] takes values and returns values. [`manifest`], [`lock`], [`page`], [`opinion`] and
//! [`render`] do, too. [`library`] reads what is on disk. [`compile`] and [`runner`] build and run programs, each under
//! the shim, which is a small program of its own. [`site`] is mdBook in process. [`record`], [`check`], [`serve`],
//! [`new`] and [`doctor`] are the commands, and [`cli`] is the door.

mod check;
mod cli;
mod compile;
mod doctor;
mod figure;
mod house;
mod library;
mod links;
mod lock;
mod manifest;
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
mod snippet;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
