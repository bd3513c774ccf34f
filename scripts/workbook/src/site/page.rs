//! A page: which directives, fences and links its Markdown has, and what is wrong with them. Pure: text in,
//! pieces out.

use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd,
};

use crate::model::problem::{Problem, closest, line_of};
use crate::site::agenda::Agenda;
use crate::site::directive::Directive;
use crate::site::headings::{Anchors, Heading};
use crate::site::numbers;
use crate::site::question::Question;

/// The fences that an author may write; all other code and output comes by directive.
const FENCES: [&str; 2] = ["console", "toml"];
/// Those that become something else.
const SPECIAL: [&str; 3] = ["predict", "notes", "agenda"];

#[derive(Debug, Default)]
pub(crate) struct Page {
    /// In the order in which they stand.
    pub(crate) directives: Vec<Placed<Directive>>,
    pub(crate) headings: Vec<Placed<Heading>>,
    pub(crate) links: Vec<Placed<String>>,
    /// Where headings stand that are part of nothing else, but for the smallest two kinds.
    pub(crate) breaks: Vec<usize>,
    /// The bytes of its footnotes.
    pub(crate) footnotes: Vec<Range<usize>>,
    pub(crate) problems: Vec<Problem>,
}

/// Something, with the bytes it stands in and its line.
#[derive(Debug)]
pub(crate) struct Placed<T> {
    pub(crate) range: Range<usize>,
    pub(crate) line: usize,
    pub(crate) what: T,
}

/// What mdBook understands, but for its quotation marks: those are of other lengths than what stands in the file.
pub(crate) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES);

/// Reads a page. `path` is what its problems are told under.
pub(crate) fn parse(path: &str, text: &str) -> Page {
    let mut page = Page::default();
    let mut code = Vec::new();
    let mut broken = Vec::new();
    let mut typed = Vec::new();
    let mut anchors = Anchors::default();
    let mut note_broken = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        broken.push((link.span.start, link.reference.to_string()));
        None
    };
    let parser = Parser::new_with_broken_link_callback(text, OPTIONS, Some(&mut note_broken));
    let mut depth = 0;
    for (event, range) in parser.into_offset_iter() {
        anchors.hear(&event);
        match &event {
            Event::Start(Tag::Heading { level, .. })
                if depth == 0 && *level <= HeadingLevel::H4 =>
            {
                page.breaks.push(range.start);
            }
            Event::Start(Tag::FootnoteDefinition(_)) => page.footnotes.push(range.clone()),
            _ => {}
        }
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        match event {
            Event::End(TagEnd::Heading(level)) => {
                let line = line_of(text, range.start);
                let what = anchors.heading(level);
                page.headings.push(Placed { range, line, what });
            }
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

/// What stands below the first line of a fence and above its last.
fn within(text: &str, range: &Range<usize>) -> Range<usize> {
    let fence = &text[range.clone()];
    let inner = fence.find('\n').map_or(fence.len(), |at| at + 1);
    let last = fence.trim_end().rfind('\n');
    let end = last.map_or(inner, |at| at + 1).max(inner);
    range.start + inner..range.start + end
}

/// The lines of a page that say where its links lead, `[name]: address`: what stands in a fence may use them.
pub(crate) fn references(text: &str) -> String {
    let is_definition =
        |line: &&str| line.starts_with("[") && !line.starts_with("[^") && line.contains("]: ");
    let lines = text.lines().filter(is_definition);
    lines.fold(String::new(), |all, line| all + line + "\n")
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
        match language {
            "predict" => return self.question(path, text, range),
            "notes" => return self.note(path, text, range),
            "agenda" => return self.agenda(path, text, range),
            _ => {}
        }
        if let Some(close) = closest(language, SPECIAL) {
            let what = format!("a fence of `{language}`");
            let help = format!("did you mean `{close}`?");
            return self.problems.push(Problem::new(path, line, what, help));
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

    /// The fence is taken off the page also where something is wrong in it: no reader is to see it.
    fn note(&mut self, path: &str, text: &str, range: &Range<usize>) {
        let line = line_of(text, range.start);
        let (markdown, links, problems) =
            read_notes(path, text, range.clone(), !self.headings.is_empty());
        // What is wrong in them is told once.
        let what = Directive::Notes(match problems.is_empty() {
            true => markdown,
            false => String::new(),
        });
        self.links.extend(links);
        self.problems.extend(problems);
        let range = range.clone();
        self.directives.push(Placed { range, line, what });
    }

    fn question(&mut self, path: &str, text: &str, range: &Range<usize>) {
        let inner = within(text, range);
        let read = Question::parse(&text[inner.clone()]);
        let read = read.map(Directive::Predict);
        let help =
            "a question has ask, run, why, and choice = [{ say = \"…\", when = \"a claim\" }, …]";
        self.special(path, text, range, (inner, read, help));
    }

    fn agenda(&mut self, path: &str, text: &str, range: &Range<usize>) {
        let inner = within(text, range);
        let read = Agenda::parse(&text[inner.clone()], line_of(text, inner.start));
        let read = read.map(Directive::Agenda);
        let help = "an agenda has name, title, minutes, perhaps from, and [[item]] with page (and sections or skip), \
                    exercise, demo, what or pause, and talk in minutes";
        self.special(path, text, range, (inner, read, help));
    }

    /// What a fence has become, or the byte in it at which it is wrong, and what mends it.
    fn special(
        &mut self,
        path: &str,
        text: &str,
        range: &Range<usize>,
        (inner, read, help): (Range<usize>, Result<Directive, (usize, String)>, &str),
    ) {
        match read {
            Ok(what) => self.directives.push(Placed {
                range: range.clone(),
                line: line_of(text, range.start),
                what,
            }),
            Err((at, what)) => {
                let line = line_of(text, inner.start + at);
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

/// Reads the fence that stands at `range` of a page: its Markdown, its links, and what is wrong with it.
fn read_notes(
    path: &str,
    text: &str,
    range: Range<usize>,
    has_heading: bool,
) -> (String, Vec<Placed<String>>, Vec<Problem>) {
    let line = line_of(text, range.start);
    let wrong = |what: &str, help: &str| {
        let problem = Problem::new(path, line, what, help);
        (String::new(), Vec::new(), vec![problem])
    };
    if !text[..range.start].is_empty() && !text[..range.start].ends_with('\n') {
        let help = "put it at the left margin, out of the list or the quotation";
        return wrong("these notes do not begin their line", help);
    }
    let Some(inner) = inside(text, range) else {
        let help = "put ``` on a line of its own behind its last line: it takes in all the rest of the page";
        return wrong("the fence of these notes is not closed", help);
    };
    let markdown = &text[inner.clone()];
    if markdown.trim().is_empty() {
        let help = "write what to say at this moment, or delete the fence";
        return wrong("these notes are empty", help);
    }
    let mut problems = Vec::new();
    if !has_heading {
        let help = "put them below the heading of the section that they are for";
        let what = "these notes stand above every heading";
        problems.push(Problem::new(path, line, what, help));
    }
    // In its place, so that what is wrong in it is told with its line.
    let above = "\n".repeat(line_of(text, inner.start) - 1);
    let alone = format!("{above}{markdown}\n\n{}", references(text));
    let page = parse(path, &alone);
    problems.extend(page.problems);
    for placed in &page.directives {
        if !matches!(placed.what, Directive::Value(..) | Directive::Fact(_)) {
            let what = "notes show no program and ask no question";
            let help = "say it in words: of the directives they may have value and fact";
            problems.push(Problem::new(path, placed.line, what, help));
        }
    }
    (markdown.trim().to_owned(), page.links, problems)
}

/// What stands between the first and the last line of a fence; none where it is not closed.
pub(crate) fn inside(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let fence = &text[range.clone()];
    let mark = fence.chars().next()?;
    let length = fence.chars().take_while(|c| *c == mark).count();
    let start = fence.find('\n')? + 1;
    let end = fence.trim_end().rfind('\n')? + 1;
    let last = fence[end..].trim();
    let closes = last.chars().all(|c| c == mark) && last.chars().count() >= length;
    (closes && end >= start).then_some(range.start + start..range.start + end)
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
            (
                "{{#source scripts/../b.rs}}",
                "source takes a file of a chapter's `src` or of `scripts`",
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

    #[test]
    fn notes_are_read_with_their_figures_and_links() {
        let text = "# A\n\n```notes\nSay *this* of {{#value a/main wall}}: see [b][] and [c](c.md#d).\n```\n\n\
                    Words.\n\n[b]: b.md\n";
        let page = parse("book/a.md", text);
        assert_eq!(page.problems, []);
        let links: Vec<_> = page.links.iter().map(|it| (it.line, &*it.what)).collect();
        assert_eq!(links, [(4, "b.md"), (4, "c.md#d")]);
        let [placed] = &page.directives[..] else {
            panic!("{:?}", page.directives);
        };
        let Directive::Notes(markdown) = &placed.what else {
            panic!("{placed:?}");
        };
        assert!(markdown.starts_with("Say *this*"), "{markdown}");
        assert!(text[placed.range.clone()].ends_with("\n```"));
    }

    #[test]
    fn what_is_wrong_in_notes_is_told_with_its_line() {
        for (text, told) in [
            (
                "```notes\nSay.\n```\n",
                "book/a.md:1: these notes stand above every heading",
            ),
            (
                "# A\n\n```notes\n\n```\n",
                "book/a.md:3: these notes are empty",
            ),
            (
                "# A\n\n```notes\n```\n",
                "book/a.md:3: these notes are empty",
            ),
            (
                "# A\n\n```notes\nSay.\n\n## B\n",
                "book/a.md:3: the fence of these notes is not closed",
            ),
            (
                "# A\n\n````notes\nSay.\n```\n",
                "book/a.md:3: the fence of these notes is not closed",
            ),
            (
                "# A\n\n- b\n\n  ```notes\n  Say.\n  ```\n",
                "book/a.md:5: these notes do not begin their line",
            ),
            (
                "# A\n\n```notes\nOne.\n\nIn 3 ms.\n```\n",
                "book/a.md:6: the number `3 ms` is typed by hand",
            ),
            (
                "# A\n\n```notes\n{{#snippet a/main}}\n```\n",
                "book/a.md:4: notes show no program",
            ),
            (
                "# A\n\n```notes\n{{#valu a/main}}\n```\n",
                "book/a.md:4: `{{#valu a/main}}`: unknown directive",
            ),
            (
                "# A\n\n```notes\nSee\n[c][d]\n```\n",
                "book/a.md:5: the link [d] is defined nowhere",
            ),
            (
                "# A\n\n```note\nSay.\n```\n",
                "book/a.md:3: a fence of `note`\n  help: did you mean `notes`?",
            ),
        ] {
            let found = problems(text);
            assert!(!found.is_empty(), "{text}");
            assert!(found[0].starts_with(told), "{text}: {found:#?}");
            assert!(found[0].contains("\n  help: "), "{found:?}");
        }
    }
}
