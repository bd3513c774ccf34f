//! Here is nothing to do: your files are in `src/bin`, where `cargo workbook exercise NAME` puts them. This file gives
//! the package something to build before there is one.
