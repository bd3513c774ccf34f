//! The headings of a page, with the anchors that mdBook gives them. Pure: what a parser finds in, headings out.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, HeadingLevel, Tag};

/// A heading, as readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    /// From 1, the page's title.
    pub(crate) level: usize,
    /// Its words without markup.
    pub(crate) title: String,
    /// What stands behind the `#` of a link to it.
    pub(crate) anchor: String,
}

/// Hears what a parser finds, and knows the anchors that are taken.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    taken: BTreeSet<String>,
    /// The author's own, of the heading that is heard.
    own: Option<String>,
    title: String,
    /// The title as mdBook spells it in an anchor.
    spelt: String,
}

impl Anchors {
    pub(crate) fn hear(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::Heading { id, .. }) => {
                self.own = id.as_ref().map(ToString::to_string);
                self.title.clear();
                self.spelt.clear();
            }
            Event::Text(words) => {
                self.title.push_str(words);
                // The two become dashes, of which mdBook puts none into an anchor.
                self.spelt
                    .push_str(&words.replace("---", "").replace("--", ""));
            }
            Event::Code(words) => {
                self.title.push_str(words);
                self.spelt.push_str(words);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.title.push(' ');
                self.spelt.push(' ');
            }
            _ => {}
        }
    }

    /// The heading that ends here.
    pub(crate) fn heading(&mut self, level: HeadingLevel) -> Heading {
        // As mdBook does: an anchor of the author's own is not counted among those that are taken.
        let anchor = self.own.take().unwrap_or_else(|| {
            let anchor = anchor_of(&self.spelt);
            let numbered = (1..).map(|n| format!("{anchor}-{n}"));
            let mut tried = std::iter::once(anchor.clone()).chain(numbered);
            let free = tried.find(|it| self.taken.insert(it.clone()));
            free.expect("there are numbers enough")
        });
        Heading {
            level: level as usize,
            title: self.title.trim().to_owned(),
            anchor,
        }
    }
}

/// `id_from_content` of mdBook 0.5.4.
fn anchor_of(title: &str) -> String {
    let lower = title.trim().to_lowercase();
    let of_char = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    lower.chars().filter_map(of_char).collect()
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Options, Parser, TagEnd};

    use super::*;

    fn anchors(text: &str) -> Vec<(usize, String, String)> {
        let mut heard = Anchors::default();
        let mut headings = Vec::new();
        for event in Parser::new_ext(text, Options::ENABLE_HEADING_ATTRIBUTES) {
            heard.hear(&event);
            if let Event::End(TagEnd::Heading(level)) = event {
                let it = heard.heading(level);
                headings.push((it.level, it.title, it.anchor));
            }
        }
        headings
    }

    #[test]
    fn headings_have_the_anchors_that_mdbook_gives_them() {
        let text = "# A `tea`, poured\n\nWords.\n\n## It\'s *so*\n\n## It\'s so\n\n## Three {#one}\n\n## One\n\n### A -- b\n";
        let of = |level: usize, title: &str, anchor: &str| (level, title.into(), anchor.into());
        assert_eq!(
            anchors(text),
            [
                of(1, "A tea, poured", "a-tea-poured"),
                of(2, "It\'s so", "its-so"),
                of(2, "It\'s so", "its-so-1"),
                of(2, "Three", "one"),
                of(2, "One", "one"),
                of(3, "A -- b", "a--b"),
            ]
        );
    }
}
