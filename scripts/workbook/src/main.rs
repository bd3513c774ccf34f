//! `cargo workbook`: runs every program of the book, records what it shows, checks that the pages still tell
//! the truth, and serves them.
//!
//! The house, from the roof down. Who stands higher may use who stands lower, never the other way; rooms of one floor
//! do not know each other. `tests/suite/layout.rs` holds the house to it.
//!
//! | floor | room | what is in it |
//! |---|---|---|
//! | 6 | [`cli`] | the door: what can be typed |
//! | 5 | [`commands`] | record, check, build, bundle, paper, new, doctor, agenda, trace: each thin |
//! | 5 | [`serve`] | the live server: requests (`http`), runs (`live`), programs to be built (`builds`), a class (`class`) |
//! | 4 | [`site`] | pages: what stands in their Markdown, what becomes of it, and mdBook |
//! | 4 | [`exec`] | programs: built by cargo, run under the shim, judged; and what was saved |
//! | 3 | [`book`] | what is on disk: chapters, manifests, programs, recordings, and whether those are fresh |
//! | 2 | [`terminal`] | what every command says in the same way |
//! | 1 | [`model`] | values: runs, recordings, claims, timelines, figures, problems |
//!
//! Below all of it is the shim, a package of its own: the small process between the tool and each program, and the
//! protocol that it speaks.

// It panics where nobody reads: see `terminal`.
#![deny(clippy::print_stdout, clippy::print_stderr)]

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
