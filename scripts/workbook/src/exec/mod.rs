//! Programs are built and run here, and what was saved is noticed.

pub(crate) mod attempt;
pub(crate) mod attempt_source;
pub(crate) mod browser;
mod build_process;
pub(crate) mod built;
pub(crate) mod cargo;
pub(crate) mod changes;
pub(crate) mod compiler;
pub(crate) mod compiler_report;
pub(crate) mod git;
pub(crate) mod interrupts;
pub(crate) mod judge;
pub(crate) mod practice_libraries;
pub(crate) mod progress;
pub(crate) mod proof;
pub(crate) mod remains;
pub(crate) mod runner;
pub(crate) mod session;
pub(crate) mod shim;
pub(crate) mod ties;
pub(crate) mod timeline_file;
pub(crate) mod trace;
pub(crate) mod turn;
pub(crate) mod vendor;
