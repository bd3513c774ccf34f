//! What the build scripts of `paused` and `unstable` share: a package is built once more, with its feature `parts`, in a
//! build of its own. The crates that it gives on have features and flags there that no other program of the book gets.

use std::env;
use std::env::consts::DLL_EXTENSION;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn set(name: &str) -> OsString {
    env::var_os(name).unwrap_or_else(|| panic!("cargo sets {name}"))
}

/// Says what a build of the parts is made from.
pub(crate) fn rerun_if_changed() {
    for file in ["build.rs", "src/lib.rs", "../parts.rs", "../../Cargo.lock"] {
        println!("cargo::rerun-if-changed={file}");
    }
}

/// Builds the parts of `package`, with what `configure` adds to the command, and says where they are.
pub(crate) fn build(package: &str, configure: impl FnOnce(&mut Command)) {
    let parts = PathBuf::from(set("OUT_DIR")).join("parts");
    let mut cargo = Command::new(set("CARGO"));
    cargo
        .args(["build", "--quiet", "--lib", "--locked"])
        .args(["--package", package, "--features", "parts"])
        .arg("--target")
        .arg(set("TARGET"))
        .arg("--target-dir")
        .arg(&parts)
        // `cargo clippy` has set it: the parts are to be compiled.
        .env_remove("RUSTC_WORKSPACE_WRAPPER");
    configure(&mut cargo);
    let status = cargo.status().expect("cargo can be started");
    assert!(status.success(), "cargo failed to build the parts");
    let built = parts.join(set("TARGET")).join("debug");
    println!("cargo::rustc-link-search=crate={}", built.display());
    // The macros are beside, built for the compiler.
    for (built, extension) in [(built, "rlib"), (parts.join("debug"), DLL_EXTENSION)] {
        let libraries = built.join("deps");
        println!(
            "cargo::rustc-link-search=dependency={}",
            libraries.display()
        );
        make_room(&built, extension);
    }
}

/// Removes what cargo made on the way to the files with this extension. That is more than half of it all, and of use
/// only to a build that begins with the same Cargo.lock: then this one is not made again.
fn make_room(built: &Path, extension: &str) {
    for folder in [".fingerprint", "build"] {
        // What stays only takes room.
        let _ = fs::remove_dir_all(built.join(folder));
    }
    for file in fs::read_dir(built.join("deps")).into_iter().flatten() {
        let path = file.expect("the folder can be read").path();
        if path.extension().is_none_or(|it| it != extension) {
            let _ = fs::remove_file(path);
        }
    }
}
