//! What the tool and its shim share: the [`protocol`] between them, how both read of a process in [`proc`] and
//! end it with all that it has started in `tree`, and the [`IDENTITY`] by which the tool knows whether a shim is its own.
//! The shim itself is the program of this package. What it knows of the number of threads is here too, in [`peak`].

pub mod peak;
pub mod proc;
pub mod protocol;
#[cfg(unix)]
pub mod tree;

/// What this library and the shim of the same build are made of: a hash of the package's files and of the versions of
/// what it depends on, as 16 hexadecimal digits. `workbook-shim --identity` prints the shim's.
pub const IDENTITY: &str = env!("WORKBOOK_SHIM_IDENTITY");
