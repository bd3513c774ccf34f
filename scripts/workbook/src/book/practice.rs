//! The reader's side of the exercises: `practice/`, with a file for each that was begun. Nothing of the reader's is ever
//! overwritten but on request, and what has passed is kept.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::book::exercise::Exercise;
use crate::book::files;
use crate::book::house::House;

/// The folder, relative to the root.
pub(crate) const PRACTICE: &str = "practice";

/// The file that a reader writes for an exercise, relative to the root.
pub(crate) fn practice_file(exercise: &Exercise) -> String {
    format!("{PRACTICE}/src/bin/{}.rs", exercise.name)
}

/// Where the last version that has passed is kept, relative to the root.
pub(crate) fn passed_file(exercise: &Exercise) -> String {
    format!("{PRACTICE}/passed/{}.rs", exercise.name)
}

/// Where what stands there before a reset is to be kept, relative to the root: what was kept before stays.
fn set_aside_file(house: &House, exercise: &Exercise) -> String {
    let name = &exercise.name;
    let numbered = (2..).map(|n| format!("{PRACTICE}/set-aside/{name}.{n}.rs"));
    let mut places = [format!("{PRACTICE}/set-aside/{name}.rs")]
        .into_iter()
        .chain(numbered);
    let is_free = |place: &String| house.absolute(place).symlink_metadata().is_err();
    places.find(is_free).expect("no folder has every name")
}

/// Makes the reader's file from the starter if there is none. Returns whether it did.
///
/// # Errors
/// Where the starter cannot be read, or the file not be written.
pub(crate) fn begin(house: &House, exercise: &Exercise) -> Result<bool> {
    let path = house.absolute(&practice_file(exercise));
    // Also one that is broken, or a link to nowhere, is the reader's.
    if path.symlink_metadata().is_ok() {
        return Ok(false);
    }
    let starter = starter(house, exercise)?;
    house.write_whole(&path, &starter).map_err(|error| {
        anyhow::anyhow!(
            "{error:#}\n  help: what you write stands in the clone, in `{PRACTICE}/`: copy the clone to a folder that is \
             yours, or mount it writable"
        )
    })?;
    Ok(true)
}

/// The text of the starter.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn starter(house: &House, exercise: &Exercise) -> Result<String> {
    read(house, &exercise.file("starter.rs"))
}

/// Puts the starter back, and keeps what stood there. Returns where.
///
/// # Errors
/// Where a file cannot be read or written: then nothing was changed.
pub(crate) fn reset(house: &House, exercise: &Exercise) -> Result<Option<String>> {
    let starter = starter(house, exercise)?;
    let file = practice_file(exercise);
    let path = house.absolute(&file);
    let kept = match path.symlink_metadata().is_ok() {
        true => {
            // Whatever it is, also where it is no text.
            let bytes = files::bytes(&path).map_err(|error| {
                let problem = error.problem(&file, "your file");
                anyhow::anyhow!("{}", problem.helped("move it elsewhere, and reset again"))
            })?;
            if bytes == starter.as_bytes() {
                return Ok(None);
            }
            let aside = set_aside_file(house, exercise);
            let place = house.absolute(&aside);
            make_folder(&place)?;
            std::fs::write(&place, bytes)
                .with_context(|| format!("failed to keep your version in `{aside}`"))?;
            Some(aside)
        }
        false => None,
    };
    house.write_whole(&path, &starter)?;
    Ok(kept)
}

/// Keeps a version that has passed.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn keep_passed(house: &House, exercise: &Exercise, text: &str) -> Result<()> {
    let path = house.absolute(&passed_file(exercise));
    house.write_whole(&path, text)
}

/// What the reader has written.
///
/// # Errors
/// Where it cannot be read, or is no text: with the place, and what can be done.
pub(crate) fn written(house: &House, exercise: &Exercise) -> Result<String> {
    read(house, &practice_file(exercise))
}

fn read(house: &House, path: &str) -> Result<String> {
    let text = files::text(&house.absolute(path));
    text.map_err(|error| anyhow::anyhow!("{}", error.problem(path, "the exercise's file")))
}

fn make_folder(path: &std::path::Path) -> Result<()> {
    let folder = path.parent().context("a file stands in a folder")?;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("failed to make the folder `{}`", folder.display()))
}

/// The package's own files, which the clone has: without them no exercise can be tried.
///
/// # Errors
/// Names the one that is missing.
pub(crate) fn package(house: &House) -> Result<PathBuf> {
    let folder = house.absolute(PRACTICE);
    for name in ["Cargo.toml", "Cargo.lock"] {
        ensure!(
            folder.join(name).is_file(),
            "`{PRACTICE}/{name}` is not there\n  help: bring it back: `git checkout {PRACTICE}/{name}`, or unpack the kit again"
        );
    }
    Ok(folder)
}
