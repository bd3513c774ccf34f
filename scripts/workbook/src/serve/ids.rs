//! Names that nobody can guess: of a run, and the key to begin one.

use anyhow::{Context, Result};

use crate::book::hashes::hex;

/// Characters of such a name.
pub(crate) const ID_LENGTH: usize = 32;

/// 128 random bits in hexadecimal.
///
/// # Errors
/// Where the system gives none.
pub(crate) fn random_id() -> Result<String> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).context("failed to get random bits from the system")?;
    Ok(hex(&bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_ids_are_alike() {
        let (a, b) = (random_id().unwrap(), random_id().unwrap());
        assert_eq!(a.len(), ID_LENGTH);
        assert_ne!(a, b);
    }
}
