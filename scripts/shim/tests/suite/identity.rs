//! The identity follows from all that the shim is made of, and from nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

#[path = "../../build/sources.rs"]
mod sources;

const LOCK: &str = r#"version = 4

[[package]]
name = "direct"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "aa"
dependencies = [
 "deep 2.0.0",
]

[[package]]
name = "deep"
version = "1.0.0"
checksum = "bb"

[[package]]
name = "deep"
version = "2.0.0"
checksum = "cc"

[[package]]
name = "other"
version = "1.0.0"
checksum = "dd"
dependencies = [
 "deep 1.0.0",
]

[[package]]
name = "shim"
version = "0.1.0"
dependencies = [
 "direct",
]
"#;

/// A package of a few files in a folder of its own.
struct Package(PathBuf);

impl Package {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        let package = Self(folder);
        for file in [
            "Cargo.toml",
            "build/main.rs",
            "src/lib.rs",
            "src/system/unix.rs",
        ] {
            package.write(file, &format!("this is {file}"));
        }
        package
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("there is room");
        fs::write(path, text).expect("there is room");
    }

    fn identity(&self, lock: &str) -> String {
        sources::identity(&self.0, "shim", lock).expect("it can be read")
    }
}

#[test]
fn a_changed_byte_in_any_file_changes_it() {
    let package = Package::new("bytes");
    let before = package.identity(LOCK);
    for file in [
        "Cargo.toml",
        "build/main.rs",
        "src/lib.rs",
        "src/system/unix.rs",
    ] {
        package.write(file, &format!("This is {file}"));
        assert_ne!(package.identity(LOCK), before, "{file}");
        package.write(file, &format!("this is {file}"));
        assert_eq!(package.identity(LOCK), before, "{file}");
    }
}

#[test]
fn a_file_that_comes_goes_or_moves_changes_it() -> io::Result<()> {
    let package = Package::new("files");
    let before = package.identity(LOCK);
    package.write("src/more.rs", "");
    let with_more = package.identity(LOCK);
    assert_ne!(with_more, before);
    fs::rename(package.0.join("src/more.rs"), package.0.join("src/less.rs"))?;
    assert_ne!(package.identity(LOCK), with_more);
    fs::remove_file(package.0.join("src/less.rs"))?;
    assert_eq!(package.identity(LOCK), before);
    Ok(())
}

#[test]
fn what_an_editor_leaves_behind_and_what_tests_it_do_not_count() {
    let package = Package::new("leftovers");
    let before = package.identity(LOCK);
    package.write("src/.lib.rs.swp", "");
    package.write("src/lib.rs~", "");
    package.write("tests/suite/main.rs", "");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", package.0.join("src/.#lib.rs")).expect("there is room");
    assert_eq!(package.identity(LOCK), before);
}

#[test]
fn a_version_of_what_it_depends_on_changes_it() {
    let package = Package::new("versions");
    let before = package.identity(LOCK);
    for (from, to) in [
        ("\"1.0.0\"\nsource", "\"1.0.1\"\nsource"),
        ("\"aa\"", "\"ab\""),
        ("\"deep 2.0.0\"", "\"deep 1.0.0\""),
        (
            "\"2.0.0\"\nchecksum = \"cc\"",
            "\"2.0.0\"\nchecksum = \"cd\"",
        ),
    ] {
        let lock = LOCK.replace(from, to);
        assert_ne!(lock, LOCK, "{from}");
        assert_ne!(package.identity(&lock), before, "{to}");
    }
    for (from, to) in [
        ("\"dd\"", "\"de\""),
        ("\"bb\"", "\"bc\""),
        ("\"other\"", "\"another\""),
    ] {
        let lock = LOCK.replace(from, to);
        assert_ne!(lock, LOCK, "{from}");
        assert_eq!(package.identity(&lock), before, "{to}");
    }
}

#[test]
fn the_shim_says_the_identity_of_its_sources() -> io::Result<()> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = fs::read_to_string(package.join("../../Cargo.lock"))?;
    let shim = Command::new(env!("CARGO_BIN_EXE_workbook-shim"))
        .arg("--identity")
        .output()?;
    let said = String::from_utf8_lossy(&shim.stdout);
    assert_eq!(said.trim_end(), workbook_shim::IDENTITY);
    assert_eq!(
        said.trim_end(),
        sources::identity(package, env!("CARGO_PKG_NAME"), &lock)?
    );
    Ok(())
}
