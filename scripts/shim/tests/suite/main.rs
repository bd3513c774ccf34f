//! Drives the shim as the tool does: the program itself, a job on its standard input, events on its standard output.

mod driver;
mod identity;
mod programs;
mod runs;
