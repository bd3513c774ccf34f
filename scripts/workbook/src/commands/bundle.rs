//! `cargo workbook bundle`: one archive with all that a room without a network needs, but Rust itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use flate2::{Compression, GzBuilder};
use tempfile::NamedTempFile;

use crate::book::files;
use crate::book::house::House;
use crate::book::library::Library;
use crate::book::practice::PRACTICE;
use crate::exec::git::GitClone;
use crate::exec::vendor::{merged, vendor};
use crate::model::tar::{END, TarEntry};
use crate::model::units;
use crate::site::filled::Filling;
use crate::site::mdbook;
use crate::terminal::{self, complain, say};

/// The archive, where no other is named, and the folder that it unpacks to.
const KIT: &str = "workbook-kit";
/// In the kit: what to read first, the built pages, and the clone's files, with the crates among them.
const README: &str = "README-FIRST.txt";
const PAGES: &str = "pages";
const WORKBOOK: &str = "workbook";
const VENDOR: &str = "vendor";
const CONFIG: &str = ".cargo/config.toml";
/// Looks at a machine before anything is built.
const DOCTOR: &str = "scripts/doctor.sh";
/// Bytes: what is larger takes too long over a room's network.
const LARGEST: u64 = 150_000_000;

#[derive(Debug)]
pub(crate) struct BundleOptions {
    pub(crate) out: Option<PathBuf>,
    /// What is not committed goes into the kit, too.
    pub(crate) dirty: bool,
}

/// Makes the kit. Returns whether every page of it can be read.
///
/// # Errors
/// Where something is not committed, the archive is there already, or git or cargo refuse.
pub(crate) fn bundle(house: &House, options: &BundleOptions) -> Result<bool> {
    let archive = match &options.out {
        Some(out) => out.clone(),
        None => house.target().join(format!("{KIT}.tar.gz")),
    };
    let shown = match &options.out {
        Some(out) => out.display().to_string(),
        None => house.relative(&archive),
    };
    ensure!(
        archive.symlink_metadata().is_err(),
        "`{shown}` is there already\n  help: remove it, or name another file with --out"
    );
    let clone = clone_of(house, options.dirty)?;
    let folder = house.home()?.join(KIT);
    let mut kit = Kit::new(&folder, clone.committed);
    let workbook = kit.copy(house, clone.files)?;

    say!("building the pages");
    let filling = Arc::new(Filling::new(Arc::new(Library::read(&workbook))));
    let problems = mdbook::build(&filling, &folder.join(PAGES))?;
    let broken = problems.iter().filter(|problem| !problem.readable).count();
    terminal::report(problems);
    if broken > 0 {
        complain!("{} in the pages", units::count(broken, "problem"));
        return Ok(false);
    }
    kit.add_all(PAGES);

    say!("gathering the crates, for every system");
    kit.vendor(house, &workbook)?;

    let readme = readme(&workbook, &clone.commit, options.dirty);
    kit.write(README, &readme)?;

    say!("packing {}", units::count(kit.files.len(), "file"));
    let size = kit.pack(house.home()?, &archive, &shown)?;
    say!("made {shown}: {}", units::bytes(size as f64));
    if size > LARGEST {
        complain!(
            "it is larger than {}: see which crates take the most, and whether the book needs them",
            units::bytes(LARGEST as f64)
        );
    }
    Ok(true)
}

/// The clone, of which everything is committed, or is to go into the kit all the same.
fn clone_of(house: &House, dirty: bool) -> Result<GitClone> {
    let clone = GitClone::read(house.root());
    let mut clone =
        clone.context("failed to find out what belongs to the book: a kit is made in a clone")?;
    if clone.uncommitted.is_empty() {
        return Ok(clone);
    }
    let first = clone.uncommitted.iter().take(10);
    let mut listed: Vec<_> = first.map(|path| format!("    {path}")).collect();
    if let Some(more) = clone.uncommitted.len().checked_sub(11) {
        listed.push(format!("    and {} more", more + 1));
    }
    let listed = listed.join("\n");
    if !dirty {
        bail!(
            "this is not committed, and everyone with the kit should have the same book:\n{listed}\n  \
             help: commit it, or put it into the kit as it is with --dirty"
        );
    }
    complain!("this is not committed, and goes into the kit as it is:\n{listed}");
    clone.take_uncommitted(house.root());
    Ok(clone)
}

/// The kit in the making: what goes into it, and where that is until then.
#[derive(Debug)]
struct Kit<'a> {
    folder: &'a Path,
    /// When the book was committed: so old is every file.
    modified: u64,
    /// By path in the folder, each with whether it is a program.
    files: BTreeMap<String, bool>,
}

impl<'a> Kit<'a> {
    fn new(folder: &'a Path, modified: u64) -> Self {
        Self {
            folder,
            modified,
            files: BTreeMap::new(),
        }
    }

    /// Adds a file with this text.
    fn write(&mut self, path: &str, text: &str) -> Result<()> {
        write_file(&self.folder.join(path), text.as_bytes())?;
        self.files.entry(path.to_owned()).or_insert(false);
        Ok(())
    }

    /// Adds everything in a folder of the kit.
    fn add_all(&mut self, inner: &str) {
        let files = mdbook::files_in(&self.folder.join(inner)).into_iter();
        let files = files.map(|file| (format!("{inner}/{file}"), false));
        self.files.extend(files);
    }

    /// Adds these files of the clone. Returns the copy, in which there is nothing else: no build, no key, and nothing
    /// that a reader has written.
    fn copy(&mut self, house: &House, files: BTreeMap<String, bool>) -> Result<House> {
        for (file, is_program) in files {
            let path = format!("{WORKBOOK}/{file}");
            let bytes = std::fs::read(house.absolute(&file))
                .with_context(|| format!("failed to read `{file}`, which git tracks"))?;
            write_file(&self.folder.join(&path), &bytes)?;
            self.files.insert(path, is_program);
        }
        House::find(&self.folder.join(WORKBOOK))
    }

    /// Adds all crates, and has cargo take them from there. It is asked about the clone, which has the same manifests:
    /// about the copy in it cargo would say that `practice/` belongs to the clone.
    fn vendor(&mut self, house: &House, workbook: &House) -> Result<()> {
        let root = workbook.root();
        let practice = format!("{PRACTICE}/Cargo.toml");
        let mut manifests = vec!["Cargo.toml"];
        if root.join(&practice).is_file() {
            manifests.push(&practice);
        }
        let Some(source) = vendor(house.root(), &manifests, &root.join(VENDOR), VENDOR)? else {
            return Ok(());
        };
        self.add_all(&format!("{WORKBOOK}/{VENDOR}"));
        let place = root.join(CONFIG);
        let own = match place.is_file() {
            true => files::text(&place)
                .map_err(|error| anyhow::anyhow!("{}", error.problem(CONFIG, "a file")))?,
            false => String::new(),
        };
        let config =
            merged(&own, &source).with_context(|| format!("failed to change `{CONFIG}`"))?;
        self.write(&format!("{WORKBOOK}/{CONFIG}"), &config)
    }

    /// Packs it, first into the folder `home`. Returns how many bytes the archive has.
    fn pack(&self, home: &Path, archive: &Path, shown: &str) -> Result<u64> {
        let failed = || format!("failed to write `{shown}`");
        let mut packed = NamedTempFile::new_in(home).with_context(failed)?;
        self.write_into(packed.as_file_mut())?;
        let folder = archive.parent().filter(|it| *it != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).with_context(failed)?;
        let size = packed.as_file().metadata().with_context(failed)?.len();
        let packed = match packed.persist_noclobber(archive) {
            // It may be on another disk.
            Err(error) if error.error.kind() == io::ErrorKind::CrossesDevices => {
                let mut beside = NamedTempFile::new_in(folder).with_context(failed)?;
                let mut packed = File::open(error.file.path()).with_context(failed)?;
                io::copy(&mut packed, beside.as_file_mut()).with_context(failed)?;
                beside.persist_noclobber(archive)
            }
            packed => packed,
        };
        let packed = packed.map_err(|error| error.error).with_context(failed)?;
        let _ = readable_by_all(&packed);
        Ok(size)
    }

    fn write_into(&self, file: &mut File) -> Result<()> {
        // Without a name and a date, it is the same whenever it is made.
        let gzip = GzBuilder::new().write(BufWriter::new(file), Compression::default());
        let mut archive = gzip;
        for (path, is_program) in &self.files {
            let bytes = std::fs::read(self.folder.join(path))
                .with_context(|| format!("failed to read `{path}` for the archive"))?;
            let entry = TarEntry {
                path: &format!("{KIT}/{path}"),
                is_program: *is_program,
                modified: self.modified,
                bytes: &bytes,
            };
            let mut write = || -> io::Result<()> {
                archive.write_all(&entry.header())?;
                archive.write_all(&bytes)?;
                archive.write_all(&END[..entry.padding()])
            };
            write().context("failed to write the archive")?;
        }
        let finish = || -> io::Result<()> {
            archive.write_all(&END)?;
            archive.finish()?.flush()
        };
        finish().context("failed to write the archive")
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file stands in a folder")?;
    let write = || -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(path, bytes)
    };
    write().with_context(|| format!("failed to write `{}`", path.display()))
}

/// What is made for others is not for its maker alone, as a temporary file is.
#[cfg(unix)]
fn readable_by_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_: &File) -> io::Result<()> {
    Ok(())
}

/// What somebody reads who has unpacked the kit, in lines that fit into any window.
fn readme(workbook: &House, commit: &str, dirty: bool) -> String {
    let title = title(workbook).unwrap_or_else(|| "The workbook".to_owned());
    let line = "=".repeat(title.chars().count());
    let rust = wanted_rust(workbook).unwrap_or_default();
    let doctor = match workbook.absolute(DOCTOR).is_file() {
        true => format!("sh {DOCTOR}"),
        false => "cargo workbook doctor".to_owned(),
    };
    let commit = commit.get(..12).unwrap_or(commit);
    let dirty = if dirty {
        ", and what was not committed then"
    } else {
        ""
    };
    format!(
        "{title}
{line}

This folder has all that the book needs, but Rust itself. From here on nothing
needs a network.

1. Read it. Open {PAGES}/index.html in a browser.

2. See whether this machine can run the programs. It needs Rust {rust} or later,
   from https://rustup.rs, with the linker that Rust's installer asks for. In a
   terminal, in the folder {WORKBOOK}:

       {doctor}

3. Run it. In the same folder:

       cargo workbook serve

   That takes about a minute the first time. Then open the address that it
   prints: the programs on these pages have buttons.

{WORKBOOK}/README.md says what else there is to do.

Made of {commit}{dirty}.
"
    )
}

fn title(house: &House) -> Option<String> {
    let text = files::text(&house.absolute("book.toml")).ok()?;
    let table: toml::Table = text.parse().ok()?;
    Some(table.get("book")?.get("title")?.as_str()?.to_owned())
}

/// The version of Rust that the book needs, as its manifest says.
fn wanted_rust(house: &House) -> Option<String> {
    let text = files::text(&house.absolute("Cargo.toml")).ok()?;
    let table: toml::Table = text.parse().ok()?;
    let package = table.get("workspace")?.get("package")?;
    Some(package.get("rust-version")?.as_str()?.to_owned())
}
