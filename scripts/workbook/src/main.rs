//! `cargo workbook`: runs every program of the book, records what it shows, checks that the pages still tell
//! the truth, and serves them.
//!
//! From the bottom up: [`claim`], [`recording`], [`normal`], [`manifest`], [`lock`], [`page`], [`opinion`] and
//! [`render`] take values and return values. [`library`] reads what is on disk. [`compile`] and [`runner`] build and
//! run programs, each under the shim, which is a small program of its own. [`site`] is mdBook in process. [`record`],
//! [`check`], [`serve`], [`new`] and [`doctor`] are the commands, and [`cli`] is the door.

mod check;
mod claim;
mod cli;
mod compile;
mod doctor;
mod figure;
mod house;
mod library;
mod links;
mod lock;
mod manifest;
mod new;
mod normal;
mod numbers;
mod opinion;
mod page;
mod prediction;
mod problem;
mod progress;
mod record;
mod recording;
mod render;
mod runner;
mod serve;
mod site;
mod snippet;
mod timeline;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
