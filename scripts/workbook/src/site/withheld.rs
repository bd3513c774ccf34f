//! What a class does not see yet: the runs that pages ask about, until its teacher has revealed them. Pages that are
//! rendered for a class have nothing of these: neither the runs, nor which choice is right, nor what is said of them.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::site::directive::Directive;
use crate::site::html::escape;
use crate::site::page::Page;

/// The runs that are withheld from the readers of these pages, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Withheld {
    pub(crate) runs: BTreeSet<String>,
}

impl Withheld {
    pub(crate) fn has(&self, id: &str) -> bool {
        self.runs.contains(id)
    }

    /// Whether what this directive shows tells of a withheld run, and so do the words after it.
    pub(crate) fn covers(&self, directive: &Directive) -> bool {
        match directive {
            Directive::Snippet { id, run, .. } => *run && self.has(id),
            Directive::Compare(ids) => ids.iter().any(|id| self.has(id)),
            _ => false,
        }
    }
}

/// What stands in the place of a run and of the words after it.
pub(crate) const RUN: &str = "\n\n<p class=\"withheld in-room\">The run stands here once the teacher has revealed \
     it.</p>\n\n";

/// What stands in the place of a comparison.
pub(crate) const COMPARISON: &str = "\n\n<p class=\"withheld in-room\">A comparison with a run stands here once the \
     teacher has revealed that run.</p>\n\n";

/// What stands in the place of a figure. It has no width that would tell how many digits it has.
pub(crate) const FIGURE: &str = "<span class=\"from-run is-withheld\" \
     title=\"known once the teacher has revealed the run\">…</span>";

/// What stands in the place of a page's words that are for who teaches.
pub(crate) const TEACHERS_PAGE: &str = "\n\n<p class=\"withheld in-room\">This page is for people who teach. It talks \
     about wrong answers, so it stands here only when all runs are revealed. The teacher reads it outside the class, \
     with <code>cargo workbook serve</code>.</p>\n";

/// Whether the page of this name, without `.md`, is for who teaches. Such a page says why people choose as they do.
pub(crate) fn is_for_teachers(stem: &str) -> bool {
    stem.starts_with("teaching-")
}

/// The bytes of the words that follow a run which ends at `from`: up to the next heading, program, question or
/// exercise. `workbook.js` hides the same where each reader answers alone.
pub(crate) fn words_after(page: &Page, text: &str, from: usize) -> Range<usize> {
    let stops = page.directives.iter().filter(|it| match &it.what {
        Directive::Snippet { code, .. } => *code,
        Directive::Source { .. }
        | Directive::Diff { .. }
        | Directive::Predict(_)
        | Directive::Exercise(_)
        | Directive::Agenda(_)
        | Directive::Next
        | Directive::Progress => true,
        Directive::Compare(_)
        | Directive::Notes(_)
        | Directive::Minutes(_)
        | Directive::Value(..)
        | Directive::Fact(_) => false,
    });
    let stops = stops.map(|it| it.range.start);
    let stops = stops.chain(page.breaks.iter().copied());
    let end = stops.filter(|at| *at >= from).min().unwrap_or(text.len());
    from..end
}

/// What tells a question of a class from others, in the words of an element's attributes.
pub(crate) fn question_attribute(id: &str, revealed: bool) -> String {
    let revealed = if revealed { " data-revealed" } else { "" };
    format!(" data-question=\"{}\"{revealed}", escape(id))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::book::house::House;
    use crate::book::library::Library;
    use crate::site::{outline, page, render};

    #[test]
    fn words_about_a_run_end_at_the_next_heading_program_or_question() {
        let after = |rest: &str| {
            let run = "{{#snippet tea/main code=no}}";
            let text = format!("# Tea\n\n{run}\n\n{rest}\nLast.\n");
            let page = page::parse("book/tea.md", &text);
            let words = words_after(&page, &text, text.find(run).unwrap() + run.len());
            text[words].trim().to_owned()
        };
        for stop in [
            "## Cups\n",
            "#### Cups\n",
            "Cups\n----\n",
            "{{#snippet tea/pour}}\n",
            "{{#snippet tea/pour run=no}}\n",
            "{{#source tea/cup.rs}}\n",
            "{{#diff tea/main tea/pour}}\n",
            "{{#exercise tea/kettle}}\n",
        ] {
            assert_eq!(after(&format!("So.\n\n{stop}")), "So.", "{stop}");
        }
        for words in [
            "##### Cups\n",
            "> ## Cups\n",
            "{{#snippet tea/pour code=no}}\n",
            "{{#compare tea/main tea/pour}}\n",
            "It took {{#value tea/main wall}}.\n",
        ] {
            assert!(
                after(&format!("So.\n\n{words}")).ends_with("Last."),
                "{words}"
            );
        }
    }

    #[test]
    fn no_page_of_the_book_shows_what_is_withheld() {
        let house = House::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let library = Library::read(&house);
        let files = std::fs::read_dir(house.root().join("book")).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let texts: Vec<_> = files
            .filter(|file| file.extension().is_some_and(|end| end == "md"))
            .map(|file| {
                (
                    house.relative(&file),
                    std::fs::read_to_string(file).unwrap(),
                )
            })
            .collect();
        let runs: BTreeSet<_> = texts
            .iter()
            .flat_map(|(_, text)| outline::asked(text))
            .collect();
        assert!(runs.len() > 50, "{runs:?}");
        let withheld = Withheld { runs };
        for (path, text) in &texts {
            let page = page::parse(path, text);
            let (whole, _) = render::page(&library, path, text, &page, None);
            let (markdown, problems) = render::page(&library, path, text, &page, Some(&withheld));
            assert_eq!(problems, page.problems, "{path}");
            for told in ["data-right", "class=\"why\"", "data-run=", "data-name="] {
                assert!(!markdown.contains(told), "{path}: {told}");
            }
            for id in &withheld.runs {
                let id = escape(id);
                let shown = format!("<figure class=\"run\" data-snippet=\"{id}\"");
                assert!(!markdown.contains(&shown), "{path}: {id}");
                let named = format!("data-snippet=\"{id}\"");
                assert!(
                    !markdown.contains(&named) || id.ends_with("/main"),
                    "{path}: {id}"
                );
                let titled = format!(" of {id}, recorded");
                assert!(!markdown.contains(&titled), "{path}: {id}");
            }
            let asks = whole.matches("<fieldset class=\"predict\"").count();
            assert_eq!(markdown.matches(" is-asked\"").count(), asks, "{path}");
        }
    }
}
