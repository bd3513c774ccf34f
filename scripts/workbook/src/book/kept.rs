//! What a file says, with the text that says it: where that is the same at the next reading, nothing is parsed again.

use std::ops::Deref;
use std::sync::Arc;

/// What a file says, and the file's text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept<T> {
    text: String,
    value: Arc<T>,
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Kept<T> {
    /// What is to be said of a file that cannot be read.
    pub(crate) fn of(value: T) -> Self {
        Self {
            text: String::new(),
            value: Arc::new(value),
        }
    }

    /// # Errors
    /// Those of `parse`.
    pub(crate) fn read<E>(
        text: String,
        before: Option<&Self>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Self, E> {
        let value = match before {
            Some(before) if before.text == text => before.value.clone(),
            _ => Arc::new(parse(&text)?),
        };
        Ok(Self { text, value })
    }
}
