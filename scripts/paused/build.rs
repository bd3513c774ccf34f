//! Builds this package once more, with its feature `parts`, in a build of its own: there Tokio has `test-util`, and no
//! other program of the book gets it.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/lib.rs");
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    if env::var_os("CARGO_FEATURE_PARTS").is_some() {
        return;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let target = out.join("parts");
    let mut cargo = Command::new(env::var_os("CARGO").expect("cargo sets it"));
    cargo
        .args(["build", "--quiet", "--lib", "--locked"])
        .args(["--package", "paused", "--features", "parts"])
        .arg("--target-dir")
        .arg(&target)
        // A shim or a lint of the outer build is not for this one.
        .env_remove("RUSTC_WORKSPACE_WRAPPER");
    let status = cargo.status().expect("cargo can be started");
    assert!(status.success(), "cargo failed to build the parts");
    let debug = target.join("debug");
    println!("cargo::rustc-link-search=crate={}", debug.display());
    println!(
        "cargo::rustc-link-search=dependency={}",
        debug.join("deps").display()
    );
}
