//! mdBook, in process: the same pages as a stock `mdbook build` with this tool as its preprocessor.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::book::{Book, Chapter};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::book::house::{House, sorted_entries};
use crate::book::library::Library;
use crate::model::problem::Problem;
use crate::model::units;
use crate::site::filled::Filling;
use crate::terminal;

/// Fills in the directives of a book.
#[derive(Debug)]
struct Workbook {
    filling: Arc<Filling>,
    /// What was wrong, gathered while mdBook runs the preprocessor.
    problems: Arc<Mutex<Vec<Problem>>>,
}

impl Workbook {
    fn new(filling: Arc<Filling>) -> Self {
        Self {
            filling,
            problems: Arc::default(),
        }
    }
}

impl Preprocessor for Workbook {
    fn name(&self) -> &str {
        "workbook"
    }

    fn run(&self, ctx: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let library = &self.filling.library;
        let source = ctx.config.book.src.to_string_lossy().replace('\\', "/");
        let mut problems = fill_in(&self.filling, &source, &mut book);
        let snippets: Vec<_> = library.snippets.iter().collect();
        problems.extend(library.find_unrecorded(&snippets));
        problems.extend(library.problems.clone());
        self.problems
            .lock()
            .expect("nobody panics with the lock")
            .extend(problems);
        Ok(book)
    }
}

/// Fills in the directives of every page, of several at a time.
fn fill_in(filling: &Filling, source: &str, book: &mut Book) -> Vec<Problem> {
    let pages = book.chapters().filter_map(|chapter| {
        let path = path_of(source, chapter)?;
        Some((path, chapter.content.clone()))
    });
    let pages = filling.fill(pages.collect());
    book.for_each_chapter_mut(|chapter| {
        if let Some(filled) = path_of(source, chapter).and_then(|path| pages.get(&path)) {
            chapter.content.clone_from(&filled.markdown);
        }
    });
    let problems = pages.into_values().map(|filled| filled.problems.clone());
    problems.flatten().collect()
}

/// A page's path relative to the root; none for what is in SUMMARY.md without a file.
fn path_of(source: &str, chapter: &Chapter) -> Option<String> {
    let file = chapter.source_path.as_ref()?.to_string_lossy();
    Some(format!("{source}/{}", file.replace('\\', "/")))
}

/// Builds the site into `folder`, which is emptied first. Returns what is wrong in the pages.
///
/// # Errors
/// Where mdBook fails, and where there is no page. An editor empties a file before it writes it: at that moment
/// SUMMARY.md lists nothing.
pub(crate) fn build(filling: &Arc<Filling>, folder: &Path) -> Result<Vec<Problem>> {
    build_with(filling, folder, &|_| Ok(()))
}

/// As above, in a third of the time: what the search looks in is empty. For who needs the pages alone, or has
/// [`search_index`] for whoever searches.
///
/// # Errors
/// As above.
pub(crate) fn build_without_index(filling: &Arc<Filling>, folder: &Path) -> Result<Vec<Problem>> {
    build_with(filling, folder, &without_index)
}

fn without_index(config: &mut Config) -> Result<()> {
    const SETTINGS: &str = "output.html.search.chapter";
    // The author's own stay, as mdBook finds out whether they are for pages that there are.
    let own: BTreeMap<String, serde_json::Value> =
        config.get(SETTINGS).ok().flatten().unwrap_or_default();
    // A setting is for all paths that begin so.
    let paths = own.into_keys().chain([String::new()]);
    let nothing: BTreeMap<_, _> = paths
        .map(|path| (path, BTreeMap::from([("enable", false)])))
        .collect();
    config.set(SETTINGS, nothing)
}

/// What the search of the pages looks in, made by building all of them into `folder`.
///
/// # Errors
/// Where mdBook fails.
pub(crate) fn search_index(filling: &Arc<Filling>, folder: &Path) -> Result<Vec<u8>> {
    build(filling, folder)?;
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
    filling: &Arc<Filling>,
    folder: &Path,
    configure: &dyn Fn(&mut Config) -> Result<()>,
) -> Result<Vec<Problem>> {
    let workbook = Workbook::new(filling.clone());
    let problems = workbook.problems.clone();
    let root = filling.library.house.root();
    let mut book = MDBook::load(root).context("failed to read the book")?;
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
    let library = Library::read(&House::find(&ctx.root)?);
    let workbook = Workbook::new(Arc::new(Filling::new(Arc::new(library))));
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
