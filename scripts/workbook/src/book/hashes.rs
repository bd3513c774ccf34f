//! The hashes of sources, by which a change is known.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::book::files;
use crate::book::house::House;

/// Hashes, each taken once: many programs are made of the same sources.
#[derive(Debug, Default)]
pub(crate) struct Hashes(Mutex<BTreeMap<String, Option<String>>>);

impl Hashes {
    /// The hash of a source as it stands on disk; none where it is gone.
    pub(crate) fn of(&self, house: &House, path: &str) -> Option<String> {
        let mut known = self.0.lock().expect("nobody panics with the lock");
        if let Some(known) = known.get(path) {
            return known.clone();
        }
        let hash = source_hash(&house.absolute(path)).ok();
        known.insert(path.to_owned(), hash.clone());
        hash
    }
}

/// The hash of a source, of its text with `\n` at the end of each line.
///
/// # Errors
/// Where the file cannot be read.
pub(crate) fn source_hash(path: &Path) -> Result<String> {
    let bytes =
        files::bytes(path).with_context(|| format!("failed to read `{}`", path.display()))?;
    let mut hasher = Sha256::new();
    let mut hashed = 0;
    for at in memchr::memchr_iter(b'\r', &bytes) {
        if bytes.get(at + 1) == Some(&b'\n') {
            hasher.update(&bytes[hashed..at]);
            hashed = at + 1;
        }
    }
    hasher.update(&bytes[hashed..]);
    Ok(hex(&hasher.finalize()))
}

/// Enough of a text's hash to know a change by.
pub(crate) fn short_hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..8])
}

/// Bytes in digits, two each.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_windows_checkout_has_the_same_hash() {
        let folder = tempfile::tempdir().unwrap();
        let (unix, windows) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&unix, "fn main() {\n}\n").unwrap();
        std::fs::write(&windows, "fn main() {\r\n}\r\n").unwrap();
        assert_eq!(source_hash(&unix).unwrap(), source_hash(&windows).unwrap());
        std::fs::write(&windows, "fn main() {\r\r\n}\r\n").unwrap();
        assert_ne!(source_hash(&unix).unwrap(), source_hash(&windows).unwrap());
        std::fs::write(&windows, "fn main() { }\n").unwrap();
        assert_ne!(source_hash(&unix).unwrap(), source_hash(&windows).unwrap());
    }
}
