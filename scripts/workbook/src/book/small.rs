//! For tests: a folder with a small book, or with anything else.

use std::path::PathBuf;

use crate::book::house::House;

/// It goes with the test.
#[derive(Debug)]
pub(crate) struct SmallBook(tempfile::TempDir);

impl SmallBook {
    /// A book without a chapter or a page.
    pub(crate) fn new() -> Self {
        let book = Self(tempfile::tempdir().unwrap());
        book.write("book.toml", "");
        std::fs::create_dir(book.path("chapters")).unwrap();
        book
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn house(&self) -> House {
        House::find(self.0.path()).unwrap()
    }
}
