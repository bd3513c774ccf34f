//! `cargo workbook build`: the static site under `target/book`.

use std::sync::Arc;

use anyhow::{Context, Result};

use crate::book::house::{House, swap_in};
use crate::book::library::Library;
use crate::model::units;
use crate::site::filled::Filling;
use crate::site::mdbook;
use crate::terminal::{self, complain, say};

/// Builds the site. Returns whether every page can be read.
///
/// # Errors
/// Where mdBook fails.
pub(crate) fn build(house: &House) -> Result<bool> {
    let folder = house.target().join("book");
    let filling = Arc::new(Filling::new(Arc::new(Library::read(house))));
    // Others may be building it, too, or reading what is there.
    let new = house.home()?.join("book");
    let problems = mdbook::build(&filling, &new)?;
    swap_in(&new, &folder).with_context(|| format!("failed to replace `{}`", folder.display()))?;
    let broken = problems.iter().filter(|problem| !problem.readable).count();
    terminal::report(problems);
    if broken > 0 {
        complain!("{} in the pages", units::count(broken, "problem"));
        return Ok(false);
    }
    say!("built {}", house.relative(&folder.join("index.html")));
    Ok(true)
}
