//! A page of the built site, taken apart for paper: its text, its questions without their answers, its exercises without
//! their hints and solutions, and all of these by themselves.

use crate::site::paper::tree::{self, Element, Node, parse};

/// A page, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Leaf {
    pub(crate) slug: String,
    /// HTML without markup.
    pub(crate) title: String,
    /// `3`; empty where the book gives it none.
    pub(crate) number: String,
    /// The part of the book that begins with it.
    pub(crate) part: Option<String>,
    /// The whole page, without what is an answer.
    pub(crate) body: Vec<Node>,
    pub(crate) questions: Vec<AskedQuestion>,
    pub(crate) tasks: Vec<Assignment>,
    /// The ids and texts of its headings of the second level.
    pub(crate) sections: Vec<(String, String)>,
}

#[derive(Debug)]
pub(crate) struct AskedQuestion {
    /// `3.1`
    pub(crate) label: String,
    /// The snippet that it is about.
    pub(crate) run: String,
    pub(crate) ask: Vec<Node>,
    pub(crate) choices: Vec<Vec<Node>>,
    /// Which choice is true.
    pub(crate) right: usize,
    pub(crate) why: Vec<Node>,
    /// The run, and what else tells of it.
    pub(crate) told: Vec<Node>,
    /// The program, where the page has shown it before.
    pub(crate) program: Option<Element>,
    /// The ids of the question and of its answer.
    pub(crate) id: String,
    pub(crate) answer: String,
}

/// An exercise.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) label: String,
    pub(crate) title: Vec<Node>,
    /// What kind it is, and how long it takes.
    pub(crate) about: String,
    pub(crate) task: Vec<Node>,
    pub(crate) starter: Option<Element>,
    pub(crate) command: Option<Element>,
    /// Where its tests stand.
    pub(crate) tests: Option<String>,
    pub(crate) hints: Vec<Vec<Node>>,
    pub(crate) solution: Vec<Node>,
    pub(crate) id: String,
}

impl Assignment {
    pub(crate) fn hints_id(&self) -> String {
        format!("{}--hints", self.id)
    }

    pub(crate) fn solution_id(&self) -> String {
        format!("{}--solution", self.id)
    }
}

/// What the table of contents of the site says of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) number: String,
    pub(crate) part: Option<String>,
}

/// Reads `toc.html`, as mdBook writes it: the pages in their order.
pub(crate) fn entries(toc: &str) -> Vec<Entry> {
    let root = Element::new("div", "", parse(toc));
    let mut part = None;
    let mut entries = Vec::new();
    for it in root.find_all(&|it| it.is("li", "part-title") || it.name == "a") {
        if it.name == "li" {
            part = Some(it.text().trim().to_owned());
            continue;
        }
        let Some(slug) = it.get("href").strip_suffix(".html") else {
            continue;
        };
        let number = it.find(&|it| it.name == "strong").map(Element::text);
        let number = number.unwrap_or_default();
        let text = it.text();
        let title = text.trim().strip_prefix(&number).unwrap_or(&text);
        entries.push(Entry {
            slug: slug.to_owned(),
            title: title.trim().to_owned(),
            number: number.trim_end_matches('.').to_owned(),
            part: part.take(),
        });
    }
    entries
}

/// An id as it is unique in all pages together.
pub(crate) fn id_in(slug: &str, id: &str) -> String {
    match id {
        "" => slug.replace('/', "-"),
        _ => format!("{}--{id}", slug.replace('/', "-")),
    }
}

/// Takes a page apart. None for one that is made in the browser: what the reader has solved so far.
pub(crate) fn leaf(entry: &Entry, html: &str) -> Option<Leaf> {
    let (_, main) = html.split_once("<main>")?;
    let (main, _) = main.split_once("</main>")?;
    let main = unwrap_unsearched(parse(main));
    let main = at_home(&entry.slug, main);
    let root = Element::new("main", "", main);
    if root.find(&|it| it.is("div", "progress")).is_some() {
        return None;
    }
    let sections = root.find_all(&|it| it.name == "h2" && it.has("id"));
    let section = |it: &&Element| (it.get("id").to_owned(), it.text().trim().to_owned());
    let mut leaf = Leaf {
        slug: entry.slug.clone(),
        title: entry.title.clone(),
        number: entry.number.clone(),
        part: entry.part.clone(),
        sections: sections.iter().map(section).collect(),
        ..Leaf::default()
    };
    let mut programs: Vec<Element> = Vec::new();
    let body = tree::replace(root.children, &mut |it| leaf.take(it, &mut programs));
    leaf.body = drop_what_is_said_twice(body);
    Some(leaf)
}

/// What the search does not find stands on the page like all else: see `site/html.rs`. What stood there is marked, because
/// it is an answer.
fn unwrap_unsearched(nodes: Vec<Node>) -> Vec<Node> {
    tree::replace(nodes, &mut |mut it| {
        if !it.is("svg", "unsearched") {
            return vec![it.into()];
        }
        let mut inner = Vec::new();
        for node in std::mem::take(&mut it.children) {
            match node {
                Node::Element(style) if style.name == "style" => inner.extend(style.children),
                other => inner.push(other),
            }
        }
        let is_bait = |node: &Node| {
            let element = node.element();
            element.is_some_and(|it| it.name == "span" && it.children.is_empty())
        };
        inner.retain(|node| !is_bait(node));
        for node in &mut inner {
            if let Node::Element(element) = node {
                element.set("data-told", "");
            }
        }
        inner
    })
}

/// Ids that are unique in all pages together, and links to these.
fn at_home(slug: &str, nodes: Vec<Node>) -> Vec<Node> {
    tree::replace(nodes, &mut |mut it| {
        it.remove("tabindex");
        if it.is("a", "header") {
            return it.children;
        }
        // Those of pictures are unique already, and their styles name them.
        let in_picture = ["pattern", "clipPath", "title", "g", "defs", "svg"];
        if it.has("id") && !in_picture.contains(&it.name.as_str()) {
            it.set("id", &id_in(slug, it.get("id")));
        }
        if it.name == "a"
            && let Some(target) = target(slug, it.get("href"))
        {
            it.set("href", &format!("#{target}"));
        }
        vec![it.into()]
    })
}

/// The id of what a link leads to, where that is in the book.
fn target(slug: &str, href: &str) -> Option<String> {
    let (page, anchor) = href.split_once('#').unwrap_or((href, ""));
    if page.is_empty() {
        return Some(id_in(slug, anchor));
    }
    let page = page.strip_suffix(".html").filter(|it| !it.contains(':'))?;
    let page = page.trim_start_matches("./");
    Some(id_in(page, anchor))
}

impl Leaf {
    fn label(&self, at: usize) -> String {
        match self.number.as_str() {
            "" => at.to_string(),
            number => format!("{number}.{at}"),
        }
    }

    /// Gives what stands on the page in the place of an element.
    fn take(&mut self, it: Element, programs: &mut Vec<Element>) -> Vec<Node> {
        if it.is("fieldset", "predict") {
            return self.question(&it, programs);
        }
        if it.is("section", "exercise") {
            return self.task(&it);
        }
        if it.name == "figure" && it.has("data-told") {
            return self.tell(it);
        }
        if it.is("figure", "listing") && it.has("data-snippet") {
            programs.push(it.clone());
        }
        vec![it.into()]
    }

    fn question(&mut self, it: &Element, programs: &[Element]) -> Vec<Node> {
        let at = self.questions.len() + 1;
        let run = it.get("data-run").to_owned();
        let labels: Vec<_> = it.elements().filter(|it| it.name == "label").collect();
        let say = |it: &&Element| {
            let span = it.elements().find(|it| it.name == "span");
            span.map(|it| it.children.clone()).unwrap_or_default()
        };
        let inner = |is_so: &dyn Fn(&Element) -> bool| {
            it.find(is_so)
                .map(|it| it.children.clone())
                .unwrap_or_default()
        };
        let program = programs.iter().rfind(|it| it.get("data-snippet") == run);
        let question = AskedQuestion {
            label: self.label(at),
            ask: inner(&|it| it.name == "legend"),
            choices: labels.iter().map(say).collect(),
            right: labels
                .iter()
                .position(|it| it.has("data-right"))
                .unwrap_or_default(),
            why: inner(&|it| it.is("div", "why")),
            told: Vec::new(),
            program: program.cloned(),
            id: id_in(&self.slug, &format!("question-{at}")),
            answer: id_in(&self.slug, &format!("answer-{at}")),
            run,
        };
        let block = question.block(vec![Node::Text("Answer:".to_owned())]);
        self.questions.push(question);
        vec![block.into()]
    }

    /// Moves a figure that is an answer to its question, and says where it is.
    fn tell(&mut self, mut it: Element) -> Vec<Node> {
        it.remove("data-told");
        let (run, runs) = (it.get("data-snippet"), it.get("data-runs"));
        let is_of =
            |of: &&mut AskedQuestion| run == of.run || runs.split(' ').any(|it| it == of.run);
        let Some(question) = self.questions.iter_mut().rev().find(is_of) else {
            return vec![it.into()];
        };
        let what = match it.has_class("compare") {
            true => "A comparison of runs",
            false => "The run",
        };
        let pointer = pointer(
            "elsewhere",
            &format!("{what} is with answer {}:", question.label),
            &question.answer,
        );
        question.told.push(it.into());
        vec![pointer.into()]
    }

    fn task(&mut self, it: &Element) -> Vec<Node> {
        let name = it.get("data-exercise").rsplit('/').next();
        let id = id_in(&self.slug, name.unwrap_or_default());
        let mut task = Assignment {
            label: self.label(self.tasks.len() + 1),
            title: Vec::new(),
            about: String::new(),
            task: Vec::new(),
            starter: None,
            command: None,
            tests: None,
            hints: Vec::new(),
            solution: Vec::new(),
            id,
        };
        for node in &it.children {
            let Some(element) = node.element() else {
                task.task.push(node.clone());
                continue;
            };
            let inner = || {
                let mut inner = element.children.clone();
                inner.retain(|it| it.element().is_none_or(|it| it.name != "summary"));
                inner
            };
            let starter = task.starter.is_some();
            if element.name == "h3" && task.title.is_empty() {
                task.title.clone_from(&element.children);
            } else if element.is("p", "about") {
                let words: Vec<_> = element.elements().map(Element::text).collect();
                task.about = words.join(" · ");
            } else if element.is("figure", "starter") {
                task.starter = Some(element.clone());
            } else if element.name == "pre" && starter && task.command.is_none() {
                task.command = Some(element.clone());
            } else if element.is("details", "tests") {
                let file = element.find(&|it| it.is("span", "file"));
                task.tests = file.map(Element::text);
            } else if element.is("details", "hint") {
                task.hints.push(inner());
            } else if element.is("details", "solution") {
                task.solution = inner();
            } else {
                task.task.push(node.clone());
            }
        }
        task.task.retain(|node| !node.is_blank());
        let block = task.block();
        self.tasks.push(task);
        vec![block.into()]
    }
}

/// A line that says on which page something is.
pub(crate) fn pointer(class: &str, words: &str, id: &str) -> Element {
    let mut page = Element::new("a", "at-page", Vec::new());
    page.set("href", &format!("#{id}"));
    let words = Node::Text(format!("{words} "));
    Element::new("p", class, vec![words, page.into()])
}

impl AskedQuestion {
    /// The question with its choices, and in its last line these words and the page of the answer.
    fn block(&self, words: Vec<Node>) -> Element {
        let mut block = Element::new("div", "question", vec![self.heading().into()]);
        block.set("id", &self.id);
        block.children.push(self.boxes().into());
        let mut look = pointer("look", "", &self.answer);
        look.children.splice(0..0, words);
        block.children.push(look.into());
        block
    }

    pub(crate) fn heading(&self) -> Element {
        let label = format!("Question {}", self.label);
        let label = Element::new("b", "", vec![Node::Text(label)]);
        let mut ask = vec![label.into(), Node::Text(" ".to_owned())];
        ask.extend(self.ask.iter().cloned());
        Element::new("p", "ask", ask)
    }

    /// The choices, each with a box to tick.
    pub(crate) fn boxes(&self) -> Element {
        let choice = |(at, say): (usize, &Vec<Node>)| {
            let mut line = vec![
                Element::new("span", "box", Vec::new()).into(),
                Element::new("b", "", vec![Node::Text(letter(at))]).into(),
            ];
            line.push(Element::new("span", "say", say.clone()).into());
            Node::from(Element::new("li", "", line))
        };
        let choices = self.choices.iter().enumerate().map(choice).collect();
        Element::new("ul", "choices", choices)
    }
}

/// How a choice is called.
pub(crate) fn letter(at: usize) -> String {
    let letters = b"abcdefghijklmnopqrstuvwxyz";
    let letter = letters.get(at).copied().unwrap_or(b'?');
    char::from(letter).to_string()
}

impl Assignment {
    pub(crate) fn heading(&self) -> Element {
        let label = Node::Text(format!("Exercise {}", self.label));
        let mut title = vec![Element::new("b", "label", vec![label]).into()];
        title.push(Node::Text(" ".to_owned()));
        title.extend(self.title.iter().cloned());
        Element::new("h3", "", title)
    }

    pub(crate) fn about(&self) -> Element {
        Element::new("p", "about", vec![Node::Text(self.about.clone())])
    }

    /// The exercise as it stands on its page.
    fn block(&self) -> Element {
        let mut block = Element::new("section", "exercise", vec![self.heading().into()]);
        block.set("id", &self.id);
        block.children.push(self.about().into());
        block.children.extend(self.task.iter().cloned());
        let code = [&self.starter, &self.command];
        let code = code.into_iter().flatten().cloned().map(Node::from);
        block.children.extend(code);
        let mut look = Element::new("p", "look", Vec::new());
        if let Some(tests) = &self.tests {
            let file = Element::new("code", "", vec![Node::Text(format!("chapters/{tests}"))]);
            look.children.push(Node::Text("Its tests: ".to_owned()));
            look.children.push(file.into());
            look.children.push(Node::Text(". ".to_owned()));
        }
        let hints = match self.hints.len() {
            0 => None,
            1 => Some("Hint:"),
            _ => Some("Hints:"),
        };
        let solution = (!self.solution.is_empty()).then_some("Solution:");
        let places = [(hints, self.hints_id()), (solution, self.solution_id())];
        for (words, id) in places {
            if let Some(words) = words {
                look.children.extend(pointer("", words, &id).children);
                look.children.push(Node::Text(". ".to_owned()));
            }
        }
        block.children.push(look.into());
        block
    }
}

/// A run that comes right after its question is spoken of in the question's own last line.
fn drop_what_is_said_twice(nodes: Vec<Node>) -> Vec<Node> {
    let mut kept: Vec<Node> = Vec::new();
    for node in nodes {
        let is_run = |it: &&Element| it.is("p", "elsewhere") && it.text().starts_with("The run");
        if let Some(answer) = node.element().filter(is_run).map(leads_to) {
            let last = kept.iter().rposition(|it| !it.is_blank());
            if let Some(Node::Element(question)) = last.map(|at| &mut kept[at])
                && question.is("div", "question")
                && leads_to(question) == answer
                && let Some(Node::Element(look)) = question.children.last_mut()
                && let Some(Node::Text(words)) = look.children.first_mut()
            {
                "Answer and run:".clone_into(words);
                continue;
            }
        }
        kept.push(node);
    }
    kept
}

/// Where the last link in an element leads to.
fn leads_to(it: &Element) -> String {
    let links = it.find_all(&|it| it.is("a", "at-page"));
    links
        .last()
        .map_or_else(String::new, |it| it.get("href").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::paper::tree::to_html;

    const PAGE: &str = "<main><h1 id=\"tea\"><a class=\"header\" href=\"#tea\">Tea</a></h1>\
        <figure class=\"listing\" data-snippet=\"tea/main\"><pre><code>fn main() {}</code></pre></figure>\
        <fieldset class=\"predict\" data-run=\"tea/main\"><legend>How <i>many</i>?</legend>\
        <label><input type=\"radio\"> <span>one</span></label>\
        <label data-right=\"\"><input type=\"radio\"> <span>two</span></label>\
        <svg class=\"unsearched\"><style><span></span>\n<div class=\"why\">Because.</div></style></svg></fieldset>\n\
        <svg class=\"unsearched\"><style><span></span>\n\
        <figure class=\"run\" data-snippet=\"tea/main\">RUN</figure></style></svg>\
        <h2 id=\"more\">More &amp; more</h2><p><a href=\"cups.html#two\">cups</a> <a href=\"#more\">more</a></p>\
        <svg class=\"unsearched\"><style><span></span>\n\
        <figure class=\"run compare\" data-runs=\"tea/b tea/main\">COMPARED</figure></style></svg>\
        <section class=\"exercise\" data-exercise=\"tea/pour\"><h3 id=\"x\">Pour</h3>\
        <p class=\"about\"><span>write</span><span>5 minutes</span></p><p>Do it.</p>\
        <figure class=\"listing starter\">S</figure><pre>cargo</pre>\
        <details class=\"tests\"><summary>T</summary><span class=\"file\">tea/tests.rs</span></details>\
        <details class=\"hint\"><summary>Hint</summary><p>HINT</p></details>\
        <details class=\"solution\"><summary>Solution</summary>SOLVED</details></section></main>";

    fn tea() -> Leaf {
        let entry = Entry {
            slug: "tea".into(),
            title: "Tea".into(),
            number: "3".into(),
            part: None,
        };
        leaf(&entry, PAGE).unwrap()
    }

    #[test]
    fn a_page_has_no_answer_left() {
        let tea = tea();
        let body = to_html(&tea.body);
        for answer in [
            "Because",
            "RUN",
            "COMPARED",
            "HINT",
            "SOLVED",
            "data-right",
            "unsearched",
        ] {
            assert!(!body.contains(answer), "{answer} in {body}");
        }
        assert!(
            body.contains("<div class=\"question\" id=\"tea--question-1\">"),
            "{body}"
        );
        assert!(body.contains("Answer and run: <a class=\"at-page\" href=\"#tea--answer-1\">"));
        assert!(!body.contains("The run is with"), "it is said once: {body}");
        assert!(
            body.contains("A comparison of runs is with answer 3.1: "),
            "{body}"
        );
        let question = &tea.questions[0];
        assert_eq!((question.right, question.label.as_str()), (1, "3.1"));
        assert_eq!(to_html(&question.why), "Because.");
        assert_eq!(question.told.len(), 2);
        assert!(question.program.is_some());
        let task = &tea.tasks[0];
        assert_eq!(to_html(&task.task), "<p>Do it.</p>");
        assert_eq!(to_html(&task.hints[0]), "<p>HINT</p>");
        assert_eq!(to_html(&task.solution), "SOLVED");
        assert_eq!(
            (task.about.as_str(), task.id.as_str()),
            ("write · 5 minutes", "tea--pour")
        );
    }

    #[test]
    fn ids_and_links_are_those_of_the_whole_book() {
        let tea = tea();
        let body = to_html(&tea.body);
        assert!(body.contains("<h1 id=\"tea--tea\">Tea</h1>"), "{body}");
        assert!(body.contains("<a href=\"#cups--two\">cups</a> <a href=\"#tea--more\">more</a>"));
        let section = ("tea--more".to_owned(), "More &amp; more".to_owned());
        assert_eq!(tea.sections, [section]);
        assert_eq!(target("tea", "https://a.b/c.html"), None);
        assert_eq!(target("tea", "cups.html"), Some("cups".to_owned()));
    }

    #[test]
    fn the_contents_are_read_with_parts_and_numbers() {
        let toc = "<ol class=\"chapter\"><li><span><a href=\"start.html\">Start</a></span></li>\
            <li><li class=\"part-title\">One</li></li>\
            <li><a href=\"tea.html\"><strong aria-hidden=\"true\">1.</strong> Tea &amp; cups</a></li></ol>";
        let entries: Vec<_> = entries(toc)
            .into_iter()
            .map(|it| (it.slug, it.title, it.number, it.part))
            .collect();
        let entry = |slug: &str, title: &str, number: &str, part: Option<&str>| {
            let owned = str::to_owned;
            (owned(slug), owned(title), owned(number), part.map(owned))
        };
        let expected = [
            entry("start", "Start", "", None),
            entry("tea", "Tea &amp; cups", "1", Some("One")),
        ];
        assert_eq!(entries, expected);
    }
}
