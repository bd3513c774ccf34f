//! What the shim is made of.

mod identity;
