//! What a teacher sees of a page: its sections, its questions with what is right and why, and its exercises.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::book::library::Library;
use crate::site::contents::Listed;
use crate::site::directive::Directive;
use crate::site::notes::{self, with_links_to_html};
use crate::site::page::{self, Page};
use crate::site::render;

/// A page, for who teaches with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PageOutline {
    /// The name of its file, without `.md`.
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) sections: Vec<OutlineSection>,
    pub(crate) questions: Vec<TaughtQuestion>,
    /// By their ids, in their order.
    pub(crate) exercises: Vec<String>,
    pub(crate) notes: Vec<TeachersNote>,
}

/// What the author says to who teaches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct TeachersNote {
    /// The section that it is for; empty above the first.
    pub(crate) section: String,
    pub(crate) html: String,
}

/// A place on a page that has an address.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct OutlineSection {
    /// What stands behind the `#` of its address.
    pub(crate) id: String,
    pub(crate) title: String,
}

/// A question, with its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct TaughtQuestion {
    pub(crate) id: String,
    /// Of the section in which it is asked; empty above the first.
    pub(crate) section: String,
    pub(crate) run: String,
    /// As HTML, like the others.
    pub(crate) ask: String,
    pub(crate) choices: Vec<String>,
    pub(crate) why: String,
    /// The number of the choice that is right; none where the recording does not say.
    pub(crate) key: Option<usize>,
}

/// The outline of a page, of which `text` is the Markdown and `page` what stands in it.
pub(crate) fn of(library: &Library, listed: &Listed, text: &str, page: &Page) -> PageOutline {
    let below_title = page.headings.iter().filter(|it| it.what.level > 1);
    let headings: Vec<_> = below_title
        .map(|it| {
            let section = OutlineSection {
                id: it.what.anchor.clone(),
                title: it.what.title.clone(),
            };
            (it.range.start, section)
        })
        .collect();
    let mut places = headings.clone();
    let mut questions = Vec::new();
    let mut exercises = Vec::new();
    for (at, placed) in page.directives.iter().enumerate() {
        let start = placed.range.start;
        match &placed.what {
            Directive::Predict(question) => {
                let before = headings.iter().rev().find(|(from, _)| *from < start);
                let section = before.map(|(_, section)| section.id.clone());
                let (ask, choices, why) =
                    render::words_of_question(library, &listed.slug, text, page, at);
                questions.push(TaughtQuestion {
                    id: question.id(&listed.slug),
                    section: section.unwrap_or_default(),
                    run: question.run.clone(),
                    ask: with_links_to_html(&ask),
                    choices: choices.iter().map(|it| with_links_to_html(it)).collect(),
                    why: with_links_to_html(&why),
                    key: render::key(library, question).ok(),
                });
            }
            Directive::Exercise(id) => {
                let name = id.rsplit('/').next().unwrap_or(id);
                let section = OutlineSection {
                    id: name.to_owned(),
                    title: name.replace('_', " "),
                };
                places.push((start, section));
                exercises.push(id.clone());
            }
            _ => {}
        }
    }
    places.sort_by_key(|(at, _)| *at);
    PageOutline {
        slug: listed.slug.clone(),
        title: listed.title.clone(),
        sections: places.into_iter().map(|(_, section)| section).collect(),
        questions,
        exercises,
        notes: notes_of(library, &listed.slug, text, page),
    }
}

/// What the author says to who teaches, section by section.
fn notes_of(library: &Library, slug: &str, text: &str, page: &Page) -> Vec<TeachersNote> {
    let notes = notes::in_page(library, slug, text, page).into_iter();
    let notes = notes.map(|note| TeachersNote {
        section: match note.section.level {
            1 => String::new(),
            _ => note.section.anchor,
        },
        html: note.html,
    });
    notes.collect()
}

/// The runs that a page asks about.
pub(crate) fn asked(text: &str) -> BTreeSet<String> {
    // To parse all pages takes a while, and few need it.
    if !text.contains("predict") {
        return BTreeSet::new();
    }
    let page = page::parse("", text);
    let asked = page.directives.into_iter().filter_map(|it| match it.what {
        Directive::Predict(question) => Some(question.run),
        _ => None,
    });
    asked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_it_asks_about() {
        let text = "```predict\nask = 'how?'\nrun = 'tea/main'\nwhy = 'so'\nchoice = [\n\
                    { say = 'a', when = 'wall > 1' },\n{ say = 'b', when = 'wall < 1' } ]\n```\n";
        assert_eq!(asked(text), BTreeSet::from(["tea/main".to_owned()]));
        assert_eq!(asked("# Tea\n\nNobody can predict it.\n"), BTreeSet::new());
    }
}
