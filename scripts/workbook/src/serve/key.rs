//! The key: what a page must have to run something. It stands in a file that only the owner of the clone reads, and in
//! the address that the terminal shows, behind the `#`, which no browser sends. No page has it: another user of this
//! machine can ask for pages, too.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::book::house::House;
use crate::serve::ids::{ID_LENGTH, random_id};

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyOf {
    /// Who sits at this machine.
    Reader,
    /// Who was given the address of a server that other machines reach.
    Others,
    /// The teacher of a class.
    Teacher,
}

/// The key of all servers of this clone, also of those that are started later: a browser keeps it. For a server that
/// other machines reach it is another, as who is given that one is not meant to have yours; and so it is for the teacher
/// of a class. It is made where there is none, and where others could have read it.
///
/// # Errors
/// Where there is none and it cannot be written.
pub(crate) fn read_or_make(house: &House, of: KeyOf) -> Result<String> {
    let name = match of {
        KeyOf::Reader => "key",
        KeyOf::Others => "key-for-others",
        KeyOf::Teacher => "key-for-teacher",
    };
    let path = house.scratch().join(name);
    if let Some(key) = kept(&path) {
        return Ok(key);
    }
    let key = random_id()?;
    write_private(&path, &key).with_context(|| format!("failed to write `{}`", path.display()))?;
    // Another server of this clone may have been quicker.
    kept(&path).with_context(|| {
        format!(
            "failed to read the key in `{}`\n  help: remove this file",
            path.display()
        )
    })
}

/// A page that leads to `url`, in a file that only its owner reads, and its path. What a program is given as an
/// argument, every user of a machine can read.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn write_way(house: &House, url: &str) -> Result<PathBuf> {
    let path = house.home()?.join("open.html");
    let page = format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"refresh\" content=\"0; url={url}\">\n\
         <title>The book</title>\n<p><a href=\"{url}\">The book</a>\n"
    );
    write_private(&path, &page).with_context(|| format!("failed to write `{}`", path.display()))?;
    Ok(path)
}

/// The key in a file that nobody else can have read or written.
fn kept(path: &Path) -> Option<String> {
    let is_ours = path.symlink_metadata().is_ok_and(|it| is_private(&it));
    let text = is_ours.then(|| std::fs::read_to_string(path).ok())??;
    let key = text.trim_end();
    let is_key = key.len() == ID_LENGTH && key.bytes().all(|it| it.is_ascii_hexdigit());
    is_key.then(|| key.to_owned())
}

#[cfg(unix)]
fn is_private(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let own = rustix::process::geteuid().as_raw();
    metadata.is_file() && metadata.uid() == own && metadata.mode() & 0o077 == 0
}

/// Elsewhere the folder says who reads it.
#[cfg(not(unix))]
fn is_private(metadata: &std::fs::Metadata) -> bool {
    metadata.is_file()
}

/// Writes a file for its owner alone. One that is there and fit stays as it is.
fn write_private(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().context("a file stands in a folder")?;
    std::fs::create_dir_all(folder)?;
    if kept(path).is_none() {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    // It is made for its owner alone, and never has other rights.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{text}")?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        written => written.map(|_| ()).map_err(|error| error.error.into()),
    }
}
