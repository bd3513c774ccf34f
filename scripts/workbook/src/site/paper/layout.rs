//! What of a page stays together on paper, how the output of a run stands there, and where each link leads.

use std::collections::{BTreeMap, BTreeSet};

use crate::site::paper::tree::{self, Element, Node};

/// On which page of the PDF something is, by its id.
pub(crate) type PageNumbers = BTreeMap<String, usize>;

/// A program and its run stand on one page where they are no higher than this, in points. A page has some 740.
const TOGETHER: f64 = 390.0;
/// Output of this many lines and more stands in columns, where its lines are short enough.
const IN_COLUMNS: usize = 8;

/// Puts programs together with their runs, and short lines of output into columns.
pub(crate) fn set(nodes: Vec<Node>) -> Vec<Node> {
    let nodes = tree::replace(nodes, &mut |it| match it.is("pre", "output") {
        true => vec![output(it).into()],
        false => vec![it.into()],
    });
    together(nodes)
}

/// How many lines a program has, and how many characters the longest of them.
pub(crate) fn extent(program: &Element) -> (usize, usize) {
    let code = program.find(&|it| it.name == "code").map(Element::text);
    let code = code.unwrap_or_default();
    let lines: Vec<_> = code.trim_end().lines().map(str::to_owned).collect();
    extent_of(&lines)
}

/// How many lines these are, and how many characters the longest of them has.
fn extent_of(lines: &[String]) -> (usize, usize) {
    let longest = lines.iter().map(|line| characters(line)).max();
    (lines.len(), longest.unwrap_or_default())
}

/// An entity is one character.
fn characters(html: &str) -> usize {
    let mut in_entity = false;
    let is_shown = |c: char| {
        let was_in = in_entity;
        in_entity = (c == '&') || (in_entity && c != ';');
        !was_in
    };
    html.chars()
        .filter(|c| *c != '\u{200b}')
        .map(is_shown)
        .filter(|it| *it)
        .count()
}

/// What a run printed.
fn output(mut it: Element) -> Element {
    let lines: Vec<_> = it.elements().filter(|it| it.has_class("line")).collect();
    let text = |it: &&Element| it.text();
    let (count, longest) = extent_of(&lines.iter().map(text).collect::<Vec<_>>());
    // The clock has six of them, and 100 fit beside each other.
    let columns = match longest {
        _ if count < IN_COLUMNS || count != it.elements().count() => 1,
        ..=25 if count >= 2 * IN_COLUMNS => 3,
        ..=42 => 2,
        _ => 1,
    };
    if columns > 1 {
        it.children.retain(|node| !node.is_blank());
        it.add_class(&format!("columns columns-{columns}"));
    }
    it
}

/// About how high it is on paper, in points.
fn height(it: &Element) -> f64 {
    const LINE: f64 = 10.2;
    let lines = |it: &Element| {
        let text = it.text();
        let lines = text.trim_end().lines();
        // One that is too long goes on in the next.
        lines
            .map(|line| 1.0 + (characters(line) / 100) as f64)
            .sum::<f64>()
    };
    match it.name.as_str() {
        "pre" => {
            let columns = [(3.0, "columns-3"), (2.0, "columns-2")];
            let columns = columns.into_iter().find(|(_, class)| it.has_class(class));
            let rows = match columns {
                Some((columns, _)) => (it.elements().count() as f64 / columns).ceil(),
                None => {
                    lines(it).max(it.elements().filter(|it| it.has_class("line")).count() as f64)
                }
            };
            rows * LINE + 14.0
        }
        // Pixels, and printed smaller: see `paper.css`.
        "svg" => it.get("height").parse().unwrap_or(0.0) * 0.75 * 0.78 + 8.0,
        "figcaption" => 13.0 * it.elements().count().max(1) as f64,
        "tr" => 16.0,
        _ => it.elements().map(height).sum(),
    }
}

fn together(nodes: Vec<Node>) -> Vec<Node> {
    let mut set: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let is_run = |it: &&Element| it.is("figure", "run") && !it.has_class("compare");
        if let Some(run) = node.element().filter(is_run) {
            let high = height(run);
            let at = set.iter().rposition(|it| !it.is_blank());
            let program = at.and_then(|at| set[at].element());
            let fits = |it: &&Element| it.is("figure", "listing") && height(it) + high <= TOGETHER;
            if let (Some(at), Some(program)) = (at, program.filter(fits)) {
                let pair = Element::new("div", "together", vec![program.clone().into(), node]);
                set.truncate(at);
                set.push(pair.into());
                continue;
            }
        }
        set.push(match node {
            // What is higher than that may be broken: half a page would stay empty in front of it.
            Node::Element(mut it) if it.name == "figure" && height(&it) > TOGETHER => {
                it.add_class("tall");
                it.into()
            }
            Node::Element(mut it) if it.name != "figure" && it.name != "pre" => {
                it.children = together(it.children);
                it.into()
            }
            other => other,
        });
    }
    set
}

/// The addresses that a document leads to, in the order in which it names them.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    addresses: Vec<String>,
}

impl Addresses {
    fn number(&mut self, address: &str) -> usize {
        let known = self.addresses.iter().position(|it| it == address);
        let at = known.unwrap_or_else(|| {
            self.addresses.push(address.to_owned());
            self.addresses.len() - 1
        });
        at + 1
    }

    /// All of them, with their numbers.
    pub(crate) fn list(&self) -> String {
        if self.addresses.is_empty() {
            return String::new();
        }
        let item = |(at, address): (usize, &String)| {
            let number = at + 1;
            // It may be broken behind each part.
            let shown = address.replace('/', "/<wbr>");
            format!("<li value=\"{number}\"><a href=\"{address}\">{shown}</a></li>")
        };
        let items: String = self.addresses.iter().enumerate().map(item).collect();
        format!("<ol class=\"addresses\">{items}</ol>")
    }
}

/// The ids in a document.
pub(crate) fn ids(nodes: &[Node]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for it in nodes.iter().filter_map(Node::element) {
        if it.has("id") {
            ids.insert(it.get("id").to_owned());
        }
        ids.extend(self::ids(&it.children));
    }
    ids
}

/// Says beside each link where it leads: to a page, where that is in this document, or to an address, by its number.
pub(crate) fn follow(
    nodes: Vec<Node>,
    ids: &BTreeSet<String>,
    pages: &PageNumbers,
    addresses: &mut Addresses,
) -> Vec<Node> {
    // A term in bold leads to the glossary: everybody finds it there, and no page has a dozen numbers for it.
    let nodes = tree::replace(nodes, &mut |mut it| {
        if it.name == "strong" {
            for node in &mut it.children {
                if let Node::Element(link) = node
                    && link.name == "a"
                {
                    link.set("data-term", "");
                }
            }
        }
        vec![it.into()]
    });
    tree::replace(nodes, &mut |mut it| {
        if it.name != "a" || !it.has("href") {
            return vec![it.into()];
        }
        let href = it.get("href").to_owned();
        let is_term = it.has("data-term");
        it.remove("data-term");
        let Some(id) = href.strip_prefix('#') else {
            let number = Node::Text(addresses.number(&href).to_string());
            return vec![
                it.into(),
                Element::new("sup", "address", vec![number]).into(),
            ];
        };
        if !ids.contains(id) {
            return it.children;
        }
        if it.has_class("at-page") {
            return vec![at_page("page ", id, pages)];
        }
        // A note, and the way back from it.
        if is_term || id.contains("--footnote-") || id.contains("--fr-") {
            return vec![it.into()];
        }
        let place = vec![
            Node::Text(" (".to_owned()),
            at_page("page ", id, pages),
            Node::Text(")".to_owned()),
        ];
        vec![it.into(), Element::new("span", "place", place).into()]
    })
}

/// A place whose page a document names and nobody knows.
pub(crate) fn missing<'a>(html: &'a str, pages: &PageNumbers) -> Option<&'a str> {
    let links = html.split("class=\"at-page\" href=\"#").skip(1);
    let mut places = links.filter_map(|it| it.split('"').next());
    places.find(|it| !pages.contains_key(*it))
}

/// The number of a page, as a link to it. As long as nobody knows it, there is room for it.
pub(crate) fn at_page(before: &str, id: &str, pages: &PageNumbers) -> Node {
    let number = pages.get(id).map_or_else(String::new, ToString::to_string);
    let number = Element::new("span", "number", vec![Node::Text(number)]);
    let words = Node::Text(before.replace(' ', "\u{a0}"));
    let mut link = Element::new("a", "at-page", vec![words, number.into()]);
    link.set("href", &format!("#{id}"));
    link.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::paper::tree::{parse, to_html};

    fn figures(lines: usize) -> Vec<Node> {
        let code = "let tea = 1;\n".repeat(lines);
        let line = "<span class=\"line\">poured</span>\n".repeat(lines);
        parse(&format!(
            "<figure class=\"listing\"><pre><code>{code}</code></pre></figure>\n\
             <figure class=\"run\"><pre class=\"output\">{line}</pre></figure><p>After.</p>"
        ))
    }

    #[test]
    fn a_program_stands_with_its_run_where_both_fit() {
        let html = to_html(&set(figures(6)));
        assert!(
            html.starts_with("<div class=\"together\"><figure class=\"listing\">"),
            "{html}"
        );
        assert!(html.ends_with("</figure></div><p>After.</p>"), "{html}");
        let html = to_html(&set(figures(60)));
        assert!(!html.contains("together"), "{html}");
        assert!(html.contains("<figure class=\"listing tall\">"), "{html}");
    }

    #[test]
    fn short_lines_of_output_stand_in_columns() {
        let columns = |lines| {
            let html = to_html(&set(figures(lines)));
            [1, 2, 3].map(|it| html.contains(&format!("columns-{it}")))
        };
        assert_eq!(columns(7), [false, false, false]);
        assert_eq!(columns(8), [false, true, false]);
        assert_eq!(columns(16), [false, false, true]);
        assert_eq!(characters("a &lt; &quot;b&quot;"), 7);
    }

    #[test]
    fn a_link_says_where_it_leads() {
        let nodes = parse(
            "<a href=\"#tea\">tea</a>, <a href=\"#cups\">cups</a>, <strong><a href=\"#tea\">term</a></strong>, \
             <a href=\"https://a.b/c\">c</a>, <a href=\"https://a.b/c\">again</a>",
        );
        let ids = BTreeSet::from(["tea".to_owned()]);
        let pages = PageNumbers::from([("tea".to_owned(), 12)]);
        let mut addresses = Addresses::default();
        let html = to_html(&follow(nodes, &ids, &pages, &mut addresses));
        assert_eq!(
            html,
            "<a href=\"#tea\">tea</a><span class=\"place\"> (<a class=\"at-page\" href=\"#tea\">page\u{a0}\
             <span class=\"number\">12</span></a>)</span>, cups, <strong><a href=\"#tea\">term</a></strong>, \
             <a href=\"https://a.b/c\">c</a><sup class=\"address\">1</sup>, \
             <a href=\"https://a.b/c\">again</a><sup class=\"address\">1</sup>"
        );
        assert_eq!(addresses.list().matches("<li").count(), 1);
        assert_eq!(missing(&html, &pages), None);
        assert_eq!(missing(&html, &PageNumbers::new()), Some("tea"));
    }
}
