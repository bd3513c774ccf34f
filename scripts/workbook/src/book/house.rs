//! Where everything stands: the book's root and the folders below it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, bail};

use crate::book::home::{self, Home};
use crate::book::vendored;
use crate::model::normal::Scrubber;
use crate::model::problem::Problem;

/// The root of a workbook: the folder with `book.toml` and `chapters/`.
#[derive(Debug, Clone)]
pub(crate) struct House {
    root: PathBuf,
    target: Arc<OnceLock<PathBuf>>,
    home: Arc<OnceLock<Home>>,
    scrubber: Arc<OnceLock<Scrubber>>,
}

impl House {
    /// Finds the root from `start` upwards.
    pub(crate) fn find(start: &Path) -> Result<Self> {
        let start = start.canonicalize().unwrap_or_else(|_| start.to_owned());
        for folder in start.ancestors() {
            if folder.join("book.toml").is_file() && folder.join("chapters").is_dir() {
                anyhow::ensure!(
                    folder.to_str().is_some(),
                    "the clone's folder `{}` has a name that is not UTF-8: programs could not be told where they are\n  \
                     help: rename the folder, or move the clone to another",
                    folder.display()
                );
                return Ok(Self {
                    root: plain(folder),
                    target: Arc::default(),
                    home: Arc::default(),
                    scrubber: Arc::default(),
                });
            }
        }
        bail!(
            "failed to find a workbook in `{}` or above it: no folder has both `book.toml` and `chapters/`\n  \
             help: change to the folder that you cloned, or name it with --root; of all commands only `trace` needs none",
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

    /// The folder for all that is made and is no part of the book: `target`. Where nothing can be written there, and
    /// cargo is told of another by `CARGO_TARGET_DIR`, it is a folder in that, for this clone alone.
    pub(crate) fn target(&self) -> &Path {
        self.target.get_or_init(|| {
            let own = self.root.join("target");
            let set = CARGO_TARGETS.iter().find_map(std::env::var_os);
            match set.filter(|set| !set.is_empty()) {
                Some(set) if try_to_write(&own.join(SCRATCH)).is_err() => {
                    let set = std::path::absolute(&set).unwrap_or_else(|_| set.into());
                    set.join(format!("of-clone-{:016x}", number_of(&self.root)))
                }
                _ => own,
            }
        })
    }

    /// A folder for what the tool keeps from one time to the next, and may always throw away.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target().join(SCRATCH)
    }

    /// A folder for what this process makes, and for no other. It goes when the process ends.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(crate) fn home(&self) -> Result<&Path> {
        if self.home.get().is_none() {
            let home = Home::make(&self.scratch())?;
            let _ = self.home.set(home);
        }
        let home = self.home.get().context("it was made just now")?;
        Ok(home.folder())
    }

    /// Has the turn at changing `what`, as long as the value is held.
    ///
    /// # Errors
    /// Where nothing can be written for it.
    pub(crate) fn turn(&self, what: &str) -> Result<std::fs::File> {
        let lock = self.scratch().join(format!("turn-at-{what}"));
        home::turn(&lock).with_context(|| format!("failed to make `{}`", lock.display()))
    }

    /// Removes what this process has made in its home, also where somebody is at work there.
    pub(crate) fn leave(&self) {
        if let Some(home) = self.home.get() {
            home.remove();
        }
    }

    /// Writes `text` to a temporary file, then renames it to `path`: a reader sees the old file or the new one, never a
    /// half, and who is killed meanwhile leaves nothing beside it.
    ///
    /// # Errors
    /// Where the folder or the file cannot be written.
    pub(crate) fn write_whole(&self, path: &Path, text: &str) -> Result<()> {
        let folder = path.parent().expect("a file stands in a folder");
        std::fs::create_dir_all(folder)
            .with_context(|| format!("failed to make the folder `{}`", folder.display()))?;
        match write_by_way_of(self.home()?, path, text) {
            // `target` may be on another disk.
            Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
                write_by_way_of(folder, path, text)
            }
            written => written,
        }
        .with_context(|| format!("failed to write `{}`", path.display()))
    }

    /// Whether the tool can put there what it makes.
    ///
    /// # Errors
    /// Says what is in the way, and what to do about it.
    pub(crate) fn is_writable(&self) -> Result<(), Problem> {
        let folder = self.scratch();
        try_to_write(&folder).map_err(|error| {
            let what = format!("nothing can be written to `{}`: {error}", folder.display());
            let help = "the tool keeps there what it makes: copy the clone to a folder that is yours, mount it \
                        writable, or set CARGO_TARGET_DIR to a folder that is";
            Problem::nowhere(what, help)
        })
    }

    /// Takes the paths of this machine out of what is recorded and told.
    pub(crate) fn scrubber(&self) -> Scrubber {
        let scrubber = self.scrubber.get_or_init(|| {
            let mut packages = vendored::packages(&self.root);
            packages.push((self.target().to_owned(), "target".to_owned()));
            Scrubber::new(&self.root, std::env::home_dir().as_deref(), &packages)
        });
        scrubber.clone()
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

/// Who builds elsewhere than in `target` says so by one of these.
const CARGO_TARGETS: [&str; 2] = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"];
/// In the target folder, what is the tool's own.
const SCRATCH: &str = "workbook";

fn try_to_write(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    tempfile::tempfile_in(folder).map(drop)
}

/// A number for a clone, by where it stands. It may be another under another version of Rust: what is kept under it can
/// always be thrown away.
fn number_of(root: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    hasher.finish()
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

/// Writes `text` to a temporary file in `folder`, and that to `path`.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn write_by_way_of(folder: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let readable = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(readable)?;
    }
    file.persist(path)?;
    Ok(())
}

/// Puts the folder `new` in the place of another, which goes to where `new` was, if there is one: whoever reads there
/// finds the one or the other.
///
/// # Errors
/// Where the system does not do it.
pub(crate) fn swap_in(new: &Path, place: &Path) -> std::io::Result<()> {
    // Others may be doing the same.
    let mut tries = 0..20;
    loop {
        match exchange(new, place) {
            Err(error) if tries.next().is_none() => return Err(error),
            Err(_) => {}
            done => return done,
        }
    }
}

fn exchange(new: &Path, place: &Path) -> std::io::Result<()> {
    if !place.exists() {
        return std::fs::rename(new, place);
    }
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
        let exchanged = renameat2(AT_FDCWD, new, AT_FDCWD, place, RenameFlags::RENAME_EXCHANGE);
        // Not every file system can.
        if exchanged.is_ok() {
            return Ok(());
        }
    }
    let aside = new.with_extension("before");
    std::fs::rename(place, &aside)?;
    std::fs::rename(new, place)?;
    std::fs::rename(aside, new)
}
