//! What the pages are built from, kept from build to build: what stands on disk as it did is neither parsed nor filled in
//! again, and of what does not, it is known which pages it concerns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::book::house::House;
use crate::book::library::Library;
use crate::book::texts::Texts;
use crate::site::filled::Filling;
use crate::site::outline::{self, PageOutline};
use crate::site::withheld::Withheld;
use crate::site::{concerned, contents, page};

/// Looks at what is on disk.
#[derive(Debug)]
pub(crate) struct PageBuilder {
    house: House,
    /// As it was when it was last looked at.
    known: Option<(Texts, Arc<Filling>)>,
    /// Of the same moment: what pages ask about. Known for a class alone.
    asked: BTreeSet<String>,
    outline: Arc<Vec<PageOutline>>,
}

/// Who reads the pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Each reader answers the questions alone.
    #[default]
    Readers,
    /// A class, which sees no run that is asked about but those that its teacher has revealed.
    Class { revealed: BTreeSet<String> },
}

/// What is on disk at one moment.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) filling: Arc<Filling>,
    /// The pages that are other than at the moment before, by their paths; none where that may be all.
    pub(crate) concerned: Option<BTreeSet<String>>,
    /// Whether no file has changed: the pages are others because a class sees more.
    pub(crate) only_revealed: bool,
    /// All pages for who teaches with them; empty where nobody does.
    pub(crate) outline: Arc<Vec<PageOutline>>,
}

impl PageBuilder {
    pub(crate) fn new(house: &House) -> Self {
        Self {
            house: house.clone(),
            known: None,
            asked: BTreeSet::new(),
            outline: Arc::default(),
        }
    }

    pub(crate) fn look(&mut self, audience: &Audience) -> Look {
        // The texts first: what changes a moment later is then news at the next look.
        let (texts, mut look) = match &self.known {
            None => {
                let library = Library::read(&self.house);
                let texts = Texts::read(&self.house, library.sources());
                let library = Arc::new(library.read_again());
                let look = Look {
                    filling: Arc::new(Filling::new(library)),
                    concerned: None,
                    only_revealed: false,
                    outline: Arc::default(),
                };
                (texts, look)
            }
            Some((before, filling)) => {
                let texts = Texts::read(&self.house, filling.library.sources());
                let look = look_again(filling, &texts.changed_since(before), &texts);
                (texts, look)
            }
        };
        self.withhold(&mut look, &texts, audience);
        self.known = Some((texts, look.filling.clone()));
        look
    }

    /// Takes out of the pages what this audience is not to see.
    fn withhold(&mut self, look: &mut Look, texts: &Texts, audience: &Audience) {
        let revealed = match audience {
            Audience::Readers => {
                if look.filling.withheld.is_some() {
                    look.filling = Arc::new(Filling::new(look.filling.library.clone()));
                    look.concerned = None;
                }
                look.only_revealed = false;
                return;
            }
            Audience::Class { revealed } => revealed,
        };
        if !look.only_revealed {
            self.asked = texts
                .pages()
                .flat_map(|(_, text)| outline::asked(text))
                .collect();
            self.outline = Arc::new(outline_of(&look.filling, texts));
        }
        look.outline = self.outline.clone();
        let runs = self.asked.difference(revealed).cloned().collect();
        let before = look.filling.withheld.clone();
        let withheld = Withheld { runs };
        if before.as_ref() == Some(&withheld) {
            return;
        }
        if let Some(concerned) = &mut look.concerned {
            let before = before.unwrap_or_default();
            let other: Vec<_> = before.runs.symmetric_difference(&withheld.runs).collect();
            let names = |text: &str| other.iter().any(|id| text.contains(id.as_str()));
            let pages = texts.pages().filter(|(_, text)| names(text));
            concerned.extend(pages.map(|(path, _)| path.to_owned()));
        }
        look.filling = Arc::new(look.filling.without(withheld));
    }
}

/// The pages in the order in which the summary lists them, for who teaches with them.
fn outline_of(filling: &Filling, texts: &Texts) -> Vec<PageOutline> {
    let pages: BTreeMap<_, _> = texts.pages().collect();
    let listed = contents::listed(&filling.library.house);
    let outline = listed.iter().filter_map(|listed| {
        let path = format!("book/{}.md", listed.slug);
        let text = pages.get(path.as_str())?;
        let page = page::parse(&path, text);
        Some(outline::of(&filling.library, listed, text, &page))
    });
    outline.collect()
}

fn look_again(filling: &Arc<Filling>, changed: &BTreeSet<String>, texts: &Texts) -> Look {
    let before = &filling.library;
    let is_of_pages = |path: &String| path.starts_with("book/");
    let filling = match changed.iter().all(is_of_pages) {
        true => filling.clone(),
        false => Arc::new(filling.anew(Arc::new(before.read_again()))),
    };
    let concerned = concerned::pages(before, &filling.library, changed, texts);
    Look {
        filling,
        concerned,
        only_revealed: changed.is_empty(),
        outline: Arc::default(),
    }
}
