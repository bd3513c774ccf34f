//! What the command line can ask for, but for serving: each command is thin.

pub(crate) mod agenda;
pub(crate) mod build;
pub(crate) mod bundle;
pub(crate) mod check;
pub(crate) mod doctor;
pub(crate) mod exercise;
pub(crate) mod new;
pub(crate) mod paper;
pub(crate) mod record;
pub(crate) mod trace;
