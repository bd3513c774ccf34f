//! Gives the shim's library the identity of what it is built from.

mod sources;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let lock = package
        .ancestors()
        .map(|folder| folder.join("Cargo.lock"))
        .find(|path| path.is_file())
        .ok_or("there is no Cargo.lock")?;
    let name = env::var("CARGO_PKG_NAME")?;
    let identity = sources::identity(&package, &name, &fs::read_to_string(&lock)?)?;
    println!("cargo::rustc-env=WORKBOOK_SHIM_IDENTITY={identity}");
    for part in sources::PARTS {
        println!("cargo::rerun-if-changed={part}");
    }
    println!("cargo::rerun-if-changed={}", lock.display());
    // Cargo goes by dates, and does not notice an older file in the place of a newer one. Who knows that it is
    // mistaken sets this.
    println!("cargo::rerun-if-env-changed=WORKBOOK_SHIM_ANEW");
    Ok(())
}
