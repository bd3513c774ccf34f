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
    let set = |name: &str| env::var_os(name).expect("cargo sets it");
    let parts = PathBuf::from(set("OUT_DIR")).join("parts");
    let mut cargo = Command::new(set("CARGO"));
    cargo
        .args(["build", "--quiet", "--lib", "--locked"])
        .args(["--package", "paused", "--features", "parts"])
        .arg("--target")
        .arg(set("TARGET"))
        .arg("--target-dir")
        .arg(&parts)
        // `cargo clippy` has set it: the parts are to be compiled.
        .env_remove("RUSTC_WORKSPACE_WRAPPER");
    let status = cargo.status().expect("cargo can be started");
    assert!(status.success(), "cargo failed to build the parts");
    let built = parts.join(set("TARGET")).join("debug");
    println!("cargo::rustc-link-search=crate={}", built.display());
    // The macros are beside, built for the compiler.
    for built in [built, parts.join("debug")] {
        let libraries = built.join("deps");
        println!(
            "cargo::rustc-link-search=dependency={}",
            libraries.display()
        );
    }
}
