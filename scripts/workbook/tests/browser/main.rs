//! Uses the pages as a reader does, in a real Chromium: what is read, chosen, replayed, run and edited there. One
//! module a feature, all in one binary, so that it is linked once.
//!
//! Each test is ignored where nothing is said, because libtest cannot skip one at run time, and not everybody who
//! changes a chapter has Chromium: `.ci/run` installs it and runs them.
#![cfg(unix)]

mod driver;
mod kettle;
mod printed;
mod reader;
mod site;

#[path = "../suite/book.rs"]
#[allow(dead_code, reason = "the suite uses all of it")]
mod book;
#[path = "../suite/classroom.rs"]
#[allow(dead_code, reason = "the suite uses all of it")]
mod classroom;
#[path = "../suite/server.rs"]
#[allow(dead_code, reason = "the suite uses all of it")]
mod server;
#[path = "../suite/workshop.rs"]
#[allow(dead_code, reason = "the suite uses all of it")]
mod workshop;

mod class;
mod copy;
mod edit;
mod exercises;
mod first_page;
mod key;
mod live;
mod pages;
mod paper;
mod predict;
mod present;
mod reload;
mod replay;
mod scratch;
mod unscripted;
