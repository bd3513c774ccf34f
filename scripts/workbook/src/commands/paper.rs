//! `cargo workbook paper`: the book as a PDF, and a worksheet for each chapter.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio_util::sync::CancellationToken;

use crate::book::house::House;
use crate::book::library::Library;
use crate::exec::browser::{Printer, find_browser};
use crate::exec::interrupts::{Interrupted, Interrupts, unless_told};
use crate::exec::shim::find_shim;
use crate::model::pdf::{self, PrintedPages};
use crate::model::units;
use crate::site::filled::Filling;
use crate::site::mdbook;
use crate::site::paper::layout::{PageNumbers, missing};
use crate::site::paper::{Format, PaperSite, Places};
use crate::terminal::{self, complain, say};

/// The first time it is printed without the numbers of its pages, the second time with them. Where they have another
/// number of digits than was expected, it takes one more.
const ROUNDS: usize = 4;

/// Since this version Chromium has what CSS puts into the margins of a page: see `@page` in `site/paper/paper.css`.
/// <https://chromestatus.com/feature/5195769732923392>
const WITH_PAGE_NUMBERS: u32 = 131;

#[derive(Debug)]
pub(crate) struct PaperOptions {
    /// Where the PDFs go.
    pub(crate) out: Option<PathBuf>,
    pub(crate) browser: Option<PathBuf>,
    pub(crate) letter: bool,
    /// Seconds for each document.
    pub(crate) deadline: f64,
    pub(crate) chapters: Vec<String>,
}

/// Prints the book and all worksheets, or some chapters and theirs. Returns whether all is there.
///
/// # Errors
/// Where a chapter is unknown, there is no browser, it fails, or nothing can be written.
pub(crate) async fn paper(house: &House, options: &PaperOptions) -> Result<bool> {
    let browser = find_browser(options.browser.as_deref())?;
    let out = options.out.clone();
    let out = out.unwrap_or_else(|| house.root().join("target").join("paper"));
    can_be_written(&out)?;
    // It has what the browser reads, and is not hidden: some browsers are kept from hidden folders.
    let folder = house.home()?.join("paper");
    let filling = Arc::new(Filling::new(Arc::new(Library::read(house))));
    let mut problems = mdbook::build_without_index(&filling, &folder)?;
    problems.retain(|it| is_of(&options.chapters, &it.path));
    let broken = problems.iter().filter(|problem| !problem.readable).count();
    terminal::report(problems);
    if broken > 0 {
        complain!("{} in the pages", units::count(broken, "problem"));
        return Ok(false);
    }
    let (title, description) = mdbook::title(house)?;
    let site = PaperSite::read(&folder, &title, &description)?;
    let leaves = site.select(&options.chapters)?;
    let stop = CancellationToken::new();
    let press = Press {
        printer: Printer {
            shim: unless_told(find_shim(true)).await?,
            browser,
            deadline: options.deadline,
            folder: house.home()?.to_owned(),
        },
        site: &folder,
        out: &out,
        stop: stop.clone(),
    };
    let mut interrupts = Interrupts::listen()?;
    let listening = tokio::spawn(async move {
        let interrupted = Interrupted(interrupts.next().await);
        stop.cancel();
        interrupted
    });
    let format = match options.letter {
        true => Format::Letter,
        false => Format::A4,
    };
    let all = async {
        if options.chapters.is_empty() {
            let document = |places: &Places| site.book(&leaves, places, format);
            press.print("book", Some(3), &document).await?;
        }
        for leaf in &leaves {
            let name = leaf.slug.replace('/', "-");
            if !options.chapters.is_empty() {
                let document = |places: &Places| site.book(&[leaf], places, format);
                press.print(&name, Some(2), &document).await?;
            }
            if PaperSite::has_worksheet(leaf) {
                let sheet = site.worksheet(&filling.library, leaf, format)?;
                let document = |_: &Places| sheet.clone();
                let name = format!("worksheet-{name}");
                press.print(&name, None, &document).await?;
            }
        }
        Ok::<_, anyhow::Error>(())
    };
    let done = all.await;
    listening.abort();
    done?;
    // Told in time, it has stopped what was printed.
    match listening.await {
        Ok(interrupted) => Err(interrupted.into()),
        Err(_) => Ok(true),
    }
}

/// Whether a file belongs to what is printed: to one of these chapters, or to any where none is named.
fn is_of(chapters: &[String], path: &str) -> bool {
    let of_all = chapters.is_empty() || !path.contains('/');
    let of_chapter = |it: &String| {
        path == format!("book/{it}.md") || path.starts_with(&format!("chapters/{it}/"))
    };
    of_all || chapters.iter().any(of_chapter)
}

/// Prints one document after the other.
struct Press<'a> {
    printer: Printer,
    /// The site, whose fonts the documents use.
    site: &'a Path,
    out: &'a Path,
    stop: CancellationToken,
}

impl Press<'_> {
    /// Prints what `document` gives for the places at which everything stands, until these are the places. `digits` is a
    /// guess of how many the number of a page has; none for a document that names no pages.
    async fn print(
        &self,
        name: &str,
        digits: Option<usize>,
        document: &dyn Fn(&Places) -> String,
    ) -> Result<()> {
        let file = self.site.join(format!("paper-{name}.html"));
        let mut places = Places {
            pages: PageNumbers::new(),
            digits: digits.unwrap_or_default(),
        };
        for _ in 0..ROUNDS {
            if self.stop.is_cancelled() {
                return Ok(());
            }
            let html = document(&places);
            std::fs::write(&file, &html)
                .with_context(|| format!("failed to write `{}`", file.display()))?;
            let Some(pdf) = self.printer.print(&file, &self.stop).await? else {
                complain!("stopped: `{name}.pdf` is not printed");
                return Ok(());
            };
            let printed = pdf::read(&pdf).with_context(|| {
                format!(
                    "the browser `{}` has printed what is no PDF of Chromium's\n  help: name another with --browser PATH",
                    self.printer.browser.display()
                )
            })?;
            self.is_new_enough(&printed)?;
            let (pages, count) = (printed.places, printed.count);
            if let Some(place) = missing(&html, &pages) {
                anyhow::bail!(
                    "the PDF of the browser `{}` does not say on which page `{place}` is\n  help: name another with \
                     --browser PATH",
                    self.printer.browser.display()
                );
            }
            let found = Places {
                pages,
                digits: count.to_string().len(),
            };
            if found == places || digits.is_none() {
                return self.put(name, &pdf, count);
            }
            places = found;
        }
        anyhow::bail!("the page numbers of `{name}.pdf` do not settle, after {ROUNDS} rounds")
    }

    fn is_new_enough(&self, printed: &PrintedPages) -> Result<()> {
        let version = printed.version.unwrap_or(WITH_PAGE_NUMBERS);
        anyhow::ensure!(
            version >= WITH_PAGE_NUMBERS,
            "the browser `{}` is version {version}, and numbers no pages\n  help: version {WITH_PAGE_NUMBERS} and later do; \
             update it, or name another with --browser PATH",
            self.printer.browser.display()
        );
        Ok(())
    }

    /// Puts a PDF where it belongs: whole, or not at all.
    fn put(&self, name: &str, pdf: &[u8], pages: usize) -> Result<()> {
        let place = self.out.join(format!("{name}.pdf"));
        let failed = || format!("failed to write `{}`", place.display());
        std::fs::create_dir_all(self.out).with_context(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(self.out).with_context(failed)?;
        std::io::Write::write_all(&mut file, pdf).with_context(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let readable = std::fs::Permissions::from_mode(0o644);
            file.as_file()
                .set_permissions(readable)
                .with_context(failed)?;
        }
        file.persist(&place).with_context(failed)?;
        say!(
            "printed {}, {}",
            place.display(),
            units::count(pages, "page")
        );
        Ok(())
    }
}

/// Looks before a minute is spent on it.
fn can_be_written(folder: &Path) -> Result<()> {
    let made = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
    made.map(drop).with_context(|| {
        format!(
            "nothing can be written to the folder `{}`\n  help: name another with --out FOLDER",
            folder.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_answers_for_its_own_files() {
        let one = ["tea".to_owned()];
        for (path, of_tea) in [
            ("book/tea.md", true),
            ("chapters/tea/recordings/main.json", true),
            ("Cargo.lock", true),
            ("book/teacher.md", false),
            ("chapters/tea-room/Cargo.toml", false),
        ] {
            assert_eq!(is_of(&one, path), of_tea, "{path}");
            assert!(is_of(&[], path), "{path}");
        }
    }
}
