//! The programs that readers run: what is to be built, and what is recorded when an author saves.

pub(crate) mod author;
pub(crate) mod builder;
pub(crate) mod plan;
