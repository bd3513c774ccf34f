//! The program that a try is compiled from: the reader's file as it stands, as a module of ours, with the book's tests
//! in it. Pure: text in, text out.

use std::ops::Range;

use crate::book::hashes::short_hash;
use crate::exec::compiler_report::CompilerReport;

/// The file that the compiler is given, beside the reader's and the tests.
pub(crate) const ROOT: &str = "try.rs";
/// The module that the reader's file is of it.
const ATTEMPT: &str = "attempt";
/// As the compiler writes a path into it.
const IN_ATTEMPT: &str = "crate::attempt::";

/// How the compiler comes from the reader's file to the tests.
const UP_AND_DOWN: &str = "practice/src/bin/../../../";

/// The texts that a try is made of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct AttemptSource {
    /// Of [`ROOT`].
    pub(crate) root: String,
    /// Of the reader's file.
    pub(crate) program: String,
}

impl AttemptSource {
    /// `file` is the reader's file, `tests` the book's with the tests of these names, both relative to the root. None
    /// where `text` has no `main`, and so is no program.
    pub(crate) fn of(text: &str, file: &str, tests: &str, names: &[String]) -> Option<Self> {
        let tokens = tokens(text);
        let is_main = |it: &(Token, Range<usize>)| {
            it.0 == Token::Word && text[it.1.clone()].trim_start_matches("r#") == "main"
        };
        tokens.iter().any(is_main).then(|| {
            // Names that nobody knows who writes the text: a module of the reader's cannot take the place of the tests.
            let mark = short_hash(text);
            let (module, main) = (format!("tests_{mark}"), format!("main_{mark}"));
            let line = format!(
                "#[path = \"../../../{tests}\"] pub(crate) mod {module}; \
                 #[allow(dead_code)] pub(crate) fn {main}() -> impl ::std::process::Termination {{ main() }}"
            );
            Self {
                root: root(file, &module, &main, names),
                program: program(text, &tokens, &line),
            }
        })
    }
}

fn root(file: &str, module: &str, main: &str, names: &[String]) -> String {
    let tests = names.iter();
    let tests = tests.map(|it| format!("(\"{it}\", {ATTEMPT}::{module}::{it} as fn())"));
    let tests = tests.collect::<Vec<_>>().join(", ");
    format!(
        "#[path = \"{file}\"]\nmod {ATTEMPT};\n\nfn main() -> std::process::ExitCode {{\n    \
         exercise::main(&[{tests}], || std::process::Termination::report({ATTEMPT}::{main}()))\n}}\n"
    )
}

/// The reader's text with our line in it, before anything that the text defines: a macro of the reader's does not reach
/// the tests. No line becomes another, and if there is an empty one before the first item, no column does either. But
/// paths from `crate` get longer: for cargo the file is a crate, and here it is a module of one.
fn program(text: &str, tokens: &[(Token, Range<usize>)], line: &str) -> String {
    let head = head(text, tokens);
    let mut insertions = vec![match head.gap {
        Some(gap) => (gap, line.to_owned()),
        None if head.ends_in_line_comment => (head.end, format!("\n{line}")),
        None => (head.end, format!("{line} ")),
    }];
    let in_module = paths_from_the_crate(text, tokens);
    insertions.extend(in_module.map(|at| (at, format!("{ATTEMPT}::"))));
    let mut program = String::new();
    let mut from = 0;
    for (at, insertion) in insertions {
        program.push_str(&text[from..at]);
        program.push_str(&insertion);
        from = at;
    }
    program.push_str(&text[from..]);
    program
}

/// Where a path goes on that starts at `crate`, in their order. A macro that is exported is at the crate's root here, too.
fn paths_from_the_crate<'a>(
    text: &'a str,
    tokens: &'a [(Token, Range<usize>)],
) -> impl Iterator<Item = usize> + 'a {
    let of_code = |it: &&(Token, Range<usize>)| !matches!(it.0, Token::Space | Token::Comment);
    let code: Vec<_> = tokens.iter().filter(of_code).collect();
    let words: Vec<_> = code.iter().map(|it| &text[it.1.clone()]).collect();
    (0..code.len()).filter_map(move |at| {
        let is_path = matches!(words[at..], ["crate", ":", ":", ..]) && code[at].0 == Token::Word;
        let is_macro = matches!(words[at..], [_, _, _, _, "!", after, ..] if after != "=");
        (is_path && !is_macro).then(|| code[at + 2].1.end)
    })
}

/// What the compiler says, in the paths that the reader has written.
pub(crate) fn in_the_readers_paths(report: &mut CompilerReport) {
    let ours = IN_ATTEMPT.trim_end_matches(':');
    for diagnostic in &mut report.diagnostics {
        diagnostic.message = diagnostic.message.replace(ours, "crate");
        if let Some(rendered) = &mut diagnostic.rendered {
            *rendered = with_shorter_paths(rendered).replace(UP_AND_DOWN, "");
        }
        for span in &mut diagnostic.spans {
            let Some(line) = span.text.first().map(|it| it.text.clone()) else {
                continue;
            };
            let longer = |column: usize| {
                let all = inserted(&line).chain(our_line(&line));
                let before = all.filter(|it| it.end < column);
                before.map(|it| it.len()).sum::<usize>()
            };
            let place = |column| format!("{}:{}:{column}", span.file_name, span.line_start);
            let was = place(span.column_start);
            span.column_start -= longer(span.column_start);
            span.column_end -= longer(span.column_end);
            if let Some(rendered) = &mut diagnostic.rendered {
                *rendered = rendered.replace(&was, &place(span.column_start));
            }
            for line in &mut span.text {
                line.text = line.text.replace(ours, "crate");
            }
        }
    }
}

/// Where our module stands in paths of a line, in characters.
fn inserted(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let found = line.match_indices(IN_ATTEMPT).map(|it| it.0);
    let found: Vec<_> = found.collect();
    found.into_iter().map(move |at| {
        let start = line[..at].chars().count() + "crate::".len();
        start..start + ATTEMPT.len() + "::".len()
    })
}

/// Where our line stands before the reader's first item, in characters.
fn our_line(line: &str) -> Option<Range<usize>> {
    let at = line.find("#[path = \"../../../")?;
    let rest = &line[at..];
    let is_ours = rest.contains("\"] pub(crate) mod tests_");
    let end = rest.find("{ main() } ").filter(|_| is_ours)? + "{ main() } ".len();
    let start = line[..at].chars().count();
    Some(start..start + rest[..end].chars().count())
}

/// The compiler's picture of lines, whose marks stay below what they mark.
fn with_shorter_paths(rendered: &str) -> String {
    let ours = IN_ATTEMPT.trim_end_matches(':');
    let mut marked: Vec<Range<usize>> = Vec::new();
    let mut lines = Vec::new();
    for line in rendered.split('\n') {
        let is_source = line.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if !line.trim_start().starts_with('|') {
            marked = inserted(line).filter(|_| is_source).collect();
            lines.push(line.replace(ours, "crate"));
            continue;
        }
        let mut chars: Vec<_> = line.chars().collect();
        for range in marked.iter().rev() {
            let marks = chars.get(range.clone()).unwrap_or_default();
            if !marks.is_empty() && marks.iter().all(|it| " ^-~_".contains(*it)) {
                chars.drain(range.clone());
            }
        }
        let line: String = chars.into_iter().collect();
        lines.push(line.replace(ours, "crate"));
    }
    lines.join("\n")
}

/// What stands before the first item of a file: what can only stand at its beginning, and comments.
#[derive(Debug, Default)]
struct Head {
    end: usize,
    /// The start of an empty line in it, behind all that must come first.
    gap: Option<usize>,
    ends_in_line_comment: bool,
}

fn head(text: &str, tokens: &[(Token, Range<usize>)]) -> Head {
    let mut head = Head::default();
    let mut at = 0;
    while let Some((token, range)) = tokens.get(at) {
        let word = &text[range.clone()];
        match token {
            Token::Space => {
                let empty = word.match_indices('\n').map(|(at, _)| at + 1);
                let mut empty =
                    empty.filter(|at| word[*at..].trim_start_matches('\r').starts_with('\n'));
                if let Some(gap) = empty.next_back() {
                    head.gap = Some(range.start + gap);
                }
                head.ends_in_line_comment = false;
            }
            // It has no end: the compiler will say so.
            Token::Comment if word.starts_with("/*") && !word.ends_with("*/") => return head,
            Token::Comment => {
                if word.starts_with("//!") || word.starts_with("/*!") {
                    head.gap = None;
                }
                head.ends_in_line_comment = !word.starts_with("/*");
            }
            Token::Sign => {
                let Some(end) = inner_attribute(text, &tokens[at..]) else {
                    return head;
                };
                at += end;
                head.gap = None;
            }
            _ => return head,
        }
        head.end = tokens[at].1.end;
        at += 1;
    }
    head
}

/// Which token ends the inner attribute that these begin with.
fn inner_attribute(text: &str, tokens: &[(Token, Range<usize>)]) -> Option<usize> {
    let code = |it: &(usize, &(Token, Range<usize>))| {
        !matches!(it.1.0, Token::Space | Token::Comment | Token::Doc)
    };
    let mut code = tokens.iter().enumerate().filter(code);
    for wanted in ["#", "!"] {
        let (_, (_, range)) = code.next()?;
        if &text[range.clone()] != wanted {
            return None;
        }
    }
    let mut depth = 0;
    for (at, (token, range)) in code {
        match (token, &text[range.clone()]) {
            (Token::Sign, "[" | "(" | "{") => depth += 1,
            (Token::Sign, "]" | ")" | "}") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&text[range.clone()] == "]").then_some(at);
        }
    }
    None
}

/// What a piece of Rust is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Space,
    Comment,
    /// A comment that documents the item behind it.
    Doc,
    /// A name or a keyword.
    Word,
    /// Text, a character, a number, a lifetime.
    Literal,
    Sign,
}

/// All of a text, piece by piece.
fn tokens(text: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let shebang = text.trim_start_matches(BYTE_ORDER_MARK);
    if shebang.starts_with("#!") && !shebang[2..].trim_start().starts_with('[') {
        at = text.find('\n').unwrap_or(text.len());
        tokens.push((Token::Comment, 0..at));
    }
    while at < text.len() {
        let (token, length) = token(&text[at..]);
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens
}

const BYTE_ORDER_MARK: char = '\u{feff}';

fn token(text: &str) -> (Token, usize) {
    let first = text.chars().next().unwrap_or_default();
    let while_ = |is: fn(char) -> bool| text.find(|c| !is(c)).unwrap_or(text.len());
    let is_space = |c: char| c.is_whitespace() || c == BYTE_ORDER_MARK;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if is_space(first) {
        return (Token::Space, while_(is_space));
    }
    if text.starts_with("//") {
        let is_doc = text.starts_with("///") && !text.starts_with("////");
        let token = if is_doc { Token::Doc } else { Token::Comment };
        return (token, text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        let no_doc = ["/***", "/**/"].iter().any(|it| text.starts_with(it));
        let is_doc = text.starts_with("/**") && !no_doc;
        let token = if is_doc { Token::Doc } else { Token::Comment };
        return (token, block_comment(text));
    }
    if let Some(length) = literal(text) {
        return (Token::Literal, length);
    }
    if first.is_ascii_digit() {
        return (Token::Literal, while_(is_word));
    }
    if is_word(first) {
        let raw = text.strip_prefix("r#").filter(|it| it.starts_with(is_word));
        let length = raw.map(|it| 2 + it.find(|c| !is_word(c)).unwrap_or(it.len()));
        return (Token::Word, length.unwrap_or_else(|| while_(is_word)));
    }
    (Token::Sign, first.len_utf8())
}

fn block_comment(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        at += if rest.starts_with("/*") {
            depth += 1;
            2
        } else if rest.starts_with("*/") {
            depth -= 1;
            2
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of what is a string, a character or a lifetime, where the text begins with one.
fn literal(text: &str) -> Option<usize> {
    let prefix = text.find(|c: char| !matches!(c, 'b' | 'c' | 'r'))?;
    let rest = &text[prefix..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    match &text[..prefix] {
        "" | "b" | "c" if rest.starts_with('"') => Some(prefix + quoted(rest, '"')),
        "r" | "br" | "cr" if rest[hashes..].starts_with('"') => {
            let body = prefix + hashes + 1;
            let end = format!("\"{}", "#".repeat(hashes));
            let length = text[body..].find(&end).map(|at| body + at + end.len());
            Some(length.unwrap_or(text.len()))
        }
        "" | "b" if rest.starts_with('\'') => {
            let mut chars = rest.chars().skip(1);
            let (first, second) = (chars.next()?, chars.next());
            let is_char = first == '\\' || second == Some('\'');
            let lifetime = |rest: &str| {
                let end = rest[1..].find(|c: char| !c.is_alphanumeric() && c != '_');
                end.map_or(rest.len(), |at| 1 + at)
            };
            Some(
                prefix
                    + if is_char {
                        quoted(rest, '\'')
                    } else {
                        lifetime(rest)
                    },
            )
        }
        _ => None,
    }
}

/// The length of what begins with this quote, up to the one that closes it.
fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == quote {
            return at + c.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "+";

    fn with(text: &str) -> String {
        program(text, &tokens(text), LINE)
    }

    #[test]
    fn a_place_behind_our_line_is_where_the_reader_has_it() {
        let text = "pub fn pour() -> u32 { cups } fn main() {}";
        let source = AttemptSource::of(
            text,
            "practice/src/bin/a.rs",
            "chapters/t/exercises/a/tests.rs",
            &[],
        );
        let line = source.unwrap().program;
        let ours = our_line(&line).unwrap();
        assert!(
            line.ends_with(text) && ours == (0..line.len() - text.len()),
            "{ours:?} in {line}"
        );
        let column = line.find("cups").unwrap() + 1;
        let span = serde_json::json!({
            "file_name": "practice/src/bin/a.rs", "byte_start": 0, "byte_end": 0, "line_start": 1, "line_end": 1,
            "column_start": column, "column_end": column + 4, "is_primary": true, "label": null,
            "text": [{ "text": line, "highlight_start": 1, "highlight_end": 2 }],
            "suggested_replacement": null, "suggestion_applicability": null, "expansion": null,
        });
        let rendered = format!(
            "error: no cups\n --> practice/src/bin/a.rs:1:{column}\n\n --> practice/src/bin/../../../chapters/t.rs:2:1"
        );
        let diagnostic = serde_json::json!({
            "message": "no cups", "code": null, "level": "error", "spans": [span], "children": [], "rendered": rendered,
        });
        let diagnostic = diagnostic.to_string();
        let mut report = CompilerReport::read(false, [diagnostic.as_str()].into_iter());
        in_the_readers_paths(&mut report);
        let told = &report.diagnostics[0];
        let wanted = text.find("cups").unwrap() + 1;
        assert_eq!(
            (told.spans[0].column_start, told.spans[0].column_end),
            (wanted, wanted + 4)
        );
        let rendered = told.rendered.as_deref().unwrap();
        assert_eq!(
            rendered,
            "error: no cups\n --> practice/src/bin/a.rs:1:24\n\n --> chapters/t.rs:2:1"
        );
        assert_eq!(
            our_line("#[path = \"../../../a.rs\"] mod a; fn b() { main() } "),
            None
        );
    }

    #[test]
    fn tests_come_before_all_items_and_move_no_line() {
        for (text, expected) in [
            (
                "//! Watch.\n\nuse a;\n\nfn b() {}\n",
                "//! Watch.\n+\nuse a;\n\nfn b() {}\n",
            ),
            (
                "//! Watch.\r\n\r\nuse a;\r\n",
                "//! Watch.\r\n+\r\nuse a;\r\n",
            ),
            (
                "#![allow(\n    unused)]\n//! Watch.\nfn b() {}",
                "#![allow(\n    unused)]\n//! Watch.\n+ fn b() {}",
            ),
            (
                "// a word\n\n/// Docs.\nfn b() {}",
                "// a word\n+\n/// Docs.\nfn b() {}",
            ),
            ("macro_rules! a {}", "+ macro_rules! a {}"),
            ("", "+ "),
            ("/* open", "+ /* open"),
            ("#![open", "+ #![open"),
            (
                "//! a\n\n#![allow(x)]\n//! b\nuse a;",
                "//! a\n\n#![allow(x)]\n//! b\n+ use a;",
            ),
            ("// a word", "// a word\n+"),
            ("#!/usr/bin/env run\nuse a;", "#!/usr/bin/env run\n+ use a;"),
            ("\u{feff}//! a\n\nuse a;", "\u{feff}//! a\n+\nuse a;"),
        ] {
            assert_eq!(with(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_before_the_first_item_swallows_the_tests() {
        for head in [
            "/* /* */ a\n\n*/\n",
            "#![doc = r#\"]\n\n\"#]\n",
            "#![doc = \"]\"]\n",
            "#![doc = \"a\n\nb\"]\n",
            "#! /* ] */ [allow(a)]\n",
            "#![doc(alias = ['\\'', ']'])]\n",
            "/*! \" */\n",
            "// \"\n",
        ] {
            let text = format!("{head}mod a {{}}");
            assert_eq!(with(&text), format!("{head}+ mod a {{}}"));
        }
    }

    #[test]
    fn paths_from_the_crate_go_by_way_of_the_module() {
        for (text, expected) in [
            ("use crate::a::{b};", "+ use crate::attempt::a::{b};"),
            ("let a = crate :: b();", "+ let a = crate ::attempt:: b();"),
            ("m!($crate::c)", "+ m!($crate::attempt::c)"),
            ("pub(in crate::a) b", "+ pub(in crate::attempt::a) b"),
            ("crate::a != b", "+ crate::attempt::a != b"),
            ("pub(crate) fn a()", "+ pub(crate) fn a()"),
            ("crate::exported!(1)", "+ crate::exported!(1)"),
            (
                "\"crate::a\" 'c' r\"crate::b\"",
                "+ \"crate::a\" 'c' r\"crate::b\"",
            ),
            (
                "fn a<'crate_>() {} // crate::a",
                "+ fn a<'crate_>() {} // crate::a",
            ),
            ("'\\'' 'a 'b' crate::a", "+ '\\'' 'a 'b' crate::attempt::a"),
        ] {
            assert_eq!(with(text), expected, "{text}");
        }
    }

    #[test]
    fn the_compiler_speaks_of_the_path_as_it_is_written() {
        let said = "error[E0425]: cannot find value `LEAST` in module `crate::attempt`\n --> a.rs:9:25\n  |\n\
                    9 |         crate::attempt::LEAST + b\n  |                         ^^^^^   - here\n  |\n\
                    1 | use b;\n  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^";
        assert_eq!(
            with_shorter_paths(said),
            "error[E0425]: cannot find value `LEAST` in module `crate`\n --> a.rs:9:25\n  |\n\
             9 |         crate::LEAST + b\n  |                ^^^^^   - here\n  |\n\
             1 | use b;\n  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
        );
    }

    #[test]
    fn tests_have_a_name_that_the_text_cannot_have() {
        let names = ["b".to_owned()];
        let of = |text: &str| AttemptSource::of(text, "practice/src/bin/a.rs", "t.rs", &names);
        let one = of("fn main() {}").unwrap();
        let module = one.root.split("attempt::").nth(1).unwrap();
        let module = &module[..module.find("::").unwrap()];
        assert!(
            one.program.contains(&format!("pub(crate) mod {module};")),
            "{one:?}"
        );
        let other = of(&format!("mod {module} {{}} fn main() {{}}")).unwrap();
        assert!(!other.root.contains(module), "{other:?}");
        for no_program in ["", "// fn main", "fn mainly() {}", "\"main\""] {
            assert_eq!(of(no_program), None, "{no_program}");
        }
    }
}
