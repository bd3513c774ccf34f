//! Where everything stands: the book's root and the folders below it.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::model::normal::Scrubber;

/// The root of a workbook: the folder with `book.toml` and `chapters/`.
#[derive(Debug, Clone)]
pub(crate) struct House {
    root: PathBuf,
}

impl House {
    /// Finds the root from `start` upwards.
    pub(crate) fn find(start: &Path) -> Result<Self> {
        let start = start.canonicalize().unwrap_or_else(|_| start.to_owned());
        for folder in start.ancestors() {
            if folder.join("book.toml").is_file() && folder.join("chapters").is_dir() {
                return Ok(Self {
                    root: plain(folder),
                });
            }
        }
        bail!(
            "failed to find a workbook in `{}` or above it: no folder has both `book.toml` and `chapters/`\n  \
             help: change to the folder that you cloned, or name it with --root",
            start.display()
        )
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn book(&self) -> PathBuf {
        self.root.join("book")
    }

    pub(crate) fn chapters(&self) -> PathBuf {
        self.root.join("chapters")
    }

    /// A folder for what the tool itself makes and may always throw away.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.root.join("target").join("workbook")
    }

    /// Takes the paths of this machine out of what is recorded and told.
    pub(crate) fn scrubber(&self) -> Scrubber {
        Scrubber::new(&self.root, std::env::home_dir().as_deref())
    }

    /// `path` as it is written in messages and recordings: relative to the root, with `/`.
    pub(crate) fn relative(&self, path: &Path) -> String {
        let path = plain(path);
        let inside = path.strip_prefix(&self.root).unwrap_or(&path);
        inside.to_string_lossy().replace('\\', "/")
    }

    /// The file that `relative` names.
    pub(crate) fn absolute(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }
}

/// Windows' canonical paths start with `\\?\`, which other programs do not print.
fn plain(path: &Path) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(text) => PathBuf::from(text),
        None => path.to_owned(),
    }
}

/// The entries of a folder, sorted, so that every machine reports in the same order.
/// A folder that is not there has none.
pub(crate) fn sorted_entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    entries
}

/// Writes `text` to a temporary file beside `path`, then renames it: a reader sees the old file or
/// the new one, never a half.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<()> {
    use anyhow::Context;
    use std::io::Write;
    let folder = path.parent().expect("a file stands in a folder");
    std::fs::create_dir_all(folder)
        .with_context(|| format!("failed to make the folder `{}`", folder.display()))?;
    let mut file = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("failed to make a file in `{}`", folder.display()))?;
    file.write_all(text.as_bytes())
        .with_context(|| format!("failed to write `{}`", path.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let readable = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(readable)?;
    }
    file.persist(path)
        .with_context(|| format!("failed to write `{}`", path.display()))?;
    Ok(())
}
