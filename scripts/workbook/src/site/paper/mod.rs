//! The book on paper, and a worksheet for each chapter: documents that a browser prints. They are made of the pages of the
//! built site, so what stands in them is what stands there.

pub(crate) mod layout;
pub(crate) mod leaf;
mod tree;

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::book::files;
use crate::book::library::Library;
use crate::model::problem::{Problem, closest};
use crate::model::units;
use crate::site::html::escape;
use crate::site::listing::without_marks;
use crate::site::mdbook::files_in;
use crate::site::paper::layout::{Addresses, PageNumbers, at_page, follow, ids, set};
use crate::site::paper::leaf::{AskedQuestion, Assignment, Leaf, entries, leaf, letter};
use crate::site::paper::tree::{Element, Node, parse, to_html};

const BOOK: &str = include_str!("../../../../../book/assets/workbook.css");
const PAPER: &str = include_str!("paper.css");

/// A program of more lines than this is left to the page: a worksheet is for a few sheets.
const LONG: usize = 60;
/// What a line of a program has on a worksheet, in points, where its letters are as large as they are at most, and half a
/// sheet for its lines. See `paper.css`.
const WIDTH: f64 = 310.0;
const LARGEST: f64 = 7.4;
/// Smaller letters nobody reads.
const SMALLEST: f64 = 5.8;
/// How wide a letter of a program is, and how high its line, where the letter is as high as 1.
const WIDE: f64 = 0.6;
const HIGH: f64 = 1.2;

/// What is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    A4,
    Letter,
}

impl Format {
    /// What half a page of a worksheet has for the lines of a program, in points.
    fn half(self) -> f64 {
        match self {
            Self::A4 => 348.0,
            Self::Letter => 322.0,
        }
    }
}

/// The pages of the built site, as far as they can be printed.
#[derive(Debug)]
pub(crate) struct PaperSite {
    title: String,
    description: String,
    pub(crate) leaves: Vec<Leaf>,
    /// Files of the site, where it has them.
    fonts: Option<String>,
    highlight: Option<String>,
}

/// Where everything stands, as far as that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) pages: PageNumbers,
    /// How many digits the number of a page may have.
    pub(crate) digits: usize,
}

impl PaperSite {
    /// Reads what mdBook has built into `folder`.
    ///
    /// # Errors
    /// Where a page cannot be read.
    pub(crate) fn read(folder: &Path, title: &str, description: &str) -> Result<Self> {
        let read = |file: &str| {
            let path = folder.join(file);
            std::fs::read_to_string(&path)
                .with_context(|| format!("failed to read `{}`", path.display()))
        };
        let mut leaves = Vec::new();
        for entry in entries(&read("toc.html")?) {
            let page = read(&format!("{}.html", entry.slug))?;
            leaves.extend(leaf(&entry, &page));
        }
        let files = files_in(folder);
        let file = |start: &str, end: &str| {
            let mut files = files.iter();
            let found = files.find(|it| it.starts_with(start) && it.ends_with(end));
            found.cloned()
        };
        Ok(Self {
            title: escape(title),
            description: escape(description),
            leaves,
            fonts: file("fonts/fonts", ".css"),
            highlight: file("highlight", ".js"),
        })
    }

    /// The pages that are named; all where no name is given.
    ///
    /// # Errors
    /// With one line for each name that no page has.
    pub(crate) fn select(&self, names: &[String]) -> Result<Vec<&Leaf>> {
        let slugs: Vec<_> = self.leaves.iter().map(|it| it.slug.as_str()).collect();
        let unknown = names.iter().filter(|it| !slugs.contains(&it.as_str()));
        let unknown = unknown.map(|name| {
            let help = match closest(name, slugs.iter().copied()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!("the chapters are {}", slugs.join(", ")),
            };
            Problem::nowhere(format!("unknown chapter `{name}`"), help).to_string()
        });
        let unknown: Vec<_> = unknown.collect();
        anyhow::ensure!(unknown.is_empty(), "{}", unknown.join("\n"));
        let is_wanted = |it: &&Leaf| names.is_empty() || names.contains(&it.slug);
        Ok(self.leaves.iter().filter(is_wanted).collect())
    }

    /// These pages as a book: what it is, its contents, its pages, then all answers, hints and solutions. A single page
    /// has neither title nor contents.
    pub(crate) fn book(&self, leaves: &[&Leaf], places: &Places, format: Format) -> String {
        let backs = [
            back("Answers", leaves, |it| {
                it.questions.iter().map(answer).collect()
            }),
            back("Hints", leaves, |it| {
                it.tasks.iter().filter_map(hints).collect()
            }),
            back("Solutions", leaves, |it| {
                it.tasks.iter().filter_map(solution).collect()
            }),
        ];
        let mut backs: Vec<_> = backs.into_iter().flatten().collect();
        let chapters = leaves.iter().map(|leaf| chapter(leaf));
        let nodes: Vec<_> = chapters
            .chain(backs.iter().cloned())
            .map(Node::from)
            .collect();
        let known = ids(&nodes);
        let mut addresses = Addresses::default();
        let nodes = follow(set(nodes), &known, &places.pages, &mut addresses);
        let mut body = to_html(&nodes);
        if let Some(links) = links(&addresses) {
            body.push_str(&to_html(&[links.clone().into()]));
            backs.push(links);
        }
        let digits = format!(":root {{ --digits: {}; }}\n", places.digits.max(1));
        if let [leaf] = leaves {
            let title = format!("{} – {}", leaf.title, self.title);
            let style = digits + &running_title("@page", &titled(leaf));
            return self.document(&title, "one", &style, &body, format);
        }
        let front = self.title_page(leaves) + &contents(leaves, &backs, &places.pages);
        let mut style = digits;
        style.push_str(
            "@page :first { @top-left { content: none; } @bottom-center { content: none; } }\n",
        );
        let leaves = leaves
            .iter()
            .map(|leaf| (leaf::id_in(&leaf.slug, ""), titled(leaf)));
        let backs = backs
            .iter()
            .map(|back| (back.get("id").to_owned(), title_of(back)));
        for (id, title) in leaves.chain(backs) {
            style.push_str(&running_title(&format!("@page of-{id}"), &title));
            let _ = writeln!(style, "#{id} {{ page: of-{id}; }}");
        }
        self.document(&self.title, "book", &style, &(front + &body), format)
    }

    fn title_page(&self, leaves: &[&Leaf]) -> String {
        let chapters = leaves.iter().filter(|it| Self::has_worksheet(it)).count();
        let questions = leaves.iter().map(|it| it.questions.len()).sum();
        let exercises = leaves.iter().map(|it| it.tasks.len()).sum();
        let counts = [
            (chapters, "chapter"),
            (questions, "question"),
            (exercises, "exercise"),
        ];
        let counts = counts
            .map(|(count, of)| units::count(count, of))
            .join(" · ");
        format!(
            "<section class=\"title\"><h1>{}</h1><p class=\"lede\">{}</p><p class=\"counts\">{counts}</p>\
             <p>Answers, hints and solutions are at the end.</p></section>",
            self.title, self.description
        )
    }

    /// A page's questions and exercises, with room to write, and nothing that answers them.
    ///
    /// # Errors
    /// Where a program cannot be read.
    pub(crate) fn worksheet(
        &self,
        library: &Library,
        leaf: &Leaf,
        format: Format,
    ) -> Result<String> {
        let mut nodes = Vec::new();
        let mut shown: Vec<(&str, &str)> = Vec::new();
        for question in &leaf.questions {
            let asked = [question.heading().into(), question.boxes().into()];
            let room = room("I think so because:", 4);
            let known = shown.iter().find(|(run, _)| *run == question.run);
            let elsewhere = match known {
                Some((_, label)) => format!("The program is that of question {label}."),
                None => {
                    shown.push((&question.run, &question.label));
                    let program = program(library, question)?;
                    let (lines, columns) = layout::extent(&program);
                    if lines <= LONG {
                        let given = vec![fitted(program, format, lines, columns).into()];
                        let written = asked.into_iter().chain(room).collect();
                        nodes.push(side_by_side("question", given, written).into());
                        continue;
                    }
                    format!(
                        "The program has {lines} lines: read it on the chapter's page, where this is asked."
                    )
                }
            };
            let elsewhere = Element::new("p", "elsewhere", vec![Node::Text(elsewhere)]);
            let given = std::iter::once(elsewhere.into()).chain(asked).collect();
            nodes.push(side_by_side("question", given, room).into());
        }
        if !leaf.tasks.is_empty() {
            let heading = vec![Node::Text("Exercises".to_owned())];
            nodes.push(Element::new("h2", "", heading).into());
        }
        for task in &leaf.tasks {
            let mut given = vec![task.heading().into(), task.about().into()];
            given.extend(task.task.iter().cloned());
            given.extend(task.command.iter().cloned().map(Node::from));
            nodes.push(side_by_side("exercise", given, room("My plan:", 6)).into());
        }
        // Nothing here leads anywhere: it is the only sheet that somebody may have.
        let mut addresses = Addresses::default();
        let (known, nowhere) = (Default::default(), PageNumbers::new());
        let nodes = follow(set(nodes), &known, &nowhere, &mut addresses);
        let list = addresses.list();
        let body = format!(
            "<header class=\"sheet\"><p class=\"kicker\">{}</p><h1>{}</h1>\
             <p class=\"names\"><span>Name</span><span>Date</span></p></header>{}{list}",
            self.title,
            numbered(leaf),
            to_html(&nodes)
        );
        let title = format!("{} – worksheet", leaf.title);
        let style = format!(
            "@page {{ @top-left {{ content: none; }} @bottom-left {{ content: \"{}\"; }} }}\n",
            style_text(&title)
        );
        Ok(self.document(&title, "worksheet", &style, &body, format))
    }

    /// Whether there is anything to write on a worksheet.
    pub(crate) fn has_worksheet(leaf: &Leaf) -> bool {
        !(leaf.questions.is_empty() && leaf.tasks.is_empty())
    }

    fn document(
        &self,
        title: &str,
        class: &str,
        styles: &str,
        body: &str,
        format: Format,
    ) -> String {
        let size = match format {
            Format::A4 => "A4",
            Format::Letter => "letter",
        };
        let fonts = self.fonts.as_ref().map_or_else(String::new, |file| {
            format!("<link rel=\"stylesheet\" href=\"{file}\">\n")
        });
        let highlight = self.highlight.as_ref().map_or_else(String::new, |file| {
            format!(
                "<script src=\"{file}\"></script>\n<script>\nhljs.configure({{ languages: [] }});\n\
                 for (const code of document.querySelectorAll('pre > code[class]')) hljs.highlightBlock(code);\n\
                 </script>\n"
            )
        });
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\" class=\"light\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline' file:; \
             style-src 'unsafe-inline' file:; font-src file:; img-src file: data:\">\n<title>{title}</title>\n{fonts}\
             <style>\n{BOOK}\n{PAPER}\n@page {{ size: {size}; @top-left {{ content: \"{}\"; }} }}\n{styles}</style>\n\
             </head>\n<body class=\"content paper {class}\">\n{body}\n{highlight}</body>\n</html>\n",
            style_text(&self.title)
        )
    }
}

/// A page's title with its number.
fn numbered(leaf: &Leaf) -> String {
    match leaf.number.as_str() {
        "" => leaf.title.clone(),
        number => format!("<span class=\"of\">{number}</span> {}", leaf.title),
    }
}

/// HTML without markup as the text between quotes in a style.
fn style_text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';') else { break };
        let entity = &rest[1..end];
        let number = entity
            .strip_prefix('#')
            .and_then(|it| match it.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => it.parse().ok(),
            });
        let known = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            _ => number.and_then(char::from_u32),
        };
        text.extend(known);
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    let mut quoted = String::new();
    for c in text.chars() {
        match c {
            // An end tag would end the style.
            '"' | '\\' | '<' => {
                let _ = write!(quoted, "\\{:x} ", u32::from(c));
            }
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted
}

/// The same, without markup.
fn titled(leaf: &Leaf) -> String {
    format!("{}  {}", leaf.number, leaf.title).trim().to_owned()
}

/// The style by which these pages of paper say at their top which page of the book they have.
fn running_title(pages: &str, title: &str) -> String {
    let title = style_text(title);
    format!("{pages} {{ @top-right {{ content: \"{title}\"; }} }}\n")
}

fn chapter(leaf: &Leaf) -> Element {
    let mut chapter = Element::new("section", "chapter", Vec::new());
    chapter.set("id", &leaf::id_in(&leaf.slug, ""));
    let kicker = match (&leaf.part, leaf.number.as_str()) {
        (Some(part), "") => part.clone(),
        (Some(part), number) => format!("{part} · Chapter {number}"),
        (None, "") => String::new(),
        (None, number) => format!("Chapter {number}"),
    };
    if !kicker.is_empty() {
        let kicker = Element::new("p", "kicker", vec![Node::Text(kicker)]);
        chapter.children.push(kicker.into());
    }
    chapter.children.extend(leaf.body.iter().cloned());
    chapter
}

/// What stands behind all chapters, chapter by chapter. None where no chapter has any of it.
fn back(title: &str, leaves: &[&Leaf], of: impl Fn(&Leaf) -> Vec<Element>) -> Option<Element> {
    let mut children = vec![Element::new("h1", "", vec![Node::Text(title.to_owned())]).into()];
    for leaf in leaves {
        let parts = of(leaf);
        if parts.is_empty() {
            continue;
        }
        if leaves.len() > 1 {
            let heading = parse(&numbered(leaf));
            children.push(Element::new("h2", "", heading).into());
        }
        children.extend(parts.into_iter().map(Node::from));
    }
    let mut back = Element::new("section", "back", children);
    back.set("id", &format!("back-{}", title.to_lowercase()));
    (back.children.len() > 1).then_some(back)
}

fn answer(question: &AskedQuestion) -> Element {
    let mut answer = Element::new("section", "answer", vec![question.heading().into()]);
    answer.set("id", &question.answer);
    if let Some(say) = question.choices.get(question.right) {
        let label = Element::new("b", "", vec![Node::Text(letter(question.right))]);
        let mut line = vec![label.into(), Node::Text(" ".to_owned())];
        line.extend(say.iter().cloned());
        answer
            .children
            .push(Element::new("p", "right", line).into());
    }
    let why = Element::new("div", "why", question.why.clone());
    answer.children.push(why.into());
    answer.children.extend(question.told.iter().cloned());
    answer
}

fn hints(task: &Assignment) -> Option<Element> {
    let mut hints = Element::new("section", "hints", vec![task.heading().into()]);
    hints.set("id", &task.hints_id());
    let item = |hint: &Vec<Node>| Node::from(Element::new("li", "", hint.clone()));
    let items = task.hints.iter().map(item).collect();
    hints.children.push(Element::new("ol", "", items).into());
    (!task.hints.is_empty()).then_some(hints)
}

fn solution(task: &Assignment) -> Option<Element> {
    let mut solution = Element::new("section", "solution", vec![task.heading().into()]);
    solution.set("id", &task.solution_id());
    solution.children.extend(task.solution.iter().cloned());
    (!task.solution.is_empty()).then_some(solution)
}

/// All addresses that the document leads to. None where there are none.
fn links(addresses: &Addresses) -> Option<Element> {
    let list = parse(&addresses.list());
    let heading = Element::new("h1", "", vec![Node::Text("Links".to_owned())]);
    let mut links = Element::new("section", "back", vec![heading.into()]);
    links.set("id", "back-links");
    links.children.extend(list);
    (links.children.len() > 1).then_some(links)
}

/// What its first heading says.
fn title_of(it: &Element) -> String {
    it.find(&|it| it.name == "h1")
        .map(Element::text)
        .unwrap_or_default()
}

fn contents(leaves: &[&Leaf], backs: &[Element], pages: &PageNumbers) -> String {
    let mut html = String::from("<nav class=\"contents\"><h1>Contents</h1><div>");
    let line = |class: &str, id: &str, text: &str| {
        let number = to_html(&[at_page("", id, pages)]);
        format!("<p class=\"{class}\"><a href=\"#{id}\">{text}</a>{number}</p>")
    };
    for leaf in leaves {
        if let Some(part) = &leaf.part {
            let _ = write!(html, "<p class=\"part\">{part}</p>");
        }
        let id = leaf::id_in(&leaf.slug, "");
        html.push_str("<div class=\"entry\">");
        html.push_str(&line("chapter", &id, &numbered(leaf)));
        // A letter of a glossary is no section.
        let is_section = |(_, text): &&(String, String)| text.chars().count() > 1;
        for (id, text) in leaf.sections.iter().filter(is_section) {
            html.push_str(&line("section", id, text));
        }
        html.push_str("</div>");
    }
    if !backs.is_empty() {
        html.push_str("<p class=\"part\">At the end</p>");
    }
    for back in backs {
        html.push_str(&line("chapter", back.get("id"), &title_of(back)));
    }
    html + "</div></nav>"
}

/// The program that a question is about: as its page shows it, or whole where the page shows only what has changed in it.
fn program(library: &Library, question: &AskedQuestion) -> Result<Element> {
    if let Some(program) = &question.program {
        return Ok(program.clone());
    }
    let snippet = library.snippet(&question.run);
    let snippet = snippet.with_context(|| format!("there is no snippet `{}`", question.run))?;
    let text = files::text(&library.house.absolute(&snippet.source));
    let text = text.map_err(|error| error.problem(&snippet.source, "the program"));
    let text = text.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let code = escape(&without_marks(&text.replace("\r\n", "\n")));
    // Its lines are counted.
    let code = code.replace("&#10;", "\n");
    let code = Element::new("code", "language-rust", vec![Node::Text(code)]);
    let caption =
        parse("<figcaption><span class=\"file\">the program in question</span></figcaption>");
    let mut figure = Element::new("figure", "listing", caption);
    figure
        .children
        .push(Element::new("pre", "", vec![code.into()]).into());
    Ok(figure)
}

/// What is printed, and beside it where to write.
fn side_by_side(class: &str, given: Vec<Node>, written: Vec<Node>) -> Element {
    let given = Element::new("div", "given", given);
    let written = Element::new("div", "written", written);
    Element::new("section", class, vec![given.into(), written.into()])
}

/// A program by itself, its letters as large as its longest line allows, and smaller where two of its kind then stand on
/// one page.
fn fitted(mut program: Element, format: Format, lines: usize, columns: usize) -> Element {
    let is_caption = |it: &Node| it.element().is_some_and(|it| it.name == "figcaption");
    program.children.retain(|it| !is_caption(it));
    let by_width = WIDTH / (WIDE * columns.max(1) as f64);
    let by_height = format.half() / (HIGH * lines.max(1) as f64);
    let size = match by_height < SMALLEST {
        true => by_width,
        false => by_width.min(by_height),
    };
    let size = size.clamp(SMALLEST, LARGEST);
    program.set("style", &format!("--code-font-size: {size:.2}pt"));
    program
}

/// Lines to write on, below what they are for.
fn room(words: &str, lines: usize) -> Vec<Node> {
    let words = Element::new("p", "write", vec![Node::Text(words.to_owned())]);
    let line = || Node::from(Element::new("div", "line-to-write-on", Vec::new()));
    let lines = (0..lines).map(|_| line());
    std::iter::once(words.into()).chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_in_a_style_cannot_leave_it() {
        assert_eq!(style_text("Tea &amp; cups"), "Tea & cups");
        assert_eq!(
            style_text("&quot;x&#92;&lt;/style>"),
            "\\22 x\\5c \\3c /style>"
        );
    }
}
