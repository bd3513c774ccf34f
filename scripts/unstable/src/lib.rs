//! Tokio built with `--cfg tokio_unstable`: `use unstable::tokio;` in place of a dependency.

#[cfg(whole)]
extern crate unstable as parts;

#[cfg(whole)]
pub use parts::tokio;

#[cfg(not(whole))]
pub use tokio;
