//! HTML as a tree, to be taken apart and put together anew: as mdBook writes it, where every element is closed.

use std::fmt::Write;

/// An element, or text as it stands in HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// With values as they stand in HTML; without one where there is none.
    attributes: Vec<(String, Option<String>)>,
    pub(crate) children: Vec<Node>,
}

/// Elements that are never closed.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Reads HTML. Comments are dropped. An end that closes nothing is passed over, and what is not closed ends with what it
/// stands in.
pub(crate) fn parse(html: &str) -> Vec<Node> {
    let mut open: Vec<Element> = vec![Element::default()];
    let mut rest = html;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            add(&mut open, Node::Text(rest.to_owned()));
            break;
        };
        if at > 0 {
            add(&mut open, Node::Text(rest[..at].to_owned()));
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
        } else if let Some(end) = rest.strip_prefix("</") {
            let (name, after) = end.split_once('>').unwrap_or((end, ""));
            close(&mut open, name.trim());
            rest = after;
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            rest = start(&mut open, rest);
        } else {
            // `<!DOCTYPE>`, or no markup at all.
            let end = rest[1..].find(['<', '>']).map_or(rest.len(), |end| end + 2);
            rest = &rest[end.min(rest.len())..];
        }
    }
    while open.len() > 1 {
        let name = open[open.len() - 1].name.clone();
        close(&mut open, &name);
    }
    open.pop().map(|root| root.children).unwrap_or_default()
}

fn add(open: &mut [Element], node: Node) {
    if let Some(last) = open.last_mut() {
        last.children.push(node);
    }
}

fn close(open: &mut Vec<Element>, name: &str) {
    let Some(at) = open.iter().rposition(|it| it.name == name) else {
        return;
    };
    while open.len() > at.max(1) {
        if let Some(element) = open.pop() {
            add(open, Node::Element(element));
        }
    }
}

/// Reads a start tag, and gives what comes after it.
fn start<'a>(open: &mut Vec<Element>, html: &'a str) -> &'a str {
    let name_end = html[1..].find(|c: char| c.is_whitespace() || c == '>' || c == '/');
    let name_end = name_end.map_or(html.len(), |end| end + 1);
    let mut element = Element {
        name: html[1..name_end].to_owned(),
        ..Element::default()
    };
    let mut rest = html[name_end..].trim_start();
    let mut closed = false;
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        if let Some(after) = rest.strip_prefix('/') {
            closed = true;
            rest = after.trim_start();
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'));
        let Some(end) = end.filter(|end| *end > 0) else {
            // The text ends within the tag, or has something odd in it.
            let mut chars = rest.chars();
            if chars.next().is_none() {
                break;
            }
            rest = chars.as_str();
            continue;
        };
        closed = false;
        let name = rest[..end].to_owned();
        rest = rest[end..].trim_start();
        let mut value = None;
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (found, after) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => {
                    let end = after.find(|c: char| c.is_whitespace() || c == '>');
                    after.split_at(end.unwrap_or(after.len()))
                }
            };
            value = Some(found.replace('"', "&quot;"));
            rest = after;
        }
        rest = rest.trim_start();
        element.attributes.push((name, value));
    }
    if closed || VOID.contains(&element.name.as_str()) {
        add(open, Node::Element(element));
        return rest;
    }
    if element.name == "script" {
        let end = rest.find("</script").unwrap_or(rest.len());
        element.children.push(Node::Text(rest[..end].to_owned()));
        rest = &rest[end..];
    }
    open.push(element);
    rest
}

impl Element {
    pub(crate) fn new(name: &str, class: &str, children: Vec<Node>) -> Self {
        let mut element = Self {
            name: name.to_owned(),
            children,
            ..Self::default()
        };
        if !class.is_empty() {
            element.set("class", class);
        }
        element
    }

    /// As it stands in HTML; empty where it has none.
    pub(crate) fn get(&self, attribute: &str) -> &str {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(name, _)| name == attribute);
        found
            .and_then(|(_, value)| value.as_deref())
            .unwrap_or_default()
    }

    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|(name, _)| name == attribute)
    }

    pub(crate) fn set(&mut self, attribute: &str, value: &str) {
        self.remove(attribute);
        let value = value.to_owned();
        self.attributes.push((attribute.to_owned(), Some(value)));
    }

    pub(crate) fn remove(&mut self, attribute: &str) {
        self.attributes.retain(|(name, _)| name != attribute);
    }

    pub(crate) fn is(&self, name: &str, class: &str) -> bool {
        self.name == name && self.has_class(class)
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.get("class").split_whitespace().any(|it| it == class)
    }

    pub(crate) fn add_class(&mut self, class: &str) {
        let classes = format!("{} {class}", self.get("class"));
        self.set("class", classes.trim());
    }

    /// The elements right below it.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(Node::element)
    }

    /// The first element below it that is so, however deep it is.
    pub(crate) fn find(&self, is_so: &dyn Fn(&Self) -> bool) -> Option<&Self> {
        self.elements()
            .find_map(|it| if is_so(it) { Some(it) } else { it.find(is_so) })
    }

    /// All elements below it that are so.
    pub(crate) fn find_all<'a>(&'a self, is_so: &dyn Fn(&Self) -> bool) -> Vec<&'a Self> {
        let mut found = Vec::new();
        for it in self.elements() {
            if is_so(it) {
                found.push(it);
            }
            found.extend(it.find_all(is_so));
        }
        found
    }

    /// What stands in it, as HTML without any markup.
    pub(crate) fn text(&self) -> String {
        self.children.iter().map(Node::text).collect()
    }
}

impl Node {
    pub(crate) fn element(&self) -> Option<&Element> {
        match self {
            Self::Element(element) => Some(element),
            Self::Text(_) => None,
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    fn text(&self) -> String {
        match self {
            Self::Element(element) => element.text(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

/// Puts other nodes in the place of each element, from the innermost outwards.
pub(crate) fn replace(nodes: Vec<Node>, change: &mut dyn FnMut(Element) -> Vec<Node>) -> Vec<Node> {
    let mut changed = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Text(_) => changed.push(node),
            Node::Element(mut element) => {
                element.children = replace(element.children, change);
                changed.extend(change(element));
            }
        }
    }
    changed
}

pub(crate) fn to_html(nodes: &[Node]) -> String {
    let mut html = String::new();
    write_nodes(&mut html, nodes);
    html
}

fn write_nodes(html: &mut String, nodes: &[Node]) {
    for node in nodes {
        let element = match node {
            Node::Text(text) => {
                html.push_str(text);
                continue;
            }
            Node::Element(element) => element,
        };
        let name = &element.name;
        html.push('<');
        html.push_str(name);
        for (attribute, value) in &element.attributes {
            let _ = match value {
                Some(value) => write!(html, " {attribute}=\"{value}\""),
                None => write!(html, " {attribute}"),
            };
        }
        html.push('>');
        if !VOID.contains(&name.as_str()) {
            write_nodes(html, &element.children);
            let _ = write!(html, "</{name}>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_comes_out_as_it_went_in() {
        for html in [
            "<p class=\"a\">One <b>two</b> &lt;three&gt;<br>four</p>",
            "<svg><rect x=\"1\"></rect><path d=\"M0 -8\"></path></svg>text",
            "<label data-right><input type=\"radio\" value=\"0\"> a</label>",
            "<script>if (a < b) {}</script>",
        ] {
            assert_eq!(to_html(&parse(html)), html);
        }
        let short = "<!-- no --><rect x='1' /><p a=b>c";
        assert_eq!(
            to_html(&parse(short)),
            "<rect x=\"1\"></rect><p a=\"b\">c</p>"
        );
    }

    #[test]
    fn what_is_not_closed_and_what_closes_nothing_do_no_harm() {
        assert_eq!(to_html(&parse("</p><p>a<b>c</p>d")), "<p>a<b>c</b></p>d");
        for odd in [
            "<", "<p", "<p a", "<p a=", "<p a=\"", "<!", "< b", "<p =x>", "</", "<!--",
        ] {
            let _ = to_html(&parse(odd));
        }
    }

    #[test]
    fn elements_are_found_and_replaced() {
        let nodes = parse("<div><p class=\"x y\">a</p><i>b</i></div>");
        let Some(div) = nodes[0].element() else {
            panic!("{nodes:?}")
        };
        let p = div.find(&|it| it.is("p", "y")).unwrap();
        assert_eq!((p.text(), p.has_class("z")), ("a".to_owned(), false));
        let without = replace(nodes, &mut |it| match it.name.as_str() {
            "i" => it.children,
            _ => vec![it.into()],
        });
        assert_eq!(to_html(&without), "<div><p class=\"x y\">a</p>b</div>");
    }
}
