//! A page: which directives, fences and links its Markdown has, and what is wrong with them. Pure: text in,
//! pieces out.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, Options, Parser, Tag};
use regex::Regex;

use crate::model::claim::{Metric, slashed_regex};
use crate::model::problem::{Problem, closest, line_of};
use crate::site::numbers;
use crate::site::question::Question;

/// The fences that an author may write; all other code and output comes by directive.
const FENCES: [&str; 2] = ["console", "toml"];
const DIRECTIVES: [&str; 6] = ["snippet", "source", "compare", "diff", "value", "fact"];

#[derive(Debug, Default)]
pub(crate) struct Page {
    /// In the order in which they stand.
    pub(crate) directives: Vec<Placed<Directive>>,
    pub(crate) links: Vec<Placed<String>>,
    pub(crate) problems: Vec<Problem>,
}

/// Something, with the bytes it stands in and its line.
#[derive(Debug)]
pub(crate) struct Placed<T> {
    pub(crate) range: Range<usize>,
    pub(crate) line: usize,
    pub(crate) what: T,
}

#[derive(Debug)]
pub(crate) enum Directive {
    Snippet {
        id: String,
        part: Option<String>,
        code: bool,
        run: bool,
    },
    /// A file of a chapter's library, or a part of it.
    Source {
        chapter: String,
        file: String,
        part: Option<String>,
    },
    Diff {
        from: String,
        to: String,
    },
    Compare(Vec<String>),
    /// A `predict` fence.
    Predict(Question),
    Value(Figure, Option<Figure>),
    Fact(String),
}

/// A figure of a recording.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) id: String,
    pub(crate) what: Sought,
}

#[derive(Debug)]
pub(crate) enum Sought {
    Metric(Metric),
    /// What the first group of the regex matched in the output.
    Said(Regex),
}

impl Directive {
    fn is_block(&self) -> bool {
        matches!(
            self,
            Self::Snippet { .. } | Self::Source { .. } | Self::Diff { .. } | Self::Compare(_)
        )
    }

    /// The snippets that this directive names.
    pub(crate) fn snippets(&self) -> Vec<&str> {
        match self {
            Self::Snippet { id, .. } => vec![id],
            Self::Diff { from, to } => vec![from, to],
            Self::Value(a, b) => {
                let second = b.as_ref().map(|figure| figure.id.as_str());
                std::iter::once(a.id.as_str()).chain(second).collect()
            }
            Self::Compare(ids) => ids.iter().map(String::as_str).collect(),
            Self::Predict(question) => vec![&question.run],
            Self::Source { .. } | Self::Fact(_) => Vec::new(),
        }
    }

    /// Whether it shows a program or a run, and not only a figure.
    pub(crate) fn shows(&self) -> bool {
        self.is_block()
    }
}

/// Reads a page. `path` is what its problems are told under.
pub(crate) fn parse(path: &str, text: &str) -> Page {
    let mut page = Page::default();
    let mut code = Vec::new();
    let mut broken = Vec::new();
    let mut typed = Vec::new();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut note_broken = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        broken.push((link.span.start, link.reference.to_string()));
        None
    };
    let parser = Parser::new_with_broken_link_callback(text, options, Some(&mut note_broken));
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                page.fence(path, text, &range, &kind);
                code.push(range);
            }
            Event::Text(words) if !code.iter().any(|code| code.contains(&range.start)) => {
                for at in numbers::typed(&words) {
                    typed.push((range.start + at.start, words[at].to_owned()));
                }
            }
            Event::Code(_) => code.push(range),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let line = line_of(text, range.start);
                page.links.push(Placed {
                    range,
                    line,
                    what: dest_url.to_string(),
                });
            }
            _ => {}
        }
    }
    page.find_directives(path, text, &code);
    for (at, number) in typed {
        if !page.directives.iter().any(|it| it.range.contains(&at)) {
            let what = format!("the number `{number}` is typed by hand");
            let help = "take it from a recording, {{#value CHAPTER/NAME wall}}, or say that it is a fact of the \
                        world, {{#fact 2 MiB}}";
            page.problems
                .push(Problem::new(path, line_of(text, at), what, help));
        }
    }
    page.directives.sort_by_key(|it| it.range.start);
    page.find_questions_without_run(path);
    for (at, reference) in broken {
        // A regex in a directive may have brackets.
        let in_directive = || page.directives.iter().any(|it| it.range.contains(&at));
        if !in_directive() && !reference.trim().is_empty() {
            let what = format!("the link [{reference}] is defined nowhere on this page");
            let help = format!("add `[{reference}]: address` at the end of the page");
            page.problems
                .push(Problem::new(path, line_of(text, at), what, help));
        }
    }
    page
}

impl Page {
    fn fence(&mut self, path: &str, text: &str, range: &Range<usize>, kind: &CodeBlockKind<'_>) {
        let line = line_of(text, range.start);
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        let language = info.split([',', ' ', '{']).next().unwrap_or_default();
        if FENCES.contains(&language) {
            return;
        }
        if language == "predict" {
            return self.question(path, text, range);
        }
        let (what, help) = match language {
            "rust" => (
                "Rust code is typed into the page: nobody compiles it".to_owned(),
                "put the program in a file of the chapter and write {{#snippet CHAPTER/NAME}}",
            ),
            "" => (
                "a code block without a language".to_owned(),
                "output comes from a recording ({{#snippet CHAPTER/NAME}}); commands go into a `console` fence",
            ),
            other => (
                format!("a fence of `{other}`"),
                "a page may have `console` and `toml` fences; all else comes by directive",
            ),
        };
        self.problems.push(Problem::new(path, line, what, help));
    }

    fn question(&mut self, path: &str, text: &str, range: &Range<usize>) {
        let fence = &text[range.clone()];
        let inner = fence.find('\n').map_or(fence.len(), |at| at + 1);
        let end = fence
            .trim_end()
            .rfind('\n')
            .map_or(inner, |at| at + 1)
            .max(inner);
        let line = line_of(text, range.start);
        match Question::parse(&fence[inner..end]) {
            Ok(question) => {
                let what = Directive::Predict(question);
                self.directives.push(Placed {
                    range: range.clone(),
                    line,
                    what,
                });
            }
            Err((at, what)) => {
                let line = line_of(text, range.start + inner + at);
                let help = "a question has ask, run, why, and choice = [{ say = \"…\", when = \"a claim\" }, …]";
                self.problems.push(Problem::new(path, line, what, help));
            }
        }
    }

    /// A question hides the run that it is about, so that run has to come after it.
    fn find_questions_without_run(&mut self, path: &str) {
        for (at, placed) in self.directives.iter().enumerate() {
            let Directive::Predict(question) = &placed.what else {
                continue;
            };
            let is_its_run = |it: &Placed<Directive>| match &it.what {
                Directive::Snippet { id, run, .. } => *run && *id == question.run,
                _ => false,
            };
            if !self.directives[at..].iter().any(is_its_run) {
                let run = &question.run;
                let what = format!("no run of `{run}` comes after this question");
                let help = format!("put {{{{#snippet {run} code=no}}}} after it");
                self.problems
                    .push(Problem::new(path, placed.line, what, help));
            }
        }
    }

    fn find_directives(&mut self, path: &str, text: &str, code: &[Range<usize>]) {
        let mut from = 0;
        while let Some(start) = text[from..].find("{{#").map(|at| from + at) {
            let line = line_of(text, start);
            if let Some(range) = code.iter().find(|range| range.contains(&start)) {
                from = range.end.max(start + 3);
                continue;
            }
            let Some(end) = end_of_directive(text, start) else {
                let what = "a directive is opened and not closed".to_owned();
                let help = "write {{#name …}} on one line";
                self.problems.push(Problem::new(path, line, what, help));
                from = start + 3;
                continue;
            };
            from = end;
            match directive(&text[start + 3..end - 2]) {
                Ok(directive) => {
                    if directive.is_block() && !alone_on_its_line(text, start..end) {
                        let what =
                            format!("`{}` does not stand alone on its line", &text[start..end]);
                        let help = "put it on a line of its own, with an empty line around it";
                        self.problems.push(Problem::new(path, line, what, help));
                    }
                    self.directives.push(Placed {
                        range: start..end,
                        line,
                        what: directive,
                    });
                }
                Err((what, help)) => {
                    let what = format!("`{}`: {what}", &text[start..end]);
                    self.problems.push(Problem::new(path, line, what, help));
                }
            }
        }
    }
}

/// The byte after `}}`. A regex between slashes may have braces of its own.
fn end_of_directive(text: &str, start: usize) -> Option<usize> {
    let line = text[start..].lines().next()?;
    let end = line.find("}}")? + 2;
    let end = match line[..end].find(" says /") {
        Some(regex) => line[regex..].find("/}}").map_or(end, |at| regex + at + 3),
        None => end,
    };
    Some(start + end)
}

fn alone_on_its_line(text: &str, range: Range<usize>) -> bool {
    let before = text[..range.start].rsplit('\n').next().unwrap_or_default();
    let after = text[range.end..].split('\n').next().unwrap_or_default();
    before.trim().is_empty() && after.trim().is_empty()
}

type Wrong = (String, String);

fn directive(text: &str) -> Result<Directive, Wrong> {
    let (name, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let words: Vec<_> = rest.split_whitespace().collect();
    match name {
        "snippet" => snippet(&words),
        "source" => source(&words),
        "diff" => match words[..] {
            [from, to] => Ok(Directive::Diff {
                from: from.into(),
                to: to.into(),
            }),
            _ => Err(wrong(
                "diff takes two snippets",
                "{{#diff CHAPTER/A CHAPTER/B}}",
            )),
        },
        "compare" if words.len() >= 2 => Ok(Directive::Compare(
            words.iter().map(|id| (*id).to_owned()).collect(),
        )),
        "compare" => Err(wrong(
            "compare takes two snippets or more",
            "{{#compare CHAPTER/A CHAPTER/B}}",
        )),
        "value" => {
            let (first, second) = match rest.split_once(" / ") {
                Some((first, second)) => (figure(first)?, Some(figure(second)?)),
                None => (figure(rest)?, None),
            };
            Ok(Directive::Value(first, second))
        }
        "fact" if !rest.trim().is_empty() => Ok(Directive::Fact(rest.trim().to_owned())),
        "fact" => Err(wrong(
            "fact takes a number with its unit",
            "{{#fact 2 MiB}}",
        )),
        unknown => {
            let what = format!("unknown directive `{unknown}`");
            let help = match (closest(unknown, DIRECTIVES), unknown) {
                (Some(close), _) => format!("did you mean `{close}`?"),
                (None, "include" | "rustdoc_include" | "playground") => {
                    "code on a page comes by {{#snippet CHAPTER/NAME}}, which is checked".into()
                }
                (None, _) => format!("the directives are {}", DIRECTIVES.join(", ")),
            };
            Err((what, help))
        }
    }
}

fn wrong(what: &str, example: &str) -> Wrong {
    (what.to_owned(), format!("write {example}"))
}

fn snippet(words: &[&str]) -> Result<Directive, Wrong> {
    let [id, options @ ..] = words else {
        return Err(wrong(
            "snippet takes the id of one",
            "{{#snippet CHAPTER/NAME}}",
        ));
    };
    let (mut part, mut code, mut run) = (None, true, true);
    for option in options {
        match option.split_once('=') {
            Some(("part", name)) if !name.is_empty() => part = Some(name.to_owned()),
            Some(("code", "no")) => code = false,
            Some(("run", "no")) => run = false,
            _ => {
                let what = format!("unknown option `{option}`");
                return Err((
                    what,
                    "the options are part=NAME, code=no and run=no".to_owned(),
                ));
            }
        }
    }
    if !code && (part.is_some() || !run) {
        let what = "these options leave nothing to show".to_owned();
        return Err((
            what,
            "use code=no alone for the run, run=no for the code".to_owned(),
        ));
    }
    Ok(Directive::Snippet {
        id: (*id).to_owned(),
        part,
        code,
        run,
    })
}

/// `CHAPTER/FILE.rs`, which is `chapters/CHAPTER/src/FILE.rs`, and perhaps a part of it.
fn source(words: &[&str]) -> Result<Directive, Wrong> {
    let example = "{{#source CHAPTER/FILE.rs part=NAME}}";
    let what = "source takes a file of a chapter's `src`, and a part if you like";
    let (path, part) = match words {
        [path] => (path, None),
        [path, option] => match option.strip_prefix("part=") {
            Some(name) if !name.is_empty() => (path, Some(name.to_owned())),
            _ => {
                return Err((
                    format!("unknown option `{option}`"),
                    format!("write {example}"),
                ));
            }
        },
        _ => return Err(wrong(what, example)),
    };
    match path.split_once('/') {
        Some((chapter, file)) if file.ends_with(".rs") && !path.contains("..") => {
            Ok(Directive::Source {
                chapter: chapter.to_owned(),
                file: file.to_owned(),
                part,
            })
        }
        _ => Err(wrong(what, example)),
    }
}

/// `CHAPTER/NAME METRIC` or `CHAPTER/NAME says /regex with one group/`.
fn figure(text: &str) -> Result<Figure, Wrong> {
    let example = "{{#value CHAPTER/NAME wall}}";
    let (id, what) = text
        .trim()
        .split_once(' ')
        .ok_or_else(|| wrong("value takes a snippet and a figure", example))?;
    let help = || format!("write {example} or {{{{#value CHAPTER/NAME says /(\\d+) bytes/}}}}");
    let what = match what.trim().strip_prefix("says ") {
        Some(regex) => {
            let regex = slashed_regex(regex.trim()).map_err(|error| (error, help()))?;
            if regex.captures_len() != 2 {
                return Err(("the regex needs one group: what to show".to_owned(), help()));
            }
            Sought::Said(regex)
        }
        None => Sought::Metric(Metric::parse(what.trim()).map_err(|error| (error, help()))?),
    };
    Ok(Figure {
        id: id.to_owned(),
        what,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let page = parse("book/a.md", text);
        page.problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn directives_are_found_with_their_lines() {
        let text = "# A\n\n{{#snippet a/main run=no}}\n\nTook {{#value a/main wall}}, \
                    {{#value a/b wall / a/main wall}} times, {{#fact 2 MiB}}.\n\n\
                    {{#snippet a/main code=no}}\n\n{{#diff a/main a/b}}\n";
        let page = parse("book/a.md", text);
        assert_eq!(page.problems, []);
        let found: Vec<_> = page
            .directives
            .iter()
            .map(|it| (it.line, &text[it.range.clone()], it.what.snippets()))
            .collect();
        assert_eq!(
            found,
            [
                (3, "{{#snippet a/main run=no}}", vec!["a/main"]),
                (5, "{{#value a/main wall}}", vec!["a/main"]),
                (
                    5,
                    "{{#value a/b wall / a/main wall}}",
                    vec!["a/b", "a/main"]
                ),
                (5, "{{#fact 2 MiB}}", vec![]),
                (7, "{{#snippet a/main code=no}}", vec!["a/main"]),
                (9, "{{#diff a/main a/b}}", vec!["a/main", "a/b"]),
            ]
        );
    }

    #[test]
    fn directives_in_code_are_left_alone() {
        let page = parse("a.md", "`{{#snippet x}}`\n\n```toml\n{{#nonsense}}\n```\n");
        assert!(page.directives.is_empty());
        assert_eq!(page.problems, []);
    }

    #[test]
    fn a_regex_may_have_braces() {
        let page = parse(
            "a.md",
            r"It took {{#value a/main says /([\d.]{2}) ms/}} here.",
        );
        assert_eq!(page.problems, []);
        assert_eq!(page.directives.len(), 1);
        let row = r"| {{#value a/main wall}} | {{#value a/main says /x{2}(\d)/}} | {{#fact 1 s}} |";
        let page = parse("a.md", row);
        assert_eq!(page.problems, []);
        assert_eq!(page.directives.len(), 3);
    }

    #[test]
    fn every_broken_directive_is_found() {
        for (text, words) in [
            (
                "{{#snipet a/main}}",
                "unknown directive `snipet`\n  help: did you mean `snippet`?",
            ),
            ("{{#include a.rs}}", "code on a page comes by {{#snippet"),
            (
                "{{#snippet a/main colour=red}}",
                "unknown option `colour=red`",
            ),
            (
                "{{#snippet a/main code=no run=no}}",
                "leave nothing to show",
            ),
            ("{{#snippet}}", "snippet takes the id"),
            (
                "Here: {{#snippet a/main}}",
                "does not stand alone on its line",
            ),
            ("{{#diff a/main}}", "diff takes two snippets"),
            ("{{#source a}}", "source takes a file of a chapter's `src`"),
            (
                "{{#source a/../b.rs}}",
                "source takes a file of a chapter's `src`",
            ),
            ("{{#source a/b.rs code=no}}", "unknown option `code=no`"),
            (
                "Here: {{#source a/b.rs}}",
                "does not stand alone on its line",
            ),
            ("It took {{#value a/main wal}}.", "unknown metric `wal`"),
            (
                "It took {{#value a/main}}.",
                "value takes a snippet and a figure",
            ),
            ("It took {{#value a/main says /ms/}}.", "needs one group"),
            ("It is {{#fact}}.", "fact takes a number"),
            ("It is {{#fact two.\n}}", "opened and not closed"),
        ] {
            let found = problems(&format!("One.\n\n{text}\n"));
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            let line = if text.starts_with("```") { 4 } else { 3 };
            assert!(
                found[0].starts_with(&format!("book/a.md:{line}: ")),
                "{found:?}"
            );
            assert!(found[0].contains(words), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_question_stands_before_its_run() {
        let question = "```predict\nask = 'how long?'\nrun = 'a/main'\nwhy = 'so'\nchoice = [\n\
                        { say = 'a', when = 'wall > 1' },\n{ say = 'b', when = 'wall < 1' } ]\n```\n\n";
        let run = "{{#snippet a/main code=no}}\n\n";
        assert_eq!(problems(&format!("{question}{run}")), [""; 0]);
        let found = problems(&format!("{run}{question}"));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with("book/a.md:3: no run of `a/main` comes after this question"));
    }

    #[test]
    fn typed_code_and_output_are_found() {
        let text =
            "```rust\nfn main() {}\n```\n\n    indented\n\n```\nplain\n```\n\n```text\nout\n```\n";
        let found = problems(text);
        assert_eq!(found.len(), 4, "{found:#?}");
        assert!(found[0].contains("book/a.md:1: Rust code is typed into the page"));
        assert!(found[3].contains("a fence of `text`"));
        assert_eq!(problems("```console\ncargo run\n```\n"), [""; 0]);
    }

    #[test]
    fn links_are_found_and_undefined_ones_told() {
        let page = parse(
            "a.md",
            "[one](b.md#x) and [two][t] and [three][nowhere]\n\n[t]: c.md\n",
        );
        let links: Vec<_> = page.links.iter().map(|link| link.what.as_str()).collect();
        assert_eq!(links, ["b.md#x", "c.md"]);
        assert_eq!(page.problems.len(), 1);
        assert!(page.problems[0].what.contains("[nowhere]"));
    }
}
