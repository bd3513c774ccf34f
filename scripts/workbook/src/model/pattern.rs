//! A regular expression as an author writes it, between slashes.

use std::fmt;
use std::ops::Deref;

use regex::Regex;

/// A regex that can be compared: two are the same if they are written alike.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(Regex);

impl Pattern {
    /// Reads `/regex/`.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let inner = text
            .strip_prefix('/')
            .and_then(|text| text.strip_suffix('/'))
            .ok_or_else(|| format!("a regex stands between slashes: /{text}/"))?;
        let regex =
            Regex::new(inner).map_err(|error| format!("`{inner}` is not a regex: {error}"))?;
        Ok(Self(regex))
    }
}

impl Deref for Pattern {
    type Target = Regex;
    fn deref(&self) -> &Regex {
        &self.0
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.0)
    }
}
