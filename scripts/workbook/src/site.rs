//! mdBook, in process: the same pages as a stock `mdbook build` with this tool as its preprocessor.

use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::house::House;
use crate::library::Library;
use crate::problem::Problem;
use crate::render;

/// Fills in the directives of a book.
#[derive(Debug, Default)]
pub(crate) struct Workbook {
    /// What was wrong, gathered while mdBook runs the preprocessor.
    problems: Arc<Mutex<Vec<Problem>>>,
}

impl Preprocessor for Workbook {
    fn name(&self) -> &str {
        "workbook"
    }

    fn run(&self, ctx: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let library = Library::read(&House::find(&ctx.root)?);
        let source = ctx.config.book.src.to_string_lossy().replace('\\', "/");
        let mut problems = fill_in(&library, &source, &mut book);
        let snippets: Vec<_> = library.snippets.iter().collect();
        problems.extend(library.find_unrecorded(&snippets));
        problems.extend(library.problems);
        self.problems
            .lock()
            .expect("nobody panics with the lock")
            .extend(problems);
        Ok(book)
    }
}

/// Fills in the directives of every page.
fn fill_in(library: &Library, source: &str, book: &mut Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    book.for_each_mut(|item| {
        if let BookItem::Chapter(chapter) = item
            && let Some(path) = &chapter.source_path
        {
            let path = format!("{source}/{}", path.to_string_lossy().replace('\\', "/"));
            let (content, found) = render::page(library, &path, &chapter.content);
            chapter.content = content;
            problems.extend(found);
        }
    });
    problems
}

/// Builds the site into `folder`, which is emptied first. Returns what is wrong in the pages.
///
/// # Errors
/// Where mdBook fails, and where there is no page. An editor empties a file before it writes it: at that moment
/// SUMMARY.md lists nothing.
pub(crate) fn build(house: &House, folder: &Path) -> Result<Vec<Problem>> {
    let workbook = Workbook::default();
    let problems = workbook.problems.clone();
    let mut book = MDBook::load(house.root()).context("failed to read the book")?;
    anyhow::ensure!(
        book.book.chapters().next().is_some(),
        "SUMMARY.md lists no page"
    );
    book.config.build.build_dir = folder.to_owned();
    book.with_preprocessor(workbook);
    book.build().context("failed to build the pages")?;
    let found = std::mem::take(&mut *problems.lock().expect("nobody panics with the lock"));
    Ok(found)
}

/// Speaks mdBook's preprocessor protocol: a book on standard input, the same with its directives filled in
/// on standard output.
///
/// # Errors
/// Where the input is not what mdBook sends, or a page has a problem that leaves it unreadable.
pub(crate) fn preprocess() -> Result<()> {
    let (ctx, book) = mdbook_preprocessor::parse_input(std::io::stdin().lock())
        .context("failed to read a book from standard input: this command is for mdBook to call")?;
    let workbook = Workbook::default();
    let book = workbook.run(&ctx, book)?;
    let problems = std::mem::take(&mut *workbook.problems.lock().expect("not poisoned"));
    let broken = problems.iter().filter(|problem| !problem.readable).count();
    crate::problem::report(problems);
    anyhow::ensure!(
        broken == 0,
        "{} in the pages",
        crate::problem::count(broken, "problem")
    );
    serde_json::to_writer(std::io::stdout().lock(), &book)?;
    Ok(())
}
