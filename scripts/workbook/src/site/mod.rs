//! The pages: what stands in their Markdown, and what becomes of it.

pub(crate) mod closer;
pub(crate) mod concerned;
pub(crate) mod contents;
pub(crate) mod directive;
pub(crate) mod exercise;
pub(crate) mod filled;
pub(crate) mod html;
pub(crate) mod links;
pub(crate) mod listing;
pub(crate) mod mdbook;
pub(crate) mod numbers;
pub(crate) mod page;
pub(crate) mod picture;
pub(crate) mod question;
pub(crate) mod render;
pub(crate) mod trace;
