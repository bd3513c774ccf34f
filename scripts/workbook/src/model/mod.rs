//! What the book is about, as values: nothing here reads a file, runs a program or knows the time.

pub(crate) mod claim;
pub(crate) mod metric;
#[cfg(test)]
pub(crate) mod mutation;
pub(crate) mod normal;
pub(crate) mod pattern;
pub(crate) mod pdf;
pub(crate) mod printed;
pub(crate) mod problem;
pub(crate) mod recording;
pub(crate) mod run;
pub(crate) mod tar;
pub(crate) mod timeline;
pub(crate) mod units;
pub(crate) mod verdict;
