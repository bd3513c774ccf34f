//! A page: which directives, fences and links its Markdown has, and what is wrong with them. Pure: text in,
//! pieces out.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, Options, Parser, Tag};

use crate::model::problem::{Problem, line_of};
use crate::site::directive::Directive;
use crate::site::numbers;
use crate::site::question::Question;

/// The fences that an author may write; all other code and output comes by directive.
const FENCES: [&str; 2] = ["console", "toml"];

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
    let misread = page.find_directives(path, text, &code);
    for (at, number) in typed {
        let directives = page.directives.iter().map(|it| &it.range);
        if !directives.chain(&misread).any(|it| it.contains(&at)) {
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

    /// Also where those stand that cannot be read.
    fn find_directives(
        &mut self,
        path: &str,
        text: &str,
        code: &[Range<usize>],
    ) -> Vec<Range<usize>> {
        let mut misread = Vec::new();
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
            match Directive::parse(&text[start + 3..end - 2]) {
                Ok(directive) => {
                    if directive.shows() && !alone_on_its_line(text, start..end) {
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
                Err(problem) => {
                    let what = format!("`{}`: {}", &text[start..end], problem.what);
                    self.problems
                        .push(Problem::new(path, line, what, problem.help));
                    misread.push(start..end);
                }
            }
        }
        misread
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
            (
                "{{#snippet a/main closer=2ms}}",
                "unknown option `closer=2ms`\n  help: the options are part=NAME, code=no, run=no and closer=\"",
            ),
            (
                "{{#snippet a/main closer=\"end(tea)\"}}",
                "`end(tea)` is a moment, and has no length",
            ),
            (
                "{{#snippet a/main closer=\"end(tea) ± 2 ms}}",
                "behind `closer=` is not closed",
            ),
            (
                "{{#snippet a/main run=no closer=\"end(tea) ± 2 ms\"}}",
                "without a run there is no picture",
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
