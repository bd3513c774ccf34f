//! mdBook, in process: the same pages as a stock `mdbook build` with this tool as its preprocessor.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::book::{Book, Chapter};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::book::files;
use crate::book::house::{House, sorted_entries};
use crate::book::library::Library;
use crate::model::problem::Problem;
use crate::model::units;
use crate::site::filled::Filling;
use crate::site::links;
use crate::terminal;

/// Fills in the directives of a book.
#[derive(Debug)]
struct Workbook {
    filling: Arc<Filling>,
    /// The pages that are wanted, by their paths: all others are left empty. All where nothing is said.
    wanted: Option<BTreeSet<String>>,
    /// The folder of the pages, relative to the root, where mdBook is told of another.
    source: Option<String>,
    /// What was wrong, gathered while mdBook runs the preprocessor.
    problems: Arc<Mutex<Vec<Problem>>>,
}

impl Workbook {
    fn new(filling: &Arc<Filling>) -> Self {
        Self {
            filling: filling.clone(),
            wanted: None,
            source: None,
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
        let source = self
            .source
            .clone()
            .unwrap_or_else(|| source_of(&ctx.config));
        if let Some(wanted) = &self.wanted {
            let is_wanted = |path: &String| wanted.contains(path);
            book.for_each_chapter_mut(|chapter| {
                if !path_of(&source, chapter).as_ref().is_some_and(is_wanted) {
                    chapter.content.clear();
                }
            });
            // What is wrong is told with the whole book.
            let _ = fill_in(&self.filling, &source, &mut book, is_wanted);
            return Ok(book);
        }
        let mut problems = fill_in(&self.filling, &source, &mut book, |_| true);
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

/// The folder of the pages, relative to the root.
fn source_of(config: &Config) -> String {
    config.book.src.to_string_lossy().replace('\\', "/")
}

/// Fills in the directives of the pages that are wanted, of several at a time.
fn fill_in(
    filling: &Filling,
    source: &str,
    book: &mut Book,
    is_wanted: impl Fn(&String) -> bool,
) -> Vec<Problem> {
    let wanted_path = |chapter: &Chapter| path_of(source, chapter).filter(&is_wanted);
    let pages = book.chapters().filter_map(|chapter| {
        let path = wanted_path(chapter)?;
        Some((path, chapter.content.clone()))
    });
    let pages = filling.fill(pages.collect());
    book.for_each_chapter_mut(|chapter| {
        if let Some(filled) = wanted_path(chapter).and_then(|path| pages.get(&path)) {
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

/// Builds of the site, into the empty folder `part`, these pages alone: in a fraction of the time, and each byte for byte
/// as in the whole site. Gives the paths of those that were built, relative to the root.
///
/// That is only of use beside a whole site, which is in `whole` and has the files that all pages load. Where a page would
/// load another than is there, nothing is built.
///
/// # Errors
/// Where mdBook fails.
pub(crate) fn build_pages(
    filling: &Arc<Filling>,
    pages: &BTreeSet<String>,
    part: &Path,
    whole: &Path,
) -> Result<Vec<String>> {
    let mut book = load(filling, &without_index)?;
    if !is_page_by_page(&book.config) {
        return Ok(Vec::new());
    }
    let source = source_of(&book.config);
    let mut built = Vec::new();
    let mut files = Vec::new();
    for (at, chapter) in book.book.chapters().enumerate() {
        if let (Some(path), Some(file)) = (path_of(&source, chapter), &chapter.path)
            && pages.contains(&path)
        {
            built.push(path);
            files.push(file.with_extension("html"));
            if at == 0 {
                files.push("index.html".into());
            }
        }
    }
    if built.is_empty() {
        return Ok(built);
    }
    std::fs::create_dir_all(part)?;
    let folder = tempfile::tempdir_in(part)?;
    let mut workbook = Workbook::new(filling);
    workbook.wanted = Some(pages.clone());
    build_into(&mut book, workbook, folder.path())?;
    let is_there = |file: &String| file.ends_with(".html") || whole.join(file).is_file();
    if !files_in(folder.path()).iter().all(is_there) {
        return Ok(Vec::new());
    }
    for file in files {
        let place = part.join(&file);
        std::fs::create_dir_all(place.parent().context("a file stands in a folder")?)?;
        std::fs::rename(folder.path().join(&file), &place)
            .with_context(|| format!("failed to write `{}`", place.display()))?;
    }
    Ok(built)
}

/// Whether every page is made from its own Markdown: who else works on the book may look at all of it.
fn is_page_by_page(config: &Config) -> bool {
    let others = config.preprocessors::<serde_json::Value>();
    others.is_ok_and(|others| others.keys().all(|name| name == "workbook"))
}

/// The files in a folder and below, relative to it, sorted.
pub(crate) fn files_in(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in sorted_entries(&inner) {
            if entry.is_dir() {
                folders.push(entry);
            } else if let Ok(file) = entry.strip_prefix(folder) {
                files.push(file.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    files.sort();
    files
}

fn build_with(
    filling: &Arc<Filling>,
    folder: &Path,
    configure: &dyn Fn(&mut Config) -> Result<()>,
) -> Result<Vec<Problem>> {
    let workbook = Workbook::new(filling);
    let problems = workbook.problems.clone();
    build_into(&mut load(filling, configure)?, workbook, folder)?;
    let found = std::mem::take(&mut *problems.lock().expect("nobody panics with the lock"));
    Ok(found)
}

/// What the book is called, and what it says of itself.
///
/// # Errors
/// Where `book.toml` cannot be read.
pub(crate) fn title(house: &House) -> Result<(String, String)> {
    let config = read_config(&house.root().join("book.toml")).context("failed to read the book")?;
    let title = config.book.title.unwrap_or_default();
    Ok((title, config.book.description.unwrap_or_default()))
}

fn load(filling: &Filling, configure: &dyn Fn(&mut Config) -> Result<()>) -> Result<MDBook> {
    let house = &filling.library.house;
    let config = read_config(&house.root().join("book.toml")).context("failed to read the book")?;
    stop_at_unreadable(house)?;
    let mut book =
        MDBook::load_with_config(house.root(), config).context("failed to read the book")?;
    anyhow::ensure!(
        book.book.chapters().next().is_some(),
        "SUMMARY.md lists no page"
    );
    configure(&mut book.config)?;
    Ok(book)
}

/// What `book.toml` says, and variables like `MDBOOK_BOOK__TITLE` over it: as mdBook reads them, but for those that are
/// not UTF-8, at which it would panic, whatever their names.
fn read_config(path: &Path) -> Result<Config> {
    let text = files::text(path).map_err(|error| error.problem("book.toml", "the settings"));
    let text = text.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let mut config: Config = text.parse()?;
    for (key, value) in std::env::vars_os() {
        let (Some(key), Some(value)) = (key.to_str(), value.to_str()) else {
            continue;
        };
        let Some(key) = key.strip_prefix("MDBOOK_") else {
            continue;
        };
        let key = key.to_lowercase().replace("__", ".").replace('_', "-");
        let table = key.split('.').next().unwrap_or_default();
        if ["book", "build", "rust", "output", "preprocessor"].contains(&table) {
            let parsed = serde_json::from_str::<serde_json::Value>(value);
            let value = parsed.unwrap_or_else(|_| value.into());
            config.set(key, value)?;
        }
    }
    Ok(config)
}

/// mdBook would wait for a pipe for ever, and does not say which line is not UTF-8.
fn stop_at_unreadable(house: &House) -> Result<()> {
    let summary = files::text(&house.absolute(links::SUMMARY))
        .map_err(|error| anyhow::anyhow!("{}", error.problem(links::SUMMARY, "the summary")))?;
    let (_, mut problems) = links::read_pages(house);
    problems.retain(|problem| {
        let file = problem.path.strip_prefix("book/");
        file.is_some_and(|file| summary.contains(file))
    });
    let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
    anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// A folder that has what mdBook is to copy to the site, where it would otherwise stumble over links to nowhere, go round
/// in circles, or copy what editors have left; none where nothing of the kind is there.
fn without_leftovers(book: &MDBook) -> Result<Option<tempfile::TempDir>> {
    let source = book.source_dir();
    let tree = files::tree(&book.root, &source);
    if tree.passed_over.is_empty() {
        return Ok(None);
    }
    let folder = tempfile::tempdir().context("failed to make a folder")?;
    let is_markdown = |file: &Path| file.extension().is_some_and(|end| end == "md");
    for file in tree.files {
        let inside = file.strip_prefix(&source)?;
        if is_markdown(&file) && inside != Path::new("404.md") {
            continue;
        }
        let place = folder.path().join(inside);
        std::fs::create_dir_all(place.parent().context("a file stands in a folder")?)?;
        std::fs::copy(&file, &place)
            .with_context(|| format!("failed to copy `{}`", file.display()))?;
    }
    Ok(Some(folder))
}

fn build_into(book: &mut MDBook, mut workbook: Workbook, folder: &Path) -> Result<()> {
    let clean = without_leftovers(book)?;
    if let Some(clean) = &clean {
        workbook.source = Some(source_of(&book.config));
        book.config.book.src = clean.path().to_owned();
    }
    book.config.build.build_dir = folder.to_owned();
    book.with_preprocessor(workbook);
    book.build().context("failed to build the pages")
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
    let workbook = Workbook::new(&Arc::new(Filling::new(Arc::new(library))));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_built_alone_is_that_of_the_whole_book() {
        let house = House::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let filling = Arc::new(Filling::new(Arc::new(Library::read(&house))));
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("whole");
        build_without_index(&filling, &whole).unwrap();
        let of_book = |file: &String| Path::new(file).extension().is_some_and(|it| it == "md");
        let pages: Vec<_> = files_in(&house.book())
            .into_iter()
            .filter(of_book)
            .map(|file| format!("book/{file}"))
            .collect();
        // Every third page, so that a page has empty ones before and after it.
        let mut seen = BTreeSet::new();
        for at in 0..3 {
            let wanted: BTreeSet<_> = pages.iter().skip(at).step_by(3).cloned().collect();
            let part = folder.path().join(at.to_string());
            let built = build_pages(&filling, &wanted, &part, &whole).unwrap();
            let listed = |path: &&String| **path != "book/SUMMARY.md";
            assert!(built.iter().all(|path| wanted.contains(path)));
            assert_eq!(built.len(), wanted.iter().filter(listed).count());
            for file in files_in(&part) {
                let read = |folder: &Path| std::fs::read(folder.join(&file)).unwrap();
                assert!(read(&part) == read(&whole), "{file} is another");
                seen.insert(file);
            }
        }
        let pages = pages.iter().filter(|path| *path != "book/SUMMARY.md");
        assert_eq!(seen.len(), pages.count() + 1, "and the index: {seen:?}");
    }

    #[test]
    fn a_page_that_loads_what_is_not_there_is_not_built_alone() {
        let house = House::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let filling = Arc::new(Filling::new(Arc::new(Library::read(&house))));
        let folder = tempfile::tempdir().unwrap();
        let pages = BTreeSet::from(["book/join.md".to_owned()]);
        let (part, whole) = (folder.path().join("part"), folder.path().join("whole"));
        let built = build_pages(&filling, &pages, &part, &whole).unwrap();
        assert_eq!(built, [""; 0]);
        assert_eq!(files_in(&part), [""; 0]);
    }

    const FILES: [(&str, &str); 7] = [
        (
            "book.toml",
            "[book]\nsrc = \"book\"\n[build]\ncreate-missing = false\nuse-default-preprocessors = false\n\
             [output.html]\n[output.html.playground]\nrunnable = false\n",
        ),
        (
            "book/SUMMARY.md",
            "# Summary\n\n[Start](start.md)\n\n# Part\n\n- [Join](join.md)\n  - [Draft]()\n---\n\n[End](join.md)\n",
        ),
        ("book/join.md", include_str!("../../../../book/join.md")),
        (
            "chapters/join/Cargo.toml",
            include_str!("../../../../chapters/join/Cargo.toml"),
        ),
        (
            "chapters/join/src/main.rs",
            include_str!("../../../../chapters/join/src/main.rs"),
        ),
        (
            "chapters/join/recordings/main.json",
            include_str!("../../../../chapters/join/recordings/main.json"),
        ),
        (
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"join\"\nversion = \"0.1.0\"\ndependencies = [\n \"anyhow\",\n]\n",
        ),
    ];
    const TEXTS: [&str; FILES.len()] = {
        let mut texts = [""; FILES.len()];
        let mut at = 0;
        while at < FILES.len() {
            texts[at] = FILES[at].1;
            at += 1;
        }
        texts
    };
    const PIECES: [&str; 24] = [
        "../",
        "/",
        "\\",
        "[",
        "](",
        ")",
        "- ",
        "  - ",
        "# ",
        "---\n",
        "\"",
        "{",
        "}",
        "=",
        "true",
        "null",
        "<b>",
        "{{#snippet join/main}}",
        "{{#include /etc/hosts}}",
        "{{#playground x.rs}}",
        "// part: tea",
        "// end: tea",
        "```predict\n",
        "[output.html.redirect]\n\"/a\" = \"b\"\n",
    ];

    /// A whole book, of which one file is damaged.
    fn damaged_book() -> impl proptest::strategy::Strategy<Value = (usize, String)> {
        use proptest::strategy::Strategy;
        let of = |at: usize| {
            let text = crate::model::mutation::damaged(&TEXTS[at..=at], &PIECES);
            text.prop_map(move |text| (at, text))
        };
        (0..FILES.len()).prop_flat_map(of)
    }

    proptest::proptest! {
        // Each is a build of a book.
        #![proptest_config(proptest::test_runner::Config {
            cases: crate::model::mutation::config().cases / 4,
            ..crate::model::mutation::config()
        })]
        #[test]
        fn no_damage_to_a_file_of_a_book_makes_its_build_panic((damaged, text) in damaged_book()) {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("outside")).unwrap();
            let root = folder.path().join("book");
            let write = |path: &str, text: &str| {
                let path = root.join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            };
            write("book/start.md", "# Start\n");
            for (at, (path, sound)) in FILES.into_iter().enumerate() {
                write(path, if at == damaged { &text } else { sound });
            }
            let start = std::time::Instant::now();
            let house = House::find(&root).unwrap();
            let filling = Arc::new(Filling::new(Arc::new(Library::read(&house))));
            match build_without_index(&filling, &root.join("target/site")) {
                Ok(problems) => assert!(problems.iter().all(|it| !it.help.is_empty()), "{problems:?}"),
                Err(error) => assert!(!format!("{error:#}").is_empty()),
            }
            assert!(start.elapsed().as_secs() < 20, "{text}");
            assert_eq!(files_in(folder.path()).iter().find(|file| !file.starts_with("book/")), None);
        }
    }
}
