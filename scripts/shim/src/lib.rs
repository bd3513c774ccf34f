//! What the tool and its shim share: the [`protocol`] between them, and how both read of a process in [`proc`].
//! The shim itself is the program of this package.

pub mod proc;
pub mod protocol;
