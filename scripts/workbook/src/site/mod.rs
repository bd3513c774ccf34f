//! The pages: what stands in their Markdown, and what becomes of it.

pub(crate) mod agenda;
pub(crate) mod closer;
pub(crate) mod concerned;
pub(crate) mod contents;
pub(crate) mod directive;
pub(crate) mod exercise;
pub(crate) mod filled;
pub(crate) mod headings;
pub(crate) mod html;
pub(crate) mod links;
pub(crate) mod listing;
pub(crate) mod mdbook;
pub(crate) mod minutes;
pub(crate) mod notes;
pub(crate) mod numbers;
pub(crate) mod outline;
pub(crate) mod page;
pub(crate) mod paper;
pub(crate) mod picture;
pub(crate) mod question;
pub(crate) mod render;
pub(crate) mod timetable;
pub(crate) mod trace;
pub(crate) mod withheld;
