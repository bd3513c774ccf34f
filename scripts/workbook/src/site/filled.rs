//! The pages with their directives filled in: each is parsed once, and filled in once from one library, whoever asks.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::thread::{self, ScopedJoinHandle};

use crate::book::library::Library;
use crate::model::problem::Problem;
use crate::site::page::{self, Page};
use crate::site::render;
use crate::site::withheld::Withheld;

/// A library, and the pages that were filled in from it.
#[derive(Debug)]
pub(crate) struct Filling {
    pub(crate) library: Arc<Library>,
    /// What is withheld from the readers of these pages, where they are a class.
    pub(crate) withheld: Option<Withheld>,
    /// By path.
    pages: Mutex<BTreeMap<String, Arc<Filled>>>,
    /// Of an earlier library.
    parsed: BTreeMap<String, Arc<Parsed>>,
}

/// A page as readers get it.
#[derive(Debug)]
pub(crate) struct Filled {
    parsed: Arc<Parsed>,
    pub(crate) markdown: String,
    /// What is wrong in it, and with what it shows.
    pub(crate) problems: Vec<Problem>,
}

#[derive(Debug)]
struct Parsed {
    text: String,
    page: Page,
}

impl Filled {
    /// What stands in it.
    pub(crate) fn page(&self) -> &Page {
        &self.parsed.page
    }

    /// As its author wrote it.
    pub(crate) fn text(&self) -> &str {
        &self.parsed.text
    }
}

impl Filling {
    pub(crate) fn new(library: Arc<Library>) -> Self {
        Self {
            library,
            withheld: None,
            pages: Mutex::default(),
            parsed: BTreeMap::new(),
        }
    }

    /// From another library: what stood on the pages is known, what they show is not.
    pub(crate) fn anew(&self, library: Arc<Library>) -> Self {
        let mut parsed = self.parsed.clone();
        let pages = self.pages.lock().expect("nobody panics with the lock");
        let of_page =
            |(path, filled): (&String, &Arc<Filled>)| (path.clone(), filled.parsed.clone());
        parsed.extend(pages.iter().map(of_page));
        Self {
            library,
            withheld: self.withheld.clone(),
            pages: Mutex::default(),
            parsed,
        }
    }

    /// The same for a class, from which this is withheld.
    pub(crate) fn without(&self, withheld: Withheld) -> Self {
        let mut filling = self.anew(self.library.clone());
        filling.withheld = Some(withheld);
        filling
    }

    /// Fills in pages, several at a time: path and text of each. One that was filled in before is not filled in again.
    pub(crate) fn fill(&self, pages: Vec<(String, String)>) -> BTreeMap<String, Arc<Filled>> {
        let pages = Mutex::new(pages.into_iter());
        let next = || pages.lock().expect("nobody panics with the lock").next();
        let fill_some = || {
            let fill = |(path, text): (String, String)| {
                let filled = self.page(&path, text);
                (path, filled)
            };
            std::iter::from_fn(next).map(fill).collect::<Vec<_>>()
        };
        thread::scope(|scope| {
            let cores = thread::available_parallelism().map_or(1, NonZero::get);
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(fill_some)).collect();
            let filled = threads.into_iter().map(ScopedJoinHandle::join);
            let filled = filled.map(|some| some.unwrap_or_else(|panic| resume_unwind(panic)));
            filled.flatten().collect()
        })
    }

    fn page(&self, path: &str, text: String) -> Arc<Filled> {
        let has_this_text = |parsed: &&Arc<Parsed>| parsed.text == text;
        let known = self.known(path);
        if let Some(known) = &known
            && known.text() == text
        {
            return known.clone();
        }
        let parsed = self.parsed.get(path).filter(has_this_text).cloned();
        let parsed = parsed.unwrap_or_else(|| {
            let page = page::parse(path, &text);
            Arc::new(Parsed { text, page })
        });
        let (markdown, problems) = render::page(
            &self.library,
            path,
            &parsed.text,
            &parsed.page,
            self.withheld.as_ref(),
        );
        let filled = Arc::new(Filled {
            parsed,
            markdown,
            problems,
        });
        let mut pages = self.pages.lock().expect("nobody panics with the lock");
        pages.insert(path.to_owned(), filled.clone());
        filled
    }

    fn known(&self, path: &str) -> Option<Arc<Filled>> {
        let pages = self.pages.lock().expect("nobody panics with the lock");
        pages.get(path).cloned()
    }
}
