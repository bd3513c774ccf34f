//! Drives the tool as its user does: the program itself, on small books in temporary folders. One module a
//! feature, all in one binary, so that it is linked once.

mod book;
#[path = "../../src/model/mutation.rs"]
mod mutation;
mod server;
mod workshop;

mod at_once;
mod broken;
mod builds;
mod check;
mod damaged_requests;
mod doctor;
mod edits;
#[cfg(target_os = "linux")]
mod ending;
mod exercise_commands;
mod exercises;
mod figures;
#[cfg(target_os = "linux")]
mod kills;
mod layout;
#[cfg(unix)]
mod leftovers;
mod lessons;
mod live;
mod live_record;
mod needs;
mod new;
mod pages;
mod practice;
mod questions;
mod record;
mod requests;
mod root;
mod runs;
mod safety;
mod scratch;
mod serve;
#[cfg(unix)]
mod shim;
#[cfg(unix)]
mod slow;
#[cfg(unix)]
mod trace;
mod tries;
mod truth;
#[cfg(target_os = "linux")]
mod unheard;
mod weight;
