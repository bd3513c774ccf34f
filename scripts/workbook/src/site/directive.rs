//! The directives of a page: what an author writes between `{{#` and `}}`. Pure: text in, directives out.

use crate::model::metric::Metric;
use crate::model::pattern::Pattern;
use crate::model::problem::{Problem, closest};
use crate::site::agenda::Agenda;
use crate::site::closer::Closer;
use crate::site::question::Question;

const DIRECTIVES: [&str; 10] = [
    "snippet", "source", "compare", "diff", "exercise", "next", "progress", "minutes", "value",
    "fact",
];

#[derive(Debug)]
pub(crate) enum Directive {
    Snippet {
        id: String,
        part: Option<String>,
        code: bool,
        run: bool,
        /// What its picture shows once more, larger.
        closer: Option<Closer>,
    },
    /// A file of a chapter's library or of `scripts`, or a part of it.
    Source {
        /// From the root of the book.
        path: String,
        part: Option<String>,
    },
    Diff {
        from: String,
        to: String,
    },
    Compare(Vec<String>),
    /// By its id.
    Exercise(String),
    /// Where to read on.
    Next,
    /// All exercises, and how far the reader has come.
    Progress,
    /// A `predict` fence.
    Predict(Question),
    /// A `notes` fence: Markdown for who teaches, and nothing for the reader.
    Notes(String),
    /// An `agenda` fence.
    Agenda(Agenda),
    Minutes(MinutesSought),
    Value(FigureSought, Option<FigureSought>),
    Fact(String),
}

/// The minutes of a page, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MinutesSought {
    /// The page's name, without `.md`.
    pub(crate) page: String,
    /// The anchor of the one section that is meant, with those within it.
    pub(crate) section: Option<String>,
    pub(crate) part: PagePart,
}

/// Where something stands on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PagePart {
    /// Before `{{#next}}`.
    Core,
    /// An exercise, wherever it stands.
    Exercises,
    /// After `{{#next}}`.
    Further,
}

/// A figure of a recording.
#[derive(Debug)]
pub(crate) struct FigureSought {
    pub(crate) id: String,
    pub(crate) what: Sought,
}

#[derive(Debug)]
pub(crate) enum Sought {
    Metric(Metric),
    /// What the first group of the regex matched in the output.
    Said(Pattern),
}

impl Directive {
    /// Reads what stands between `{{#` and `}}`.
    ///
    /// # Errors
    /// Says what is not understood, and what could be written.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        parse_directive(text)
    }

    /// Whether it shows a program or a run, and not only a figure. Such a directive stands alone on its line.
    pub(crate) fn shows(&self) -> bool {
        match self {
            Self::Snippet { .. }
            | Self::Source { .. }
            | Self::Diff { .. }
            | Self::Compare(_)
            | Self::Exercise(_)
            | Self::Next
            | Self::Progress => true,
            Self::Predict(_)
            | Self::Notes(_)
            | Self::Agenda(_)
            | Self::Minutes(_)
            | Self::Value(..)
            | Self::Fact(_) => false,
        }
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
            Self::Source { .. }
            | Self::Exercise(_)
            | Self::Next
            | Self::Progress
            | Self::Notes(_)
            | Self::Agenda(_)
            | Self::Minutes(_)
            | Self::Fact(_) => Vec::new(),
        }
    }
}

fn parse_directive(text: &str) -> Result<Directive, Problem> {
    let (name, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let words: Vec<_> = rest.split_whitespace().collect();
    match name {
        "snippet" => snippet(rest),
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
        "exercise" => match words[..] {
            [id] => Ok(Directive::Exercise(id.into())),
            _ => Err(wrong(
                "exercise takes the id of one",
                "{{#exercise CHAPTER/NAME}}",
            )),
        },
        "next" if words.is_empty() => Ok(Directive::Next),
        "next" => Err(wrong("next takes nothing", "{{#next}}")),
        "progress" if words.is_empty() => Ok(Directive::Progress),
        "progress" => Err(wrong("progress takes nothing", "{{#progress}}")),
        "minutes" => minutes(&words),
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
            Err(Problem::nowhere(what, help))
        }
    }
}

fn wrong(what: &str, example: &str) -> Problem {
    Problem::nowhere(what, format!("write {example}"))
}

fn snippet(text: &str) -> Result<Directive, Problem> {
    let (text, closer) = match text.split_once(" closer=\"") {
        Some((before, rest)) => match rest.split_once('"') {
            Some((closer, after)) => (format!("{before} {after}"), Some(Closer::parse(closer)?)),
            None => {
                let what = "the `\"` behind `closer=` is not closed";
                return Err(Problem::nowhere(what, "write closer=\"poll(LANE, N)\""));
            }
        },
        None => (text.to_owned(), None),
    };
    let words: Vec<_> = text.split_whitespace().collect();
    let [id, options @ ..] = &words[..] else {
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
                let help =
                    "the options are part=NAME, code=no, run=no and closer=\"EVENT to EVENT\"";
                return Err(Problem::nowhere(what, help));
            }
        }
    }
    if !code && (part.is_some() || !run) {
        let help = "use code=no alone for the run, run=no for the code";
        return Err(Problem::nowhere(
            "these options leave nothing to show",
            help,
        ));
    }
    if !run && closer.is_some() {
        let help = "put closer where the run is shown";
        return Err(Problem::nowhere("without a run there is no picture", help));
    }
    Ok(Directive::Snippet {
        id: (*id).to_owned(),
        part,
        code,
        run,
        closer,
    })
}

/// `PAGE`, `PAGE#SECTION`, or `PAGE` and a part of it.
fn minutes(words: &[&str]) -> Result<Directive, Problem> {
    let example = "{{#minutes PAGE}}, {{#minutes PAGE exercises}}, {{#minutes PAGE further}} or {{#minutes PAGE#SECTION}}";
    let (page, part) = match words {
        [page] => (page, PagePart::Core),
        [page, "exercises"] => (page, PagePart::Exercises),
        [page, "further"] => (page, PagePart::Further),
        _ => {
            return Err(wrong(
                "minutes takes a page, and a part if you like",
                example,
            ));
        }
    };
    let (page, section) = match page.split_once('#') {
        Some(_) if part != PagePart::Core => {
            return Err(wrong("a section has no such part", example));
        }
        Some((page, section)) => (page, Some(section.to_owned())),
        None => (*page, None),
    };
    Ok(Directive::Minutes(MinutesSought {
        page: page.to_owned(),
        section,
        part,
    }))
}

/// `CHAPTER/FILE.rs`, which is `chapters/CHAPTER/src/FILE.rs`, or `scripts/…/FILE.rs`, and perhaps a part of it.
fn source(words: &[&str]) -> Result<Directive, Problem> {
    let example = "{{#source CHAPTER/FILE.rs part=NAME}}";
    let what = "source takes a file of a chapter's `src` or of `scripts`, and a part if you like";
    let (path, part) = match words {
        [path] => (path, None),
        [path, option] => match option.strip_prefix("part=") {
            Some(name) if !name.is_empty() => (path, Some(name.to_owned())),
            _ => {
                return Err(wrong(&format!("unknown option `{option}`"), example));
            }
        },
        _ => return Err(wrong(what, example)),
    };
    let path = match path.split_once('/') {
        _ if !path.ends_with(".rs") || path.contains("..") => None,
        Some(("scripts", _)) => Some((*path).to_owned()),
        Some((chapter, file)) => Some(format!("chapters/{chapter}/src/{file}")),
        None => None,
    };
    match path {
        Some(path) => Ok(Directive::Source { path, part }),
        None => Err(wrong(what, example)),
    }
}

/// `CHAPTER/NAME METRIC` or `CHAPTER/NAME says /regex with one group/`.
fn figure(text: &str) -> Result<FigureSought, Problem> {
    let example = "{{#value CHAPTER/NAME wall}}";
    let (id, what) = text
        .trim()
        .split_once(' ')
        .ok_or_else(|| wrong("value takes a snippet and a figure", example))?;
    let help = || format!("write {example} or {{{{#value CHAPTER/NAME says /(\\d+) bytes/}}}}");
    let what = match what.trim().strip_prefix("says ") {
        Some(regex) => {
            let regex =
                Pattern::parse(regex.trim()).map_err(|error| Problem::nowhere(error, help()))?;
            if regex.captures_len() != 2 {
                return Err(Problem::nowhere(
                    "the regex needs one group: what to show",
                    help(),
                ));
            }
            Sought::Said(regex)
        }
        None => Sought::Metric(
            Metric::parse(what.trim()).map_err(|error| Problem::nowhere(error, help()))?,
        ),
    };
    Ok(FigureSought {
        id: id.to_owned(),
        what,
    })
}
