//! Builds this package once more, with its feature `parts` and the flag `tokio_unstable`, in a build of its own: no other
//! program of the book gets a Tokio that was built so.

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// Set in the build of the parts.
const OF_PARTS: &str = "UNSTABLE_PARTS";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/lib.rs");
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    println!("cargo::rustc-check-cfg=cfg(whole)");
    // Not the feature says whether this is the build of the parts: who builds with all features has it here, too, and a
    // Tokio without the flag.
    if env::var_os(OF_PARTS).is_some() {
        return;
    }
    println!("cargo::rustc-cfg=whole");
    let set = |name: &str| env::var_os(name).expect("cargo sets it");
    let parts = PathBuf::from(set("OUT_DIR")).join("parts");
    // Flags are given with this character between them: those of the build that this is part of, and ours.
    let mut flags = set("CARGO_ENCODED_RUSTFLAGS");
    if !flags.is_empty() {
        flags.push("\u{1f}");
    }
    flags.push("--cfg=tokio_unstable");
    let mut cargo = Command::new(set("CARGO"));
    cargo
        .args(["build", "--quiet", "--lib", "--locked"])
        .args(["--package", "unstable", "--features", "parts"])
        .arg("--target")
        .arg(set("TARGET"))
        .arg("--target-dir")
        .arg(&parts)
        .env("CARGO_ENCODED_RUSTFLAGS", flags)
        .env(OF_PARTS, "1")
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
