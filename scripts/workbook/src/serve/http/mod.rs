//! Requests: who may ask, what for, and the pages.

pub(crate) mod asked;
pub(crate) mod class;
pub(crate) mod connections;
pub(crate) mod exercises;
pub(crate) mod gate;
pub(crate) mod joined;
pub(crate) mod page_builder;
pub(crate) mod pages;
pub(crate) mod router;
