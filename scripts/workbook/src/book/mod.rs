//! What is on disk: where the book stands, its chapters and programs, and what is recorded of them.

pub(crate) mod exercise;
pub(crate) mod files;
pub(crate) mod freshness;
pub(crate) mod hashes;
pub(crate) mod home;
pub(crate) mod house;
pub(crate) mod kept;
pub(crate) mod library;
pub(crate) mod lock;
pub(crate) mod manifest;
pub(crate) mod members;
pub(crate) mod needs;
pub(crate) mod practice;
pub(crate) mod progress;
pub(crate) mod settings;
#[cfg(test)]
pub(crate) mod small;
pub(crate) mod snippet;
pub(crate) mod texts;
pub(crate) mod vendored;
