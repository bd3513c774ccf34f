//! Drives the tool as its user does: the program itself, on small books in temporary folders. One module a
//! feature, all in one binary, so that it is linked once.

mod book;

mod broken;
mod check;
mod figures;
mod lessons;
mod new;
mod pages;
mod questions;
mod record;
mod root;
mod runs;
mod serve;
mod weight;
