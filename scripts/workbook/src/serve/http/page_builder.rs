//! What the pages are built from, kept from build to build: what stands on disk as it did is neither parsed nor filled in
//! again, and of what does not, it is known which pages it concerns.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::book::house::House;
use crate::book::library::Library;
use crate::book::texts::Texts;
use crate::site::concerned;
use crate::site::filled::Filling;

/// Looks at what is on disk.
#[derive(Debug)]
pub(crate) struct PageBuilder {
    house: House,
    /// As it was when it was last looked at.
    known: Option<(Texts, Arc<Filling>)>,
}

/// What is on disk at one moment.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) filling: Arc<Filling>,
    /// The pages that are other than at the moment before, by their paths; none where that may be all.
    pub(crate) concerned: Option<BTreeSet<String>>,
}

impl PageBuilder {
    pub(crate) fn new(house: &House) -> Self {
        Self {
            house: house.clone(),
            known: None,
        }
    }

    pub(crate) fn look(&mut self) -> Look {
        // The texts first: what changes a moment later is then news at the next look.
        let (texts, look) = match &self.known {
            None => {
                let library = Library::read(&self.house);
                let texts = Texts::read(&self.house, library.sources());
                let library = Arc::new(library.read_again());
                let look = Look {
                    filling: Arc::new(Filling::new(library)),
                    concerned: None,
                };
                (texts, look)
            }
            Some((before, filling)) => {
                let texts = Texts::read(&self.house, filling.library.sources());
                let look = look_again(filling, &texts.changed_since(before), &texts);
                (texts, look)
            }
        };
        self.known = Some((texts, look.filling.clone()));
        look
    }
}

fn look_again(filling: &Arc<Filling>, changed: &BTreeSet<String>, texts: &Texts) -> Look {
    let before = &filling.library;
    let is_of_pages = |path: &String| path.starts_with("book/");
    let filling = match changed.iter().all(is_of_pages) {
        true => filling.clone(),
        false => Arc::new(filling.anew(Arc::new(before.read_again()))),
    };
    let concerned = concerned::pages(before, &filling.library, changed, texts);
    Look { filling, concerned }
}
