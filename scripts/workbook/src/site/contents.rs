//! The pages in the order in which the summary lists them, and what a page says about others: where to read on, and which
//! exercises there are in the whole book.

use std::fmt::Write;
use std::sync::LazyLock;

use regex::Regex;

use crate::book::files;
use crate::book::house::House;
use crate::book::library::Library;
use crate::model::problem::Problem;
use crate::site::html::escape;
use crate::site::links::SUMMARY;

/// A page as the summary lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) title: String,
    /// The name of its file, without `.md`.
    pub(crate) slug: String,
}

/// The pages that the summary lists, in its order; none where it cannot be read.
pub(crate) fn listed(house: &House) -> Vec<Listed> {
    read(&files::text(&house.absolute(SUMMARY)).unwrap_or_default())
}

fn read(summary: &str) -> Vec<Listed> {
    static LINK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\[([^\]]+)\]\(([^)\s]+)\.md\)").expect("the regex is valid"));
    let links = LINK.captures_iter(summary);
    let listed = |it: regex::Captures<'_>| Listed {
        title: it[1].to_owned(),
        slug: it[2].to_owned(),
    };
    links.map(listed).collect()
}

/// Where to read on after the core of the page `slug`.
///
/// # Errors
/// Where no page comes after it.
pub(crate) fn next(house: &House, slug: &str) -> Result<String, Problem> {
    let pages = listed(house);
    let at = pages.iter().position(|page| page.slug == slug);
    let next = at.and_then(|at| pages.get(at + 1)).ok_or_else(|| {
        let help = format!("leave {{{{#next}}}} out, or list a page after this one in {SUMMARY}");
        Problem::nowhere("no page comes after this one", help)
    })?;
    Ok(format!(
        "\n<p class=\"read-next\">Read next: <a href=\"{}.html\">{}</a></p>\n\n",
        next.slug,
        escape(&next.title)
    ))
}

/// All exercises of the book, with what the reader's progress is put into by the page's script.
pub(crate) fn progress(library: &Library) -> String {
    let mut html = String::from("\n<div class=\"progress\">");
    for page in listed(&library.house) {
        let of_page = |it: &&crate::book::exercise::Exercise| it.chapter == page.slug;
        let exercises: Vec<_> = library.exercises.iter().filter(of_page).collect();
        let is_chapter = library.chapters.contains(&page.slug);
        if !is_chapter && exercises.is_empty() {
            continue;
        }
        let _ = write!(
            html,
            "<section data-page=\"{0}\"><h2><a href=\"{0}.html\">{1}</a></h2><p class=\"questions\"></p>",
            page.slug,
            escape(&page.title)
        );
        if !exercises.is_empty() {
            html.push_str("<ul>");
            for it in exercises {
                let _ = write!(
                    html,
                    "<li data-exercise=\"{}\"><a href=\"{}.html#{}\">{}</a> <span class=\"minutes\">about {} minutes\
                     </span> <span class=\"standing\"></span></li>",
                    escape(&it.id()),
                    page.slug,
                    escape(&it.name),
                    escape(&it.spec.about),
                    it.spec.minutes,
                );
            }
            html.push_str("</ul>");
        }
        html.push_str("</section>");
    }
    html + "</div>\n\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_listed_in_the_order_of_the_summary() {
        let summary = "# Summary\n\n[Start here](start-here.md)\n\n# Part\n\n- [Lazy futures](lazy-futures.md)\n- [Soon]()\n";
        let slugs: Vec<_> = read(summary)
            .into_iter()
            .map(|it| (it.title, it.slug))
            .collect();
        let pair = |title: &str, slug: &str| (title.to_owned(), slug.to_owned());
        assert_eq!(
            slugs,
            [
                pair("Start here", "start-here"),
                pair("Lazy futures", "lazy-futures")
            ]
        );
    }
}
