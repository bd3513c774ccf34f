//! What a run must show: the small language of claims.

mod hold;

pub(crate) use hold::*;
