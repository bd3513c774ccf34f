//! Builds this package once more, with its feature `parts` and the flag `tokio_unstable`, in a build of its own: no other
//! program of the book gets a Tokio that was built so.

#[path = "../parts.rs"]
mod parts;

/// Set in the build of the parts.
const OF_PARTS: &str = "UNSTABLE_PARTS";

fn main() {
    parts::rerun_if_changed();
    println!("cargo::rustc-check-cfg=cfg(whole)");
    // Not the feature says whether this is the build of the parts: who builds with all features has it here, too, and a
    // Tokio without the flag.
    if std::env::var_os(OF_PARTS).is_some() {
        return;
    }
    println!("cargo::rustc-cfg=whole");
    // Flags are given with this character between them: those of the build that this is part of, and ours.
    let mut flags = parts::set("CARGO_ENCODED_RUSTFLAGS");
    if !flags.is_empty() {
        flags.push("\u{1f}");
    }
    flags.push("--cfg=tokio_unstable");
    parts::build("unstable", |cargo| {
        cargo
            .env("CARGO_ENCODED_RUSTFLAGS", flags)
            .env(OF_PARTS, "1");
    });
}
