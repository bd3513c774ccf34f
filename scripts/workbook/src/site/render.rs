//! What a directive becomes on the page. Code is a Markdown fence, so that mdBook colours it; everything else
//! is HTML without a blank line in it, because a blank line would end it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use crate::book::freshness::Freshness;
use crate::book::library::Library;
use crate::book::snippet::{Snippet, SnippetKind};
use crate::model::metric::Metric;
use crate::model::printed;
use crate::model::problem::Problem;
use crate::model::recording::Recording;
use crate::model::run::{Ending, Run};
use crate::model::units;
use crate::site::agenda::Agenda;
use crate::site::closer::Closer;
use crate::site::contents;
use crate::site::directive::{Directive, FigureSought, PagePart, Sought};
use crate::site::exercise;
use crate::site::headings::Heading;
use crate::site::html::{escape, unsearched};
use crate::site::listing::{self, Naming};
use crate::site::minutes::{self, Effort, Measured, PageMinutes};
use crate::site::page::{self, Page, Placed};
use crate::site::picture::{self, PicturedRun};
use crate::site::question::Question;
use crate::site::timetable;
use crate::site::withheld::{self, Withheld};

/// The Markdown of a page with its directives filled in, and what was wrong with it. `page` is what stands in `text`, and
/// `withheld` what its readers are not to see yet, where they are a class.
pub(crate) fn page(
    library: &Library,
    path: &str,
    text: &str,
    page: &Page,
    withheld: Option<&Withheld>,
) -> (String, Vec<Problem>) {
    let stem = path.rsplit('/').next().unwrap_or(path);
    let mut filler = Filler {
        library,
        path,
        stem: stem.strip_suffix(".md").unwrap_or(stem),
        text,
        page,
        references: page::references(text),
        asked: asked_in(&page.directives),
        withheld,
        measured: Measured::new(library),
        // A run is in the minutes of its section: they would tell how long it took.
        said: match withheld {
            None => minutes_said(library, text, page),
            Some(_) => Vec::new(),
        },
        problems: page.problems.clone(),
    };
    let mut output = filler.fill(0..text.len());
    let asks = withheld.is_some_and(|it| !it.runs.is_empty());
    if asks && withheld::is_for_teachers(filler.stem) {
        let title = page.headings.first().map(|it| it.range.clone());
        output = text[title.unwrap_or_default()].trim_end().to_owned() + withheld::TEACHERS_PAGE;
    }
    (output, filler.problems)
}

/// A page whose directives are filled in.
struct Filler<'a> {
    library: &'a Library,
    path: &'a str,
    /// The page's name, without `.md`.
    stem: &'a str,
    text: &'a str,
    page: &'a Page,
    references: String,
    asked: BTreeSet<&'a str>,
    withheld: Option<&'a Withheld>,
    /// For who says how long pages take.
    measured: Measured<'a>,
    /// What the page says of its minutes, and at which bytes of its text, where it was not said yet.
    said: Vec<(usize, String)>,
    problems: Vec<Problem>,
}

impl Filler<'_> {
    /// A stretch of the page with its directives filled in.
    fn fill(&mut self, range: Range<usize>) -> String {
        let (page, text) = (self.page, self.text);
        let mut output = String::with_capacity(range.len() * 2);
        let mut copied = range.start;
        for (at, placed) in page.directives.iter().enumerate() {
            // What stands among the words about a withheld run is passed over.
            if placed.range.start < copied || placed.range.end > range.end {
                continue;
            }
            output.push_str(&self.as_it_stands(copied..placed.range.start));
            copied = placed.range.end;
            output.push_str(&self.directive(at, placed));
            if self.withheld.is_some_and(|it| it.covers(&placed.what)) {
                let words = withheld::words_after(page, text, copied);
                output.push_str(&self.definitions(&words));
                copied = words.end.min(range.end);
            }
        }
        output.push_str(&self.as_it_stands(copied..range.end));
        output
    }

    /// A stretch of the page without directives, and what is said of minutes there.
    fn as_it_stands(&mut self, range: Range<usize>) -> String {
        let mut output = String::with_capacity(range.len());
        let mut copied = range.start;
        let is_here = |(at, _): &mut (usize, String)| (range.start..=range.end).contains(at);
        for (at, words) in self.said.extract_if(.., is_here) {
            output.push_str(&self.text[copied..at]);
            output.push_str(&words);
            copied = at;
        }
        output + &self.text[copied..range.end]
    }

    fn directive(&mut self, at: usize, placed: &Placed<Directive>) -> String {
        let place = Place {
            page: self.stem,
            id: format!("{}-{}", self.stem, placed.line),
            references: &self.references,
            asked_before: asked_in(&self.page.directives[..at]),
            asked: &self.asked,
            withheld: self.withheld,
            measured: &self.measured,
        };
        if let Directive::Agenda(agenda) = &placed.what {
            let (html, found) = agenda_table(self.library, agenda, placed.line, &place);
            let found = found.into_iter().map(|it| it.in_file(self.path));
            self.problems.extend(found);
            return html;
        }
        match directive(self.library, &placed.what, &place) {
            Ok(filled) => filled,
            Err(problem) => {
                let problem = problem.in_file(self.path).at_line(placed.line);
                let mark = problem_mark(&problem);
                self.problems.push(problem);
                mark
            }
        }
    }

    /// The definitions of links and footnotes in words that are withheld: other places may use them. A footnote to which
    /// no words lead any more is on no page.
    fn definitions(&mut self, words: &Range<usize>) -> String {
        let notes = self.page.footnotes.iter();
        let notes: Vec<_> = notes
            .filter(|it| words.contains(&it.start))
            .cloned()
            .collect();
        let mut kept = String::new();
        for note in notes {
            kept.push_str(self.fill(note).trim_end());
            kept.push_str("\n\n");
        }
        kept + &page::references(&self.text[words.clone()]) + "\n"
    }
}

/// What a page with a core says of its minutes, and at which bytes of its text: at its headings, where a script finds it,
/// and below its title.
fn minutes_said(library: &Library, text: &str, page: &Page) -> Vec<(usize, String)> {
    let is_next = |it: &Placed<Directive>| matches!(it.what, Directive::Next);
    if !page.directives.iter().any(is_next) {
        return Vec::new();
    }
    let measured = minutes::of_page(library, text, page);
    let mut said = Vec::new();
    for (at, placed) in page.headings.iter().enumerate() {
        let heading = &placed.what;
        let section = measured.section(&heading.anchor);
        // The page as a whole is told below its title.
        if let (true, Some(section)) = (heading.level > 1, section) {
            let minutes = measured.of_all(section).minutes();
            let minutes = format!("data-minutes={minutes:.1}");
            said.extend(in_heading(text, placed, &minutes));
        }
        if at == 0 && heading.level == 1 {
            said.push((placed.range.end, minutes_line(&measured)));
        }
    }
    said
}

/// What to put at the end of a heading's line for it to have one more attribute, and where. None for a heading of another
/// form than `## Words`.
fn in_heading(text: &str, placed: &Placed<Heading>, attribute: &str) -> Option<(usize, String)> {
    let line = text[placed.range.clone()].lines().next()?.trim_end();
    if !line.starts_with('#') || line.ends_with('#') {
        return None;
    }
    let end = placed.range.start + line.len();
    let has_attributes = line.ends_with('}') && !line.ends_with("}}");
    Some(match has_attributes {
        true => (end - 1, format!(" {attribute}")),
        false => (end, format!(" {{{attribute}}}")),
    })
}

fn minutes_line(measured: &PageMinutes) -> String {
    let part = |part: PagePart| {
        let effort = measured.of_part(part);
        (effort != Effort::default()).then(|| minutes::whole(effort.minutes()))
    };
    let mut words = Vec::new();
    words.extend(part(PagePart::Core).map(|it| format!("About {it} minutes")));
    words.extend(part(PagePart::Exercises).map(|it| format!("{it} for the exercises")));
    let further = part(PagePart::Further).filter(|_| measured.has_further());
    words.extend(further.map(|it| format!("{it} for what stands under Further")));
    format!("\n<p class=\"page-minutes\">{}</p>\n\n", words.join(" · "))
}

/// An agenda, added up; what is wrong in it stands in its place.
fn agenda_table(
    library: &Library,
    agenda: &Agenda,
    line: usize,
    place: &Place<'_>,
) -> (String, Vec<Problem>) {
    let (table, problems) =
        timetable::timetable(library, agenda, agenda.from, line, place.measured);
    let mut html = timetable::html(agenda, &table);
    for problem in &problems {
        html.push_str(&problem_mark(problem));
        html.push_str("\n\n");
    }
    (html, problems)
}

/// Where a directive stands.
struct Place<'a> {
    /// The page's name, without `.md`.
    page: &'a str,
    /// Unique in the whole book: mdBook also prints all pages as one.
    id: String,
    /// The definitions of the page's links, `[name]: address`, which a question on it may use.
    references: &'a str,
    /// The runs that the page has asked about before this place: what shows them is an answer.
    asked_before: BTreeSet<&'a str>,
    /// Those that it asks about anywhere: their names are not to give the answer away.
    asked: &'a BTreeSet<&'a str>,
    /// What is withheld from the readers, where they are a class.
    withheld: Option<&'a Withheld>,
    /// For who says how long pages take.
    measured: &'a Measured<'a>,
}

impl<'a> Place<'a> {
    /// Of words that belong to a page and do not stand on it: for who teaches, who sees all. `nothing` is what they ask.
    fn off_the_page(
        page: &'a str,
        references: &'a str,
        nothing: &'a BTreeSet<&'a str>,
        measured: &'a Measured<'a>,
    ) -> Self {
        Self {
            page,
            id: page.to_owned(),
            references,
            asked_before: BTreeSet::new(),
            asked: nothing,
            withheld: None,
            measured,
        }
    }

    /// A lead's name is `main`, and says nothing.
    fn naming(&self, id: &str) -> Naming {
        if id.ends_with("/main") {
            Naming::Open
        } else if self.withholds(id) {
            Naming::Secret
        } else if self.asked.contains(id) {
            Naming::Withheld
        } else {
            Naming::Open
        }
    }

    fn withholds(&self, id: &str) -> bool {
        self.withheld.is_some_and(|withheld| withheld.has(id))
    }
}

fn asked_in(directives: &[Placed<Directive>]) -> BTreeSet<&str> {
    let asked = directives.iter().filter_map(|placed| match &placed.what {
        Directive::Predict(question) => Some(question.run.as_str()),
        _ => None,
    });
    asked.collect()
}

fn directive(
    library: &Library,
    directive: &Directive,
    place: &Place<'_>,
) -> Result<String, Problem> {
    match directive {
        Directive::Snippet {
            id,
            part,
            code,
            run,
            closer,
        } => {
            let snippet = find(library, id)?;
            let mut output = String::from("\n");
            if *code {
                let naming = place.naming(id);
                let listing = listing::listing(library, snippet, part.as_deref(), naming)?;
                output.push_str(&listing);
            }
            if *run && place.withholds(id) {
                output.push_str(withheld::RUN);
            } else if *run {
                let run = self::run(library, snippet, closer.as_ref(), &place.id)?;
                output.push_str(&if place.asked_before.contains(id.as_str()) {
                    unsearched("", run.trim_end()) + "\n"
                } else {
                    run
                });
            }
            output.push('\n');
            Ok(output)
        }
        Directive::Source { path, part } => {
            let listing = listing::source_listing(library, path, part.as_deref())?;
            Ok(format!("\n{listing}\n"))
        }
        Directive::Diff { from, to } => {
            let (from, to) = (find(library, from)?, find(library, to)?);
            listing::diff(library, from, to, |id| place.naming(id))
        }
        Directive::Compare(ids) if ids.iter().any(|id| place.withholds(id)) => {
            Ok(withheld::COMPARISON.to_owned())
        }
        Directive::Compare(ids) => {
            let snippets: Result<Vec<_>, _> = ids.iter().map(|id| find(library, id)).collect();
            let html = compare(library, &snippets?, &place.id)?;
            let tells = ids
                .iter()
                .any(|id| place.asked_before.contains(id.as_str()));
            Ok(match tells {
                true => format!("\n{}\n\n", unsearched("", html.trim())),
                false => html,
            })
        }
        Directive::Exercise(id) => match library.exercise(id).filter(|it| it.id() == *id) {
            Some(it) => exercise::exercise(library, it),
            None => Err(library.unknown_exercise(id)),
        },
        Directive::Next => contents::next(&library.house, place.page),
        Directive::Progress => Ok(contents::progress(library)),
        Directive::Predict(question) => predict(library, question, place),
        Directive::Agenda(agenda) => Ok(agenda_table(library, agenda, 0, place).0),
        Directive::Minutes(sought) => {
            let minutes = minutes::whole(minutes::sought(place.measured, sought)?);
            let title = "words, code, runs and questions, measured by the tool";
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            Ok(format!(
                "<span class=\"from-run\" title=\"{title}\">{minutes}&nbsp;{unit}</span>"
            ))
        }
        Directive::Notes(markdown) => {
            // Nobody sees it here; but who teaches is to see all figures that are in it.
            html_of(library, markdown, place)?;
            Ok(String::new())
        }
        Directive::Value(..) if directive.snippets().iter().any(|id| place.withholds(id)) => {
            Ok(withheld::FIGURE.to_owned())
        }
        Directive::Value(figure, None) => {
            let (_, shown, title) = value(library, figure)?;
            Ok(format!(
                "<span class=\"from-run\" title=\"{title}\">{shown}</span>"
            ))
        }
        Directive::Value(over, Some(under)) => {
            let (over, _, one) = value(library, over)?;
            let (under, _, two) = value(library, under)?;
            match (over, under) {
                (Some(over), Some(under)) if under > 0.0 => {
                    let shown = ratio(over / under);
                    Ok(format!(
                        "<span class=\"from-run\" title=\"{one} / {two}\">{shown}</span>"
                    ))
                }
                _ => Err(Problem::nowhere(
                    "this ratio is not of two numbers above zero",
                    "take figures that every run has",
                )),
            }
        }
        Directive::Fact(text) => Ok(escape(text).replace(' ', "&nbsp;")),
    }
}

fn find<'a>(library: &'a Library, id: &str) -> Result<&'a Snippet, Problem> {
    library.snippet(id).ok_or_else(|| library.unknown(id))
}

/// A ratio, rounded for reading.
fn ratio(value: f64) -> String {
    if value >= 9.95 {
        units::thousands(value.round() as u64)
    } else {
        format!("{value:.1}")
    }
}

/// The recording of a snippet.
fn recording_of<'a>(library: &'a Library, id: &str) -> Result<&'a Recording, Problem> {
    find(library, id)?;
    library.recording(id).ok_or_else(|| {
        let help = format!("run `cargo workbook record {id}`");
        Problem::nowhere(format!("`{id}` has no recording"), help)
    })
}

/// A figure as a number where it is one, as text for reading, and where it comes from.
fn value(
    library: &Library,
    figure: &FigureSought,
) -> Result<(Option<f64>, String, String), Problem> {
    let id = &figure.id;
    let run = &recording_of(library, id)?.run;
    match &figure.what {
        Sought::Metric(metric) => {
            let number = metric.of(run).ok_or_else(|| {
                let what = format!("the recording of `{id}` has no `{metric}`");
                Problem::nowhere(what, format!("run `cargo workbook record {id}`"))
            })?;
            let shown = metric.show(number).replace(' ', "&nbsp;");
            let title = escape(&format!("{metric} of {id}, recorded"));
            Ok((Some(number), shown, title))
        }
        Sought::Said(pattern) => {
            let mut lines = run.lines.iter();
            let said = lines.find_map(|line| pattern.captures(&line.text)?.get(1));
            let said = said.ok_or_else(|| {
                let what = format!("no line of `{id}` matches {pattern}");
                Problem::nowhere(what, "mend the regex, or record the snippet again")
            })?;
            let text = said.as_str();
            let number = text.replace([',', '_'], "").parse().ok();
            let shown = escape(text).replace(' ', "&nbsp;");
            let title = escape(&format!("printed by {id}, recorded"));
            Ok((number, shown, title))
        }
    }
}

/// A recorded run: what it printed and when, how it ended, what it cost, where it was recorded, and how to
/// run it oneself.
fn run(
    library: &Library,
    snippet: &Snippet,
    closer: Option<&Closer>,
    place: &str,
) -> Result<String, Problem> {
    let id = snippet.id();
    let (recording, stale) = match library.freshness(snippet) {
        Freshness::Fresh(recording) => (recording, None),
        Freshness::Stale(recording, why) => (recording, Some(why)),
        Freshness::Missing => {
            let problem = Problem::nowhere(format!("{id} is not recorded yet"), "");
            return Ok(problem_mark(&problem) + "\n");
        }
        Freshness::Malformed => {
            let problem = Problem::nowhere(format!("the recording of {id} cannot be read"), "");
            return Ok(problem_mark(&problem) + "\n");
        }
    };
    let run = &recording.run;
    let mut html = format!(
        "<figure class=\"run\" data-snippet=\"{}\" data-wall=\"{}\">",
        escape(&id),
        run.wall()
    );
    if let Some(why) = stale {
        let what = format!("This recording is stale: {why}. Run cargo workbook record {id}.");
        let what = escape(&what);
        write!(html, "<p class=\"stale\" role=\"note\">{what}</p>").unwrap();
    }
    if !recording.compiler.is_empty() {
        html.push_str(&compiler(recording));
    }
    if !matches!(run.ending, Ending::Refused(_)) {
        html.push_str(&output(run, "Recorded output"));
    }
    html.push_str(&picture(snippet, run, closer, place)?);
    html.push_str("<figcaption>");
    write!(html, "<p class=\"figures\">{}</p>", figures(snippet, run)).unwrap();
    write!(html, "<p class=\"recorded\">{}</p>", recorded(recording)).unwrap();
    html.push_str("</figcaption></figure>\n");
    Ok(html)
}

/// The timeline, where the program draws one. `place` tells it from others.
fn picture(
    snippet: &Snippet,
    run: &Run,
    closer: Option<&Closer>,
    place: &str,
) -> Result<String, Problem> {
    let (about, pictured) = (&snippet.spec.about, PicturedRun::of("", run));
    Ok(match closer {
        Some(closer) => {
            let window = closer.window(&snippet.id(), run)?;
            picture::svg_closer(about, &pictured, place, &window)
        }
        None if run.timeline.is_empty() => String::new(),
        None => picture::svg(about, &[pictured], place),
    })
}

/// Runs side by side: their timelines on one axis, and their figures in a table.
fn compare(library: &Library, snippets: &[&Snippet], place: &str) -> Result<String, Problem> {
    let mut runs = Vec::new();
    for snippet in snippets {
        let recording = recording_of(library, &snippet.id())?;
        let name = match snippet.kind {
            SnippetKind::Lead => snippet.chapter.replace('-', " "),
            _ => snippet.name.replace('_', " "),
        };
        runs.push((name, &recording.run));
    }
    let ids: Vec<_> = snippets
        .iter()
        .map(|snippet| escape(&snippet.id()))
        .collect();
    let mut html = format!(
        "\n<figure class=\"run compare\" data-runs=\"{}\">",
        ids.join(" ")
    );
    if runs.iter().any(|(_, run)| !run.timeline.is_empty()) {
        let pictured: Vec<_> = runs
            .iter()
            .map(|(name, run)| PicturedRun::of(name, run))
            .collect();
        html.push_str(&picture::svg(
            "These runs on one time axis",
            &pictured,
            place,
        ));
    }
    html.push_str("<div class=\"table-wrapper\"><table><thead><tr><th>run</th>");
    for metric in Metric::OF_EVERY_RUN {
        write!(html, "<th>{}</th>", metric.heading()).unwrap();
    }
    html.push_str("</tr></thead><tbody>");
    for (name, run) in &runs {
        write!(html, "<tr><th scope=\"row\">{}</th>", escape(name)).unwrap();
        for metric in Metric::OF_EVERY_RUN {
            let shown = metric.of(run).map(|figure| metric.show(figure));
            let shown = shown.unwrap_or_default().replace(' ', "&nbsp;");
            write!(html, "<td>{shown}</td>").unwrap();
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div></figure>\n\n");
    Ok(html)
}

/// A question, with its choices and what is said when the reader has chosen. Which choice is right, the
/// recording says.
fn predict(library: &Library, question: &Question, place: &Place<'_>) -> Result<String, Problem> {
    let id = &question.run;
    let is_withheld = place.withholds(id);
    let key = match is_withheld {
        true => None,
        false => Some(key(library, question)?),
    };
    let in_class = match place.withheld {
        Some(_) => withheld::question_attribute(&question.id(place.page), !is_withheld),
        None => String::new(),
    };
    let ask = inline(library, &question.ask, place)?;
    let mut html = match is_withheld {
        true => format!("\n<fieldset class=\"predict is-asked\"{in_class}><legend>{ask}</legend>"),
        false => format!(
            "\n<fieldset class=\"predict\" data-run=\"{}\"{in_class}><legend>{ask}</legend>",
            escape(id)
        ),
    };
    for (number, choice) in question.choices.iter().enumerate() {
        let right = if Some(number) == key {
            " data-right"
        } else {
            ""
        };
        write!(
            html,
            "<label{right}><input type=\"radio\" name=\"predict-{}\" value=\"{number}\"> <span>{}</span></label>",
            place.id,
            inline(library, &choice.say, place)?
        )
        .unwrap();
    }
    if is_withheld {
        return Ok(html + "</fieldset>\n\n");
    }
    let why = inline(library, &question.why, place)?;
    let why = format!("<div class=\"why\">{why}</div>");
    Ok(unsearched(&html, &why) + "</fieldset>\n\n")
}

/// The words of the question that is a page's directive number `at`, as HTML with all figures: what it asks, its choices,
/// and why. What cannot be filled in is empty.
pub(crate) fn words_of_question(
    library: &Library,
    stem: &str,
    text: &str,
    page: &Page,
    at: usize,
) -> (String, Vec<String>, String) {
    let Directive::Predict(question) = &page.directives[at].what else {
        return Default::default();
    };
    let (references, measured) = (page::references(text), Measured::new(library));
    let nothing = BTreeSet::new();
    let place = Place::off_the_page(stem, &references, &nothing, &measured);
    let html = |markdown: &str| inline(library, markdown, &place).unwrap_or_default();
    let says = question.choices.iter().map(|choice| html(&choice.say));
    (html(&question.ask), says.collect(), html(&question.why))
}

/// The number of the choice that is true of the recorded run.
///
/// # Errors
/// Where there is no recording, and where not exactly one choice is true of it.
pub(crate) fn key(library: &Library, question: &Question) -> Result<usize, Problem> {
    let id = &question.run;
    let run = &recording_of(library, id)?.run;
    let other = |id: &str, metric: &Metric| library.figure(id, metric);
    question.key(run, &other).map_err(|what| {
        let what = format!("the question about `{id}`: {what}");
        Problem::nowhere(what, "mend the choices: exactly one is true")
    })
}

/// Markdown within a question as HTML in one line, its figures filled in.
fn inline(library: &Library, markdown: &str, place: &Place<'_>) -> Result<String, Problem> {
    let html = html_of(library, markdown, place)?.replace('\n', " ");
    // One paragraph needs no element of its own.
    let one = html
        .strip_prefix("<p>")
        .and_then(|html| html.strip_suffix("</p>"));
    Ok(one
        .filter(|inner| !inner.contains("<p>"))
        .unwrap_or(&html)
        .to_owned())
}

/// Markdown as HTML, its figures filled in.
fn html_of(library: &Library, markdown: &str, place: &Place<'_>) -> Result<String, Problem> {
    let markdown = format!("{}\n\n{}", markdown.trim(), place.references);
    let page = page::parse("", &markdown);
    if let Some(problem) = page.problems.first() {
        return Err(Problem::nowhere(&problem.what, &problem.help));
    }
    let mut filled = String::new();
    let mut copied = 0;
    for placed in &page.directives {
        filled.push_str(&markdown[copied..placed.range.start]);
        copied = placed.range.end;
        filled.push_str(&directive(library, &placed.what, place)?);
    }
    filled.push_str(&markdown[copied..]);
    let options = pulldown_cmark::Options::ENABLE_SMART_PUNCTUATION;
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new_ext(&filled, options));
    Ok(html.trim().to_owned())
}

/// Markdown that stands on no page as HTML, its figures filled in: of the page `slug`, whose links are defined by
/// `references`.
///
/// # Errors
/// Where it has something that cannot be filled in.
pub(crate) fn aside(
    library: &Library,
    slug: &str,
    markdown: &str,
    references: &str,
) -> Result<String, Problem> {
    let (measured, nothing) = (Measured::new(library), BTreeSet::new());
    let place = Place::off_the_page(slug, references, &nothing, &measured);
    html_of(library, markdown, &place)
}

/// Text in a `<pre>`: a newline in the source would be safe, a blank line would not.
fn compiler(recording: &Recording) -> String {
    let line = |line: &String| match quotes_code(line) {
        true => escape(line),
        false => format!("<span class=\"words\">{}</span>", escape(line)),
    };
    let lines: Vec<_> = recording.compiler.iter().map(line).collect();
    let label = "What the compiler says";
    format!(
        "<pre class=\"output compiler\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">{}</pre>",
        lines.join("&#10;")
    )
}

/// Whether a line of the compiler's shows code, or points at it from below. All others are words, and may be broken where
/// they are too long. `live.js` tells them apart in the same way.
fn quotes_code(line: &str) -> bool {
    let line = line.trim_start();
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.is_empty() || line == "..." || after_number.trim_start().starts_with('|')
}

/// What a run printed, and when. `label` names it for those who do not see it.
pub(crate) fn output(run: &Run, label: &str) -> String {
    let mut html =
        format!("<pre class=\"output\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">",);
    if run.lines.is_empty() {
        html.push_str("<span class=\"quiet\">(it prints nothing)</span>");
    }
    for (at, line) in run.lines.iter().enumerate() {
        if let Some(cut) = &run.cut
            && cut.after == at
        {
            let cut = units::thousands(cut.lines as u64);
            write!(
                html,
                "<span class=\"quiet\">… {cut} more lines …</span>&#10;"
            )
            .unwrap();
        }
        let class = if line.stream.is_out() {
            "line"
        } else {
            "line err"
        };
        let mut text = escape(&line.text);
        if printed::is_right_to_left(&line.text) {
            text = format!("<bdi>{text}</bdi>");
        }
        write!(
            html,
            "<span class=\"{class}\"><span class=\"t\">{:.3}</span>{text}</span>&#10;",
            line.t
        )
        .unwrap();
    }
    html.push_str("</pre>");
    html
}

/// How it ended, where that is not in good order, and what it cost.
fn figures(snippet: &Snippet, run: &Run) -> String {
    let words = run.ending.words(snippet.spec.deadline);
    let words = match &run.ending {
        // A lint has a name, and no page there.
        Ending::Refused(Some(code)) if is_error_code(code) => {
            let address = format!("https://doc.rust-lang.org/error_codes/{code}.html");
            let link = format!("<a href=\"{address}\">{code}</a>");
            words.replace(code, &link)
        }
        _ => escape(&words),
    };
    ending_and_cost(&words, run, &Metric::OF_EVERY_RUN)
}

/// How a run ended, as HTML, if there is anything to say of that, and what it cost.
pub(crate) fn ending_and_cost(words: &str, run: &Run, metrics: &[Metric]) -> String {
    let mut parts = Vec::new();
    let ended = |words: &str| format!("<span class=\"ending\">{words}</span>");
    if !words.is_empty() {
        parts.push(ended(words));
    }
    if run.left_behind > 0 {
        let processes = units::count(run.left_behind, "process");
        parts.push(ended(&format!("left {processes} behind")));
    }
    for metric in metrics {
        let Some(figure) = metric.of(run) else {
            continue;
        };
        let shown = metric.show(figure);
        parts.push(match metric {
            Metric::Cpu => format!("{shown} of CPU"),
            Metric::Threads if shown == "1" => format!("{shown} thread"),
            Metric::Threads => format!("{shown} threads"),
            Metric::Switches => format!("{shown} context switches"),
            _ => shown,
        });
    }
    parts.join(" · ")
}

fn is_error_code(code: &str) -> bool {
    let digits = code.strip_prefix('E').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
}

fn recorded(recording: &Recording) -> String {
    let on = &recording.made_on;
    let os = match on.os.as_str() {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    };
    let rustc: Vec<_> = on.rustc.split('.').take(2).collect();
    let cores = units::count(on.cores, "core");
    let release = match recording.made_from.profile.as_str() {
        "release" => ", optimised",
        _ => "",
    };
    format!(
        "Recorded with rustc {} on {}, {cores}{release}. Yours: <code>{}</code>",
        escape(&rustc.join(".")),
        escape(os),
        escape(&recording.command)
    )
}

/// A problem where the reader of the page sees it.
fn problem_mark(problem: &Problem) -> String {
    let help = if problem.help.is_empty() {
        String::new()
    } else {
        format!(" ({})", escape(&problem.help))
    };
    format!(
        "<strong class=\"problem\" role=\"note\">{}{help}</strong>",
        escape(&problem.what)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compilers_words_are_told_from_the_code_that_it_shows() {
        for code in [
            "",
            "...",
            "   |",
            "17 |     tea();",
            "   |     ^^^ not found",
            "17 | |",
        ] {
            assert!(quotes_code(code), "{code}");
        }
        for words in ["error: no", "  --> a.rs:1:2", "   = note: so", "3 errors"] {
            assert!(!quotes_code(words), "{words}");
        }
    }

    #[test]
    fn ratios_are_rounded_for_reading() {
        assert_eq!(ratio(9.97), "10");
        assert_eq!(ratio(3.04), "3.0");
        assert_eq!(ratio(1234.5), "1,235");
    }

    proptest::proptest! {
        #![proptest_config(crate::model::mutation::config())]
        #[test]
        fn no_damage_makes_it_panic(text in crate::model::mutation::damaged(
            &[include_str!("../../../../book/join.md"), include_str!("../../../../book/little-runtime.md"),
              include_str!("../../../../book/executor.md")],
            &["{{#snippet join/main}}", "{{#snippet ", "}}", "{{", "{{#value join/main says /(/}}", "\n\n", "```\n",
              "```predict\n", "```notes\n", "[[choice]]\n", "```agenda\nname='a'\ntitle='b'\nminutes=1\n", "[[item]]\n",
              "page = 'join'\n", "{{#minutes join#", "{{#next}}", "# ", "{#x}", "{{#diff join/main join/main}}", "{{#compare join/main}}", "{{#fact é",
              "{{#source join/../../x.rs}}", "{{#value join/main wall / join/main wall}}", "[a]: b", "<!--", "|", "\t"],
        )) {
            use std::sync::{Arc, LazyLock};
            use crate::book::{house::House, library::Library};
            static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| {
                let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
                Arc::new(Library::read(&House::find(here).unwrap()))
            });
            let start = std::time::Instant::now();
            let page = page::parse("book/join.md", &text);
            let (_, problems) = super::page(&LIBRARY, "book/join.md", &text, &page, None);
            assert!(problems.iter().all(|it| it.line > 0 && !it.help.is_empty()), "{problems:?}");
            assert!(start.elapsed().as_secs() < 10, "{text}");
        }
    }
}
