//! Programs on a page: whole, in parts, and as what changed from one to the next. Code is a Markdown fence, so that
//! mdBook colours it.

use similar::{ChangeTag, TextDiff};

use crate::book::files;
use crate::book::library::Library;
use crate::book::snippet::{Snippet, SnippetKind};
use crate::model::problem::Problem;
use crate::site::html::escape;

/// How a program is called above its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// By its own name.
    Open,
    /// By words that say nothing of it: the page asks about it, and the name may be the answer. The script of the page
    /// puts the name there when the question is answered. Else it is found where the answer is, under the run.
    Withheld,
    /// By the same words, and the page has the name nowhere: a class is asked about it.
    Secret,
}

impl Naming {
    /// The name, or what stands in its place, in an element of this class.
    fn html(self, class: &str, id: &str, name: &str) -> String {
        let name = escape(name);
        match self {
            Self::Open => format!("<span class=\"{class}\">{name}</span>"),
            Self::Withheld => {
                let id = escape(id);
                format!(
                    "<span class=\"{class}\" data-of=\"{id}\" data-name=\"{name}\">the program in question</span>"
                )
            }
            Self::Secret => format!("<span class=\"{class}\">the program in question</span>"),
        }
    }
}

fn file_name(path: &str) -> &str {
    path.strip_prefix("chapters/").unwrap_or(path)
}

/// A program, or a part of it, under its caption.
pub(crate) fn listing(
    library: &Library,
    snippet: &Snippet,
    part: Option<&str>,
    naming: Naming,
) -> Result<String, Problem> {
    let id = snippet.id();
    let mut class = "listing";
    let mut caption = naming.html("file", &id, file_name(&snippet.source));
    // That would be an answer, too.
    if snippet.kind == SnippetKind::CompileFail && naming == Naming::Open {
        class = "listing refused";
        caption.push_str("<span class=\"note\">does not compile</span>");
    }
    let mut attributes = format!("class=\"{class}\"");
    if naming != Naming::Secret {
        attributes += &format!(" data-snippet=\"{}\"", escape(&id));
    }
    listing_under(library, &snippet.source, part, &attributes, &caption)
}

/// A file of a chapter's library, or a part of it, under its name.
pub(crate) fn source_listing(
    library: &Library,
    path: &str,
    part: Option<&str>,
) -> Result<String, Problem> {
    let caption = Naming::Open.html("file", "", file_name(path));
    listing_under(library, path, part, "class=\"listing\"", &caption)
}

fn listing_under(
    library: &Library,
    path: &str,
    part: Option<&str>,
    attributes: &str,
    caption: &str,
) -> Result<String, Problem> {
    let code = code(library, path, part)?;
    Ok(code_under(&code, attributes, caption))
}

/// A file, or a part of it, as readers see it.
///
/// # Errors
/// Where the file cannot be read, or has no such part.
pub(crate) fn code(library: &Library, path: &str, part: Option<&str>) -> Result<String, Problem> {
    let text = source(library, path)?;
    match part {
        None => Ok(without_marks(&text)),
        Some(name) => cut_part(&text, name).ok_or_else(|| {
            let help = format!("put it between `// part: {name}` and `// end: {name}`");
            Problem::nowhere(format!("`{path}` has no part `{name}`"), help)
        }),
    }
}

/// Code under the name of its file.
pub(crate) fn listing_of_text(path: &str, code: &str, attributes: &str) -> String {
    let caption = Naming::Open.html("file", "", file_name(path));
    code_under(code, attributes, &caption)
}

fn code_under(code: &str, attributes: &str, caption: &str) -> String {
    format!(
        "<figure {attributes}><figcaption>{caption}</figcaption>\n\n\
         {}\n\n</figure>\n\n",
        fence("rust", &shown_whole(code))
    )
}

fn source(library: &Library, path: &str) -> Result<String, Problem> {
    match files::text(&library.house.absolute(path)) {
        Ok(text) => Ok(text.replace("\r\n", "\n")),
        Err(error) => {
            let what = format!("failed to read `{path}`: {error}");
            Err(Problem::nowhere(
                what,
                "bring the file back, or mend its name",
            ))
        }
    }
}

/// What changed from one program to another.
pub(crate) fn diff(
    library: &Library,
    from: &Snippet,
    to: &Snippet,
    naming: impl Fn(&str) -> Naming,
) -> Result<String, Problem> {
    let code = changes(library, from, to)?;
    if code.is_empty() {
        let what = format!("`{}` and `{}` are the same", from.id(), to.id());
        return Err(Problem::nowhere(what, "show two programs that differ"));
    }
    let (from_id, to_id) = (from.id(), to.id());
    let file = naming(&to_id).html("file", &to_id, file_name(&to.source));
    let since = match naming(&from_id) {
        Naming::Open => escape(&from.name),
        withheld => withheld.html("since", &from_id, &from.name),
    };
    Ok(format!(
        "\n<figure class=\"listing diff\"><figcaption>{file}<span class=\"note\">what changed since {since}</span>\
         </figcaption>\n\n{}\n\n</figure>\n\n",
        fence("diff", &code)
    ))
}

/// The lines that changed from one program to another, each after its sign, and some around them.
pub(crate) fn changes(library: &Library, from: &Snippet, to: &Snippet) -> Result<String, Problem> {
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
    Ok(code)
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
