//! What the author of a page says to those who teach with it: a fence marked `notes` belongs to the section in which it
//! stands. No reader gets to see it.

use std::sync::LazyLock;

use regex::Regex;

use crate::book::files;
use crate::book::library::Library;
use crate::model::problem::Problem;
use crate::site::directive::Directive;
use crate::site::headings::Heading;
use crate::site::page::{self, Page, Placed};
use crate::site::render;

/// A note, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// The page's name, without `.md`.
    pub(crate) page: String,
    /// The heading that it stands below.
    pub(crate) section: Heading,
    /// The line of its fence in the page.
    pub(crate) line: usize,
    /// As its author wrote it.
    pub(crate) markdown: String,
    /// With its figures filled in. Links lead from the folder of the pages.
    pub(crate) html: String,
}

impl Note {
    /// What it says, for a terminal: its figures filled in, a paragraph or an item a line.
    pub(crate) fn text(&self) -> String {
        static TAG: LazyLock<Regex> =
            LazyLock::new(|| Regex::new("<[^>]*>").expect("the regex is valid"));
        let text = TAG.replace_all(&self.html, "");
        // `&amp;` last: what it stands for begins none of the others.
        let signs = [
            ("\u{a0}", " "),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&amp;", "&"),
        ];
        let text = signs
            .iter()
            .fold(text.into_owned(), |text, (sign, c)| text.replace(sign, c));
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The notes of the page `book/SLUG.md`, in their order. Of those that cannot be read `check` and `build` tell.
///
/// # Errors
/// Where the page cannot be read.
pub(crate) fn of(library: &Library, slug: &str) -> Result<Vec<Note>, Problem> {
    let path = format!("book/{slug}.md");
    let text = files::text(&library.house.absolute(&path));
    let text = text.map_err(|error| error.problem(&path, "the page"))?;
    Ok(in_page(library, slug, &text, &page::parse(&path, &text)))
}

/// As above, of a page that stands in `text`.
pub(crate) fn in_page(library: &Library, slug: &str, text: &str, page: &Page) -> Vec<Note> {
    let references = page::references(text);
    let note = |placed: &Placed<Directive>| {
        let markdown = match &placed.what {
            Directive::Notes(markdown) if !markdown.is_empty() => markdown,
            _ => return None,
        };
        let mut before = page.headings.iter().rev();
        let section = before.find(|it| it.range.start < placed.range.start)?;
        let html = render::aside(library, slug, markdown, &references).ok()?;
        Some(Note {
            page: slug.to_owned(),
            section: section.what.clone(),
            line: placed.line,
            markdown: markdown.clone(),
            html: with_links_to_html(&html),
        })
    };
    page.directives.iter().filter_map(note).collect()
}

/// mdBook does this for what stands on a page.
pub(crate) fn with_links_to_html(html: &str) -> String {
    static LINK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("(<a href=\"[^\":]*)\\.md([#\"])").expect("the regex is valid")
    });
    LINK.replace_all(html, "$1.html$2").into_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::book::house::House;
    use crate::site::filled::Filling;
    use crate::site::{links, mdbook};

    #[test]
    fn links_in_notes_lead_to_pages() {
        let html = "<a href=\"b.md#c\">b</a> <a href=\"d.md\">d</a> <a href=\"https://e.org/f.md\">f.md</a>";
        assert_eq!(
            with_links_to_html(html),
            "<a href=\"b.html#c\">b</a> <a href=\"d.html\">d</a> <a href=\"https://e.org/f.md\">f.md</a>"
        );
    }

    #[test]
    fn a_note_knows_its_section() {
        let book = crate::book::small::SmallBook::new();
        let text = "# A\n\n## It\'s so\n\n```notes\nSay **so**: [b](b.md).\n```\n\n## B\n\n```notes\nOne.\n\nTwo.\n```\n";
        book.write("book/a.md", text);
        let library = Library::read(&book.house());
        let notes = of(&library, "a").unwrap();
        let told: Vec<_> = notes
            .iter()
            .map(|it| (it.section.anchor.as_str(), it.line, it.html.as_str()))
            .collect();
        let first = "<p>Say <strong>so</strong>: <a href=\"b.html\">b</a>.</p>";
        assert_eq!(
            told,
            [("its-so", 5, first), ("b", 11, "<p>One.</p>\n<p>Two.</p>")]
        );
        assert_eq!(notes[0].text(), "Say so: b.");
        assert_eq!(notes[1].text(), "One.\nTwo.");
        assert_eq!(notes[0].page, "a");
        assert_eq!(notes[0].markdown, "Say **so**: [b](b.md).");
        assert!(
            of(&library, "c")
                .unwrap_err()
                .to_string()
                .starts_with("book/c.md")
        );
    }

    fn headings(text: &str) -> Vec<Heading> {
        let page = page::parse("book/a.md", text);
        page.headings.into_iter().map(|it| it.what).collect()
    }

    #[test]
    fn the_anchors_of_the_whole_book_are_those_of_its_pages() {
        let house = House::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let filling = Arc::new(Filling::new(Arc::new(Library::read(&house))));
        let folder = tempfile::tempdir().unwrap();
        mdbook::build_without_index(&filling, folder.path()).unwrap();
        let heading = Regex::new("<h[1-6][^>]* id=\"([^\"]*)\"").unwrap();
        let mut compared = 0;
        for (path, text) in links::read_pages(&house).0 {
            let file = path.strip_prefix("book/").unwrap();
            if path == links::SUMMARY {
                continue;
            }
            let html = folder.path().join(file).with_extension("html");
            let html = std::fs::read_to_string(html).unwrap();
            let main = html.split("<main>").nth(1).unwrap();
            let mut built = heading.captures_iter(main).map(|it| it[1].to_owned());
            // Exercises have headings of their own.
            for Heading { title, anchor, .. } in headings(&text) {
                let there = built.any(|it| it == anchor);
                assert!(there, "{path}: `{title}` is not at #{anchor}");
                compared += 1;
            }
        }
        assert!(compared > 300, "{compared}");
    }
}
