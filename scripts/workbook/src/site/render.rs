//! What a directive becomes on the page. Code is a Markdown fence, so that mdBook colours it; everything else
//! is HTML without a blank line in it, because a blank line would end it.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use crate::book::library::Library;
use crate::book::snippet::{Kind, Snippet};
use crate::model::claim::{Metric, seconds};
use crate::model::problem::Problem;
use crate::model::recording::{Ending, Recording};
use crate::site::page::{self, Directive, Figure, Page, Sought};
use crate::site::picture;
use crate::site::question::Question;

/// The Markdown of a page with its directives filled in, and what was wrong with them.
pub(crate) fn page(library: &Library, path: &str, text: &str) -> (String, Vec<Problem>) {
    let Page {
        directives,
        mut problems,
        ..
    } = page::parse(path, text);
    let mut output = String::with_capacity(text.len() * 2);
    let references = references(text);
    let stem = path.rsplit('/').next().unwrap_or(path);
    let stem = stem.strip_suffix(".md").unwrap_or(stem);
    let mut copied = 0;
    for placed in &directives {
        output.push_str(&text[copied..placed.range.start]);
        copied = placed.range.end;
        let place = Place {
            id: format!("{stem}-{}", placed.line),
            references: &references,
        };
        match directive(library, &placed.what, &place) {
            Ok(filled) => output.push_str(&filled),
            Err((what, help)) => {
                let problem = Problem::new(path, placed.line, what, help);
                output.push_str(&problem_mark(&problem));
                problems.push(problem);
            }
        }
    }
    output.push_str(&text[copied..]);
    (output, problems)
}

type Wrong = (String, String);

/// Where a directive stands.
struct Place<'a> {
    /// Unique in the whole book: mdBook also prints all pages as one.
    id: String,
    /// The definitions of the page's links, `[name]: address`, which a question on it may use.
    references: &'a str,
}

/// The lines of a page that say where its links lead.
fn references(text: &str) -> String {
    let is_definition =
        |line: &&str| line.starts_with("[") && !line.starts_with("[^") && line.contains("]: ");
    let lines = text.lines().filter(is_definition);
    lines.fold(String::new(), |all, line| all + line + "\n")
}

fn directive(library: &Library, directive: &Directive, place: &Place<'_>) -> Result<String, Wrong> {
    match directive {
        Directive::Snippet {
            id,
            part,
            code,
            run,
        } => {
            let snippet = find(library, id)?;
            let mut output = String::from("\n");
            if *code {
                output.push_str(&listing(library, snippet, part.as_deref())?);
            }
            if *run {
                output.push_str(&self::run(library, snippet, &place.id));
            }
            output.push('\n');
            Ok(output)
        }
        Directive::Source {
            chapter,
            file,
            part,
        } => {
            let path = format!("chapters/{chapter}/src/{file}");
            let listing = listing_of(library, &path, part.as_deref(), "class=\"listing\"", "")?;
            Ok(format!("\n{listing}\n"))
        }
        Directive::Diff { from, to } => diff(library, find(library, from)?, find(library, to)?),
        Directive::Compare(ids) => {
            let snippets: Result<Vec<_>, _> = ids.iter().map(|id| find(library, id)).collect();
            compare(library, &snippets?, &place.id)
        }
        Directive::Predict(question) => predict(library, question, place),
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
                _ => Err((
                    "this ratio is not of two numbers above zero".to_owned(),
                    "take figures that every run has".to_owned(),
                )),
            }
        }
        Directive::Fact(text) => Ok(escape(text).replace(' ', "&nbsp;")),
    }
}

fn find<'a>(library: &'a Library, id: &str) -> Result<&'a Snippet, Wrong> {
    library.snippet(id).ok_or_else(|| library.unknown(id))
}

/// A ratio, rounded for reading.
fn ratio(value: f64) -> String {
    if value >= 9.95 {
        crate::model::claim::thousands(value.round() as u64)
    } else {
        format!("{value:.1}")
    }
}

/// A figure as a number where it is one, as text for reading, and where it comes from.
fn value(library: &Library, figure: &Figure) -> Result<(Option<f64>, String, String), Wrong> {
    let id = &figure.id;
    find(library, id)?;
    let record = || format!("run `cargo workbook record {id}`");
    let recording = library
        .recording(id)
        .ok_or_else(|| (format!("`{id}` has no recording"), record()))?;
    match &figure.what {
        Sought::Metric(metric) => {
            let number = metric.of(recording.seen()).ok_or_else(|| {
                (
                    format!("the recording of `{id}` has no `{metric}`"),
                    record(),
                )
            })?;
            let shown = metric.show(number).replace(' ', "&nbsp;");
            Ok((Some(number), shown, format!("{metric} of {id}, recorded")))
        }
        Sought::Said(regex) => {
            let said = recording
                .lines
                .iter()
                .find_map(|line| regex.captures(&line.text)?.get(1));
            let said = said.ok_or_else(|| {
                let what = format!("no line of `{id}` matches /{regex}/");
                (
                    what,
                    "mend the regex, or record the snippet again".to_owned(),
                )
            })?;
            let text = said.as_str();
            let number = text.replace([',', '_'], "").parse().ok();
            let shown = escape(text).replace(' ', "&nbsp;");
            Ok((number, shown, format!("printed by {id}, recorded")))
        }
    }
}

/// A program, or a part of it, under the name of its file.
fn listing(library: &Library, snippet: &Snippet, part: Option<&str>) -> Result<String, Wrong> {
    let (class, note) = match snippet.kind {
        Kind::CompileFail => (
            "listing refused",
            "<span class=\"note\">does not compile</span>",
        ),
        _ => ("listing", ""),
    };
    let id = escape(&snippet.id());
    let attributes = format!("class=\"{class}\" data-snippet=\"{id}\"");
    listing_of(library, &snippet.source, part, &attributes, note)
}

fn listing_of(
    library: &Library,
    path: &str,
    part: Option<&str>,
    attributes: &str,
    note: &str,
) -> Result<String, Wrong> {
    let text = source(library, path)?;
    let code = match part {
        None => without_marks(&text),
        Some(name) => cut_part(&text, name).ok_or_else(|| {
            let what = format!("`{path}` has no part `{name}`");
            (
                what,
                format!("put it between `// part: {name}` and `// end: {name}`"),
            )
        })?,
    };
    let file = escape(path.strip_prefix("chapters/").unwrap_or(path));
    Ok(format!(
        "<figure {attributes}><figcaption><span class=\"file\">{file}</span>{note}</figcaption>\n\n\
         {}\n\n</figure>\n\n",
        fence("rust", &shown_whole(&code))
    ))
}

fn source(library: &Library, path: &str) -> Result<String, Wrong> {
    match std::fs::read_to_string(library.house.absolute(path)) {
        Ok(text) => Ok(text.replace("\r\n", "\n")),
        Err(error) => Err((
            format!("failed to read `{path}`: {error}"),
            "bring the file back, or mend its name".to_owned(),
        )),
    }
}

/// What changed from one program to another.
fn diff(library: &Library, from: &Snippet, to: &Snippet) -> Result<String, Wrong> {
    // What each program says to watch for is not what changed between them.
    let program = |text: String| {
        let lines = without_marks(&text);
        let lines = lines.lines().skip_while(|line| line.starts_with("//!"));
        lines.fold(String::new(), |all, line| all + line + "\n")
    };
    let old = program(source(library, &from.source)?);
    let new = program(source(library, &to.source)?);
    let diff = TextDiff::from_lines(&old, &new);
    let mut code = String::new();
    for (at, group) in diff.grouped_ops(3).iter().enumerate() {
        if at > 0 {
            code.push_str("…\n");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let line = change.value();
            code.push_str(format!("{sign} {line}").trim_end());
            code.push('\n');
        }
    }
    if code.is_empty() {
        let what = format!("`{}` and `{}` are the same", from.id(), to.id());
        return Err((what, "show two programs that differ".to_owned()));
    }
    let arrow = format!(
        "<span class=\"file\">{}</span><span class=\"note\">what changed since {}</span>",
        escape(to.source.strip_prefix("chapters/").unwrap_or(&to.source)),
        escape(&from.name),
    );
    Ok(format!(
        "\n<figure class=\"listing diff\"><figcaption>{arrow}</figcaption>\n\n{}\n\n</figure>\n\n",
        fence("diff", &code)
    ))
}

/// `// part: NAME` and `// end: NAME` lines are never shown.
fn is_mark(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("// part: ") || line.starts_with("// end: ")
}

/// A program as readers see it.
pub(crate) fn without_marks(text: &str) -> String {
    text.lines()
        .filter(|line| !is_mark(line))
        .fold(String::new(), |all, line| all + line + "\n")
}

fn cut_part(text: &str, name: &str) -> Option<String> {
    let (start, end) = (format!("// part: {name}"), format!("// end: {name}"));
    let mut lines = text.lines().skip_while(|line| line.trim() != start);
    lines.next()?;
    let mut part = Vec::new();
    for line in lines {
        if line.trim() == end {
            let indent = part
                .iter()
                .filter(|line: &&&str| !line.trim().is_empty())
                .map(|line| line.len() - line.trim_start().len())
                .min()
                .unwrap_or(0);
            let lines = part.iter().filter(|line| !is_mark(line));
            return Some(lines.fold(String::new(), |all, line| {
                all + line.get(indent..).unwrap_or_default() + "\n"
            }));
        }
        part.push(line);
    }
    None
}

/// mdBook hides the lines of a Rust block that start with `# `, and takes one `#` from those that start
/// with two: such a line gets one more.
fn shown_whole(code: &str) -> String {
    code.lines().fold(String::new(), |mut all, line| {
        let indent = line.len() - line.trim_start().len();
        let (space, rest) = line.split_at(indent);
        all.push_str(space);
        if rest == "#" || rest.starts_with("# ") || rest.starts_with("##") {
            all.push('#');
        }
        all.push_str(rest);
        all.push('\n');
        all
    })
}

fn fence(language: &str, code: &str) -> String {
    let longest = code
        .lines()
        .map(|line| line.trim_start().chars().take_while(|c| *c == '`').count())
        .max()
        .unwrap_or(0);
    let ticks = "`".repeat(longest.max(2) + 1);
    format!("{ticks}{language}\n{}\n{ticks}", code.trim_end())
}

/// A recorded run: what it printed and when, how it ended, what it cost, where it was recorded, and how to
/// run it oneself.
fn run(library: &Library, snippet: &Snippet, place: &str) -> String {
    let id = snippet.id();
    let Some(recording) = library.recording(&id) else {
        let problem = Problem::new("", 0, format!("{id} is not recorded yet"), "");
        return problem_mark(&problem) + "\n";
    };
    let wall = recording.figures.wall.unwrap_or_default();
    let mut html = format!(
        "<figure class=\"run\" data-snippet=\"{}\" data-wall=\"{wall}\">",
        escape(&id)
    );
    if let Some(why) = library.stale(snippet, recording) {
        let what = format!("This recording is stale: {why}. Run cargo workbook record {id}.");
        write!(
            html,
            "<p class=\"stale\" role=\"note\">{}</p>",
            escape(&what)
        )
        .unwrap();
    }
    if !recording.compiler.is_empty() {
        html.push_str(&compiler(recording));
    }
    if !matches!(recording.ending, Ending::Refused(_)) {
        html.push_str(&output(recording));
    }
    html.push_str(&picture(snippet, recording, place));
    html.push_str("<figcaption>");
    write!(
        html,
        "<p class=\"figures\">{}</p>",
        figures(snippet, recording)
    )
    .unwrap();
    write!(html, "<p class=\"recorded\">{}</p>", recorded(recording)).unwrap();
    html.push_str("</figcaption></figure>\n");
    html
}

/// The timeline, where the program draws one. `place` tells it from others.
fn picture(snippet: &Snippet, recording: &Recording, place: &str) -> String {
    if recording.timeline.is_empty() {
        return String::new();
    }
    let run = lanes_of("", recording);
    picture::svg(&snippet.spec.about, &[run], place)
}

fn lanes_of<'a>(heading: &'a str, recording: &'a Recording) -> picture::Run<'a> {
    picture::Run {
        heading,
        lanes: &recording.timeline,
        wall: recording.figures.wall.unwrap_or_default(),
        stopped: recording.ending.stopped(),
    }
}

/// Runs side by side: their timelines on one axis, and their figures in a table.
fn compare(library: &Library, snippets: &[&Snippet], place: &str) -> Result<String, Wrong> {
    let mut runs = Vec::new();
    for snippet in snippets {
        let id = snippet.id();
        let recording = library.recording(&id).ok_or_else(|| {
            (
                format!("`{id}` has no recording"),
                format!("run `cargo workbook record {id}`"),
            )
        })?;
        let name = match snippet.kind {
            Kind::Lead => snippet.chapter.replace('-', " "),
            _ => snippet.name.replace('_', " "),
        };
        runs.push((name, recording));
    }
    let ids: Vec<_> = snippets
        .iter()
        .map(|snippet| escape(&snippet.id()))
        .collect();
    let mut html = format!(
        "\n<figure class=\"run compare\" data-runs=\"{}\">",
        ids.join(" ")
    );
    if runs
        .iter()
        .any(|(_, recording)| !recording.timeline.is_empty())
    {
        let lanes: Vec<_> = runs.iter().map(|(name, it)| lanes_of(name, it)).collect();
        html.push_str(&picture::svg("These runs on one time axis", &lanes, place));
    }
    html.push_str(
        "<div class=\"table-wrapper\"><table><thead><tr><th>run</th><th>wall</th><th>CPU</th>\
         <th>memory</th><th>threads</th></tr></thead><tbody>",
    );
    for (name, recording) in &runs {
        write!(html, "<tr><th scope=\"row\">{}</th>", escape(name)).unwrap();
        for metric in [Metric::Wall, Metric::Cpu, Metric::MaxRss, Metric::Threads] {
            let shown = metric
                .of(recording.seen())
                .map(|figure| metric.show(figure));
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
fn predict(library: &Library, question: &Question, place: &Place<'_>) -> Result<String, Wrong> {
    let id = &question.run;
    find(library, id)?;
    let record = || format!("run `cargo workbook record {id}`");
    let recording = library
        .recording(id)
        .ok_or_else(|| (format!("`{id}` has no recording"), record()))?;
    let other = |id: &str, metric: &Metric| {
        let recording = library
            .recording(id)
            .ok_or(format!("`{id}` has no recording"))?;
        metric
            .of(recording.seen())
            .ok_or(format!("the recording of `{id}` has no `{metric}`"))
    };
    let key = question.key(recording.seen(), &other).map_err(|what| {
        (
            format!("the question about `{id}`: {what}"),
            "mend the choices: exactly one is true".into(),
        )
    })?;
    let mut html = format!(
        "\n<fieldset class=\"predict\" data-run=\"{}\"><legend>{}</legend>",
        escape(id),
        inline(library, &question.ask, place)?
    );
    for (number, choice) in question.choices.iter().enumerate() {
        let right = if number == key { " data-right" } else { "" };
        write!(
            html,
            "<label{right}><input type=\"radio\" name=\"predict-{}\" value=\"{number}\"> <span>{}</span></label>",
            place.id,
            inline(library, &choice.say, place)?
        )
        .unwrap();
    }
    write!(
        html,
        "<div class=\"why\">{}</div></fieldset>\n\n",
        inline(library, &question.why, place)?
    )
    .unwrap();
    Ok(html)
}

/// Markdown within a question as HTML in one line, its figures filled in.
fn inline(library: &Library, markdown: &str, place: &Place<'_>) -> Result<String, Wrong> {
    let markdown = format!("{}\n\n{}", markdown.trim(), place.references);
    let page = page::parse("", &markdown);
    if let Some(problem) = page.problems.first() {
        return Err((problem.what.clone(), problem.help.clone()));
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
    let html = html.trim().replace('\n', " ");
    // One paragraph needs no element of its own.
    let one = html
        .strip_prefix("<p>")
        .and_then(|html| html.strip_suffix("</p>"));
    Ok(one
        .filter(|inner| !inner.contains("<p>"))
        .unwrap_or(&html)
        .to_owned())
}

/// Text in a `<pre>`: a newline in the source would be safe, a blank line would not.
fn compiler(recording: &Recording) -> String {
    let lines: Vec<_> = recording.compiler.iter().map(|line| escape(line)).collect();
    let label = "What the compiler says";
    format!(
        "<pre class=\"output compiler\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">{}</pre>",
        lines.join("&#10;")
    )
}

fn output(recording: &Recording) -> String {
    let mut html = String::from(
        "<pre class=\"output\" tabindex=\"0\" role=\"group\" aria-label=\"Recorded output\">",
    );
    if recording.lines.is_empty() {
        html.push_str("<span class=\"quiet\">(it prints nothing)</span>");
    }
    for (at, line) in recording.lines.iter().enumerate() {
        if let Some(cut) = &recording.cut
            && cut.after == at
        {
            let cut = crate::model::claim::thousands(cut.lines as u64);
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
        let text = escape(&line.text);
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
fn figures(snippet: &Snippet, recording: &Recording) -> String {
    let mut parts = Vec::new();
    let ended = |words: String| format!("<span class=\"ending\">{words}</span>");
    let deadline = seconds(snippet.spec.deadline);
    match &recording.ending {
        Ending::Ok => {}
        Ending::Panic => parts.push(ended("ended with a panic, exit code 101".into())),
        Ending::Exit(code) => parts.push(ended(format!("ended with exit code {code}"))),
        Ending::Signal(name) => parts.push(ended(format!("ended by the signal SIG{name}"))),
        Ending::Hang => parts.push(ended(format!("hangs: stopped after {deadline}, using no CPU"))),
        Ending::Spins => parts.push(ended(format!("spins: stopped after {deadline}, using CPU"))),
        Ending::Floods => parts.push(ended("prints without end: stopped".into())),
        Ending::Refused(None) => parts.push(ended("does not compile".into())),
        Ending::Refused(Some(code)) => parts.push(ended(format!(
            "does not compile: error <a href=\"https://doc.rust-lang.org/error_codes/{code}.html\">{code}</a>"
        ))),
    }
    if recording.left_behind > 0 {
        let left = crate::model::problem::count(recording.left_behind, "process");
        parts.push(ended(
            format!("left {left} behind").replace("processs", "processes"),
        ));
    }
    for (metric, words) in [
        (Metric::Wall, ""),
        (Metric::Cpu, " of CPU"),
        (Metric::MaxRss, ""),
        (Metric::Threads, " threads"),
    ] {
        if let Some(figure) = metric.of(recording.seen()) {
            let shown = metric.show(figure);
            let words = if shown == "1" {
                words.trim_end_matches('s')
            } else {
                words
            };
            parts.push(format!("{shown}{words}"));
        }
    }
    parts.join(" · ")
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
    let cores = crate::model::problem::count(on.cores, "core");
    let release = match recording.made_from.profile.as_str() {
        "release" => ", optimised",
        _ => "",
    };
    format!(
        "Recorded with rustc {} on {os}, {cores}{release}. Yours: <code>{}</code>",
        escape(&rustc.join(".")),
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

/// Text as HTML, in one line, and safe inside Markdown: nothing in it is markup of either kind.
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\n' => html.push_str("&#10;"),
            '*' | '_' | '`' | '[' | ']' | '\\' | '{' | '}' | '|' | '$' | '~' => {
                write!(html, "&#{};", u32::from(c)).unwrap();
            }
            c if c.is_control() && c != '\t' => html.push('\u{fffd}'),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_run_is_never_markup() {
        assert_eq!(
            escape("<b> & \"x\" *y* `z`\n"),
            "&lt;b&gt; &amp; &quot;x&quot; &#42;y&#42; &#96;z&#96;&#10;"
        );
        assert_eq!(escape("\u{1b}[31m"), "\u{fffd}&#91;31m");
    }

    #[test]
    fn a_part_is_cut_out_and_moved_left() {
        let text =
            "fn main() {\n    // part: tea\n    tea();\n\n        pour();\n    // end: tea\n}\n";
        assert_eq!(cut_part(text, "tea").unwrap(), "tea();\n\n    pour();\n");
        assert_eq!(cut_part(text, "coffee"), None);
        assert_eq!(
            without_marks(text),
            "fn main() {\n    tea();\n\n        pour();\n}\n"
        );
    }

    #[test]
    fn no_line_of_a_program_is_hidden_by_mdbook() {
        let code = "#![allow(x)]\n#[test]\n# x\n  #\n## y\n";
        assert_eq!(
            shown_whole(code),
            "#![allow(x)]\n#[test]\n## x\n  ##\n### y\n"
        );
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_code() {
        assert_eq!(fence("rust", "a\n"), "```rust\na\n```");
        assert_eq!(fence("rust", "````\n"), "`````rust\n````\n`````");
    }

    #[test]
    fn ratios_are_rounded_for_reading() {
        assert_eq!(ratio(9.97), "10");
        assert_eq!(ratio(3.04), "3.0");
        assert_eq!(ratio(1234.5), "1,235");
    }
}
