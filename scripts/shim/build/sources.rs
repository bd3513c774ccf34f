//! What a package is made of, and the identity that follows from that and from no dates.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The files and folders of the package that its program is made of.
pub(crate) const PARTS: [&str; 3] = ["Cargo.toml", "build", "src"];

/// The identity of the package `name` in the folder `package`, with its dependencies as the lock file of the text
/// `lock` has them.
///
/// # Errors
/// Where a file cannot be read.
pub(crate) fn identity(package: &Path, name: &str, lock: &str) -> io::Result<String> {
    let mut files = Vec::new();
    for part in PARTS {
        collect(&package.join(part), part, &mut files)?;
    }
    files.sort();
    let mut hash = Hash::new();
    for (name, path) in files {
        hash.add(name.as_bytes());
        hash.add(&fs::read(path)?);
    }
    for dependency in dependencies(name, lock) {
        hash.add(dependency.as_bytes());
    }
    Ok(format!("{:016x}", hash.0))
}

/// The files in and under `path`, with their names within the package, but for what editors and systems leave behind.
fn collect(path: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let file = entry.file_name().to_string_lossy().into_owned();
            if !file.starts_with('.') && !file.ends_with('~') {
                collect(&entry.path(), &format!("{name}/{file}"), files)?;
            }
        }
    } else {
        files.push((name.to_owned(), path.to_owned()));
    }
    Ok(())
}

/// The packages that `name` depends on, directly or not, as `NAME VERSION CHECKSUM`.
fn dependencies(name: &str, lock: &str) -> BTreeSet<String> {
    let packages: Vec<_> = lock.split("[[package]]").map(Package::parse).collect();
    let mut found = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(wanted) = waiting.pop() {
        for package in packages.iter().filter(|package| package.is(wanted)) {
            for dependency in &package.dependencies {
                for package in packages.iter().filter(|package| package.is(dependency)) {
                    if found.insert(format!(
                        "{} {} {}",
                        package.name, package.version, package.checksum
                    )) {
                        waiting.push(dependency);
                    }
                }
            }
        }
    }
    found
}

/// A package in a lock file.
#[derive(Default)]
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    /// Nothing where it is a folder of the workspace.
    checksum: &'a str,
    /// As the lock file names them: with the version where there are several of one name.
    dependencies: Vec<&'a str>,
}

impl<'a> Package<'a> {
    fn parse(text: &'a str) -> Self {
        let mut package = Self::default();
        for line in text.lines() {
            let value = line.split('"').nth(1).unwrap_or_default();
            match line.split(' ').next() {
                Some("name") => package.name = value,
                Some("version") => package.version = value,
                Some("checksum") => package.checksum = value,
                // The entries of a list are indented, and there is but one list.
                Some("") => package.dependencies.push(value),
                _ => {}
            }
        }
        package
    }

    /// Whether `wanted`, which is `NAME` or `NAME VERSION`, means this one.
    fn is(&self, wanted: &str) -> bool {
        let mut words = wanted.split(' ');
        words.next() == Some(self.name)
            && words.next().is_none_or(|version| version == self.version)
    }
}

/// FNV-1a with 64 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>. It has to notice changes, not to resist anybody.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds the bytes, and how many they are: `ab` and `c` are not `a` and `bc`.
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&(bytes.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
