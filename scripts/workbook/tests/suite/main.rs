//! Drives the tool as its user does: the program itself, on small books in temporary folders. One module a
//! feature, all in one binary, so that it is linked once.

mod book;
mod classroom;
#[path = "../../src/model/mutation.rs"]
mod mutation;
mod server;
mod workshop;

mod agenda;
mod at_once;
mod broken;
mod builds;
mod bundle;
mod check;
mod class;
mod damaged_requests;
mod devcontainer;
mod doctor;
mod edits;
#[cfg(target_os = "linux")]
mod ending;
mod exercise_commands;
mod exercises;
mod figures;
#[cfg(unix)]
mod interrupted;
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
mod notes;
mod pages;
#[cfg(unix)]
mod paper;
mod practice;
#[cfg(unix)]
mod preflight;
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
