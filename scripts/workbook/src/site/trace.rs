//! The page of a program that was traced: whole in one file, with the book's own styles in it.

use std::fmt::Write;

use crate::model::metric::Metric;
use crate::model::printed;
use crate::model::run::Run;
use crate::site::html::escape;
use crate::site::picture::{self, PicturedRun};
use crate::site::render;

/// What stands in every such page, and in no other file.
pub(crate) const MARK: &str = "<meta name=\"generator\" content=\"cargo workbook trace\">";

const BOOK: &str = include_str!("../../../../book/assets/workbook.css");
const OWN: &str = include_str!("trace.css");
/// In the book's styles, the colours of its dark themes.
const DARK: &str = ":is(.coal, .navy, .ayu) .content {";

const METRICS: [Metric; 5] = [
    Metric::Wall,
    Metric::Cpu,
    Metric::MaxRss,
    Metric::Threads,
    Metric::Switches,
];

/// A run with what is to be said of it.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    /// As it would be typed.
    pub(crate) command: &'a str,
    pub(crate) run: &'a Run,
    /// How it ended; empty where that was in good order.
    pub(crate) ending: &'a str,
    /// Whether it was ended at its deadline.
    pub(crate) at_deadline: bool,
    /// What was still there when it was ended, a line each, or what is to be known of the timeline.
    pub(crate) notes: &'a [String],
    /// Where and when it ran.
    pub(crate) place: &'a str,
}

/// The page.
pub(crate) fn page(report: &Report<'_>) -> String {
    let run = report.run;
    let command = escape(&printed::as_it_stands(report.command));
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{MARK}\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{command}</title>\n\
         <style>\n{OWN}\n{BOOK}\n{}</style>\n</head>\n<body>\n<main class=\"content\">\n<h1>{command}</h1>\n\
         <figure class=\"run\">",
        dark()
    );
    html.push_str(&render::output(run, "Output"));
    if !run.timeline.is_empty() {
        let mut pictured = PicturedRun::of("", run);
        pictured.at_deadline = report.at_deadline;
        html.push_str(&picture::svg(report.command, &[pictured], "trace"));
    }
    if !report.notes.is_empty() {
        html.push_str("<ul class=\"waiting\">");
        for note in report.notes {
            write!(html, "<li>{}</li>", with_code(note)).unwrap();
        }
        html.push_str("</ul>");
    }
    let cost = summed_up(&escape(report.ending), run);
    let place = escape(report.place);
    write!(
        html,
        "<figcaption><p class=\"figures\">{cost}</p><p class=\"recorded\">{place}</p></figcaption></figure>\n\
         </main>\n</body>\n</html>\n"
    )
    .unwrap();
    html
}

/// Ending and figures as one line of text.
pub(crate) fn summary(ending: &str, run: &Run) -> String {
    let html = summed_up(ending, run);
    html.replace("<span class=\"ending\">", "")
        .replace("</span>", "")
}

fn summed_up(ending: &str, run: &Run) -> String {
    let cost = render::ending_and_cost(ending, run, &METRICS);
    match ending {
        "" => format!("exit code 0 · {cost}"),
        _ => cost,
    }
}

/// What stands between backticks is a name.
fn with_code(note: &str) -> String {
    let parts: Vec<_> = note.split('`').map(escape).collect();
    // There may be one in a name.
    if parts.len() % 2 == 0 {
        return escape(note);
    }
    let marked = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        0 => part.clone(),
        _ => format!("<code>{part}</code>"),
    });
    marked.collect()
}

/// The book has its dark colours under the names of themes, which the reader chooses. Here the system has chosen.
fn dark() -> String {
    let block = BOOK
        .split_once(DARK)
        .and_then(|(_, rest)| rest.split_once('}'));
    let colours = block.map_or("", |(block, _)| block);
    format!("@media screen and (prefers-color-scheme: dark) {{\n.content {{{colours}}}\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::run::Ending;

    #[test]
    fn the_dark_colours_are_the_books() {
        let (dark, picture) = (dark(), "--tl-poll: #6cabe8;");
        assert!(dark.contains(picture) && BOOK.contains(picture), "{dark}");
        assert_eq!(dark.matches('{').count(), dark.matches('}').count());
    }

    #[test]
    fn nothing_that_a_program_is_called_is_markup() {
        let run = Run::ended(Ending::Ok);
        let page = page(&Report {
            command: "tea '</title><script>' \u{1b}[31m",
            run: &run,
            ending: "",
            at_deadline: false,
            notes: &["<b> `<b>` waits".to_owned()],
            place: "</main>",
        });
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("<li>&lt;b&gt; <code>&lt;b&gt;</code> waits</li>"));
        assert_eq!(page.matches("</main>").count(), 1);
        assert!(page.contains("(it prints nothing)"));
        for network in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(network), "{network}");
        }
    }
}
