//! Runs that readers ask for, each from the request to its end.

pub(crate) mod drawing;
pub(crate) mod edit;
pub(crate) mod ending;
pub(crate) mod events;
pub(crate) mod exercises;
pub(crate) mod queue;
pub(crate) mod registry;
pub(crate) mod run;
