//! mdBook, in process: the same pages as a stock `mdbook build` with this tool as its preprocessor.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, ScopedJoinHandle};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::book::house::{House, sorted_entries};
use crate::book::library::Library;
use crate::model::problem::Problem;
use crate::model::units;
use crate::site::render;
use crate::terminal;

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

/// Fills in the directives of every page, of several at a time.
fn fill_in(library: &Library, source: &str, book: &mut Book) -> Vec<Problem> {
    // What is in SUMMARY.md without a file has no path.
    let pages = book
        .chapters()
        .filter_map(|chapter| Some((chapter.source_path.as_ref()?, &chapter.content)));
    let pages = Mutex::new(pages);
    let next = || pages.lock().expect("nobody panics with the lock").next();
    let fill_some = || {
        let fill = |(file, content): (&PathBuf, &String)| {
            let path = format!("{source}/{}", file.to_string_lossy().replace('\\', "/"));
            (file.clone(), render::page(library, &path, content))
        };
        std::iter::from_fn(next).map(fill).collect::<Vec<_>>()
    };
    let mut filled: BTreeMap<_, _> = thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(fill_some)).collect();
        let filled = threads.into_iter().map(ScopedJoinHandle::join);
        filled
            .flat_map(|some| some.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    drop(pages);
    let mut problems = Vec::new();
    book.for_each_chapter_mut(|chapter| {
        let page = chapter
            .source_path
            .as_ref()
            .and_then(|file| filled.remove(file));
        if let Some((content, found)) = page {
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
    build_with(house, folder, &|_| Ok(()))
}

/// As above, in two thirds of the time: what the search looks in is empty. For who builds again and again, and has
/// [`search_index`] for whoever searches.
///
/// # Errors
/// As above.
pub(crate) fn build_without_index(house: &House, folder: &Path) -> Result<Vec<Problem>> {
    build_with(house, folder, &|config| {
        // A setting is for all paths that begin so.
        let nothing = BTreeMap::from([("", BTreeMap::from([("enable", false)]))]);
        config.set("output.html.search.chapter", nothing)
    })
}

/// What the search of the pages looks in, made by building all of them into `folder`.
///
/// # Errors
/// Where mdBook fails.
pub(crate) fn search_index(house: &House, folder: &Path) -> Result<Vec<u8>> {
    build(house, folder)?;
    let mut files = sorted_entries(folder).into_iter();
    let index = files.find(|file| is_search_index(&file.to_string_lossy()));
    let index = index.context("mdBook wrote no search index")?;
    std::fs::read(&index).with_context(|| format!("failed to read {}", index.display()))
}

/// Whether a file with this path is what the search looks in. mdBook puts a hash of the content into its name.
pub(crate) fn is_search_index(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("searchindex") && name.ends_with(".js")
}

fn build_with(
    house: &House,
    folder: &Path,
    configure: &dyn Fn(&mut Config) -> Result<()>,
) -> Result<Vec<Problem>> {
    let workbook = Workbook::default();
    let problems = workbook.problems.clone();
    let mut book = MDBook::load(house.root()).context("failed to read the book")?;
    anyhow::ensure!(
        book.book.chapters().next().is_some(),
        "SUMMARY.md lists no page"
    );
    book.config.build.build_dir = folder.to_owned();
    configure(&mut book.config)?;
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
    terminal::report(problems);
    anyhow::ensure!(
        broken == 0,
        "{} in the pages",
        units::count(broken, "problem")
    );
    serde_json::to_writer(std::io::stdout().lock(), &book)?;
    Ok(())
}
