//! Tokio with its feature `test-util`, and what is built on that: `use paused::tokio;` in place of a dependency.

#[cfg(not(feature = "parts"))]
extern crate paused as parts;

#[cfg(not(feature = "parts"))]
pub use parts::{tokio, tokio_test, turmoil};

#[cfg(feature = "parts")]
pub use {tokio, tokio_test, turmoil};
