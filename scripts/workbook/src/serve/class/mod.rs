//! The class: the room of a teacher's server. [`room`] is what has happened in it, a pure value; here it is shared by
//! who asks, told to open pages when it is another, and its counts are saved.

pub(crate) mod counts;
pub(crate) mod joined;
pub(crate) mod room;
pub(crate) mod wall;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;
use tokio::sync::watch;

use crate::serve::class::counts::Counts;
use crate::serve::class::room::{ClassRoom, KnownQuestion, LearnersView, No, PersonId, Spot};
use crate::serve::http::page_builder::Audience;
use crate::serve::http::pages::Pages;
use crate::serve::ids::random_id;
use crate::site::outline::PageOutline;
use crate::terminal::{complain, say};

/// The room, and who hears of it.
#[derive(Debug)]
pub(crate) struct Class {
    /// Another for each server: what a browser keeps of one class is nothing to the next.
    id: String,
    opened: Instant,
    room: Mutex<ClassRoom>,
    /// The pages of the book, for who teaches with them.
    outline: watch::Receiver<Arc<Vec<PageOutline>>>,
    /// What every learner sees, as JSON.
    told: watch::Sender<Arc<str>>,
    /// The runs that are revealed. Who holds it reveals one.
    revealed: tokio::sync::Mutex<BTreeSet<String>>,
    /// Where the counts are saved.
    save: Option<PathBuf>,
    /// Where the room is, as it is read aloud.
    address: String,
}

/// What every learner sees, and of which class.
#[derive(Debug, Serialize)]
struct ClassView<'a> {
    class: &'a str,
    #[serde(flatten)]
    view: &'a LearnersView,
}

/// Why a question was not revealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotRevealed {
    No(No),
    /// The pages with the answer could not be built.
    Pages,
}

/// An open page of somebody's. It is closed with the value.
#[derive(Debug)]
pub(crate) struct OpenPage {
    class: Arc<Class>,
    who: PersonId,
}

impl Class {
    /// # Errors
    /// Where the counts cannot be saved, and where the system has no random bits.
    pub(crate) fn new(pages: &Pages, address: String, save: Option<PathBuf>) -> Result<Self> {
        let class = Self {
            id: random_id()?,
            opened: Instant::now(),
            room: Mutex::default(),
            outline: pages.outline(),
            told: watch::Sender::new(Arc::from("")),
            revealed: tokio::sync::Mutex::default(),
            save,
            address,
        };
        class.tell();
        if let Some(path) = &class.save {
            keep_earlier(path)?;
        }
        class.write_counts()?;
        Ok(class)
    }

    /// Keeps up with the questions that the pages ask, without end.
    pub(crate) async fn keep_up(&self) {
        let mut outline = self.outline.clone();
        loop {
            let pages = outline.borrow_and_update().clone();
            let questions = pages.iter().flat_map(|page| &page.questions);
            let known = questions.map(|it| {
                let known = KnownQuestion {
                    run: it.run.clone(),
                    choices: it.choices.len(),
                };
                (it.id.clone(), known)
            });
            self.room().know(known.collect());
            self.tell();
            if outline.changed().await.is_err() {
                // The server is ending.
                std::future::pending::<()>().await;
            }
        }
    }

    /// The time since the room was opened.
    pub(crate) fn now(&self) -> Duration {
        self.opened.elapsed()
    }

    pub(crate) fn room(&self) -> MutexGuard<'_, ClassRoom> {
        self.room.lock().expect("nobody panics with the lock")
    }

    /// Another for each class.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Where the room is.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn outline(&self) -> Arc<Vec<PageOutline>> {
        self.outline.borrow().clone()
    }

    /// What every learner sees, and again whenever it is another.
    pub(crate) fn told(&self) -> watch::Receiver<Arc<str>> {
        self.told.subscribe()
    }

    /// Does something in the room, and tells the learners what they see of it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut ClassRoom) -> T) -> T {
        let done = change(&mut self.room());
        self.tell();
        done
    }

    /// A place in the book as it is known: no words of anybody's own come into the room by it.
    pub(crate) fn spot(&self, page: &str, section: &str) -> Option<Spot> {
        spot_in(&self.outline(), page, section)
    }

    /// A person opens a page.
    ///
    /// # Errors
    /// Where the room is full.
    pub(crate) fn open(self: &Arc<Self>, who: PersonId) -> Result<OpenPage, No> {
        self.room().arrive(&who, self.now())?;
        Ok(OpenPage {
            class: self.clone(),
            who,
        })
    }

    /// Reveals a question: first the pages get the answer, then all who have them open are told.
    ///
    /// # Errors
    /// Where there is no such question, and where the pages cannot be built.
    pub(crate) async fn reveal(&self, question: &str, pages: &Pages) -> Result<(), NotRevealed> {
        let mut revealed = self.revealed.lock().await;
        let run = match self.room().question(question) {
            Some(known) => known.run.clone(),
            None => return Err(NotRevealed::No(No::UnknownQuestion)),
        };
        revealed.insert(run.clone());
        pages.show_to(Audience::Class {
            revealed: revealed.clone(),
        });
        if !pages.are_shown_with(&run).await {
            // Whatever can be built later has no answer that the room knows nothing of.
            revealed.remove(&run);
            pages.show_to(Audience::Class {
                revealed: revealed.clone(),
            });
            return Err(NotRevealed::Pages);
        }
        self.change(|room| room.reveal(question))
            .map_err(NotRevealed::No)?;
        self.save();
        Ok(())
    }

    /// Saves the counts, where that was asked for.
    pub(crate) fn save(&self) {
        if let Err(error) = self.write_counts() {
            complain!("error: {error:#}");
        }
    }

    fn write_counts(&self) -> Result<()> {
        let Some(path) = &self.save else {
            return Ok(());
        };
        let counts = Counts::of(&self.room(), &self.outline());
        let text = serde_json::to_string_pretty(&counts).context("the counts are plain data")?;
        let written = tokio::task::block_in_place(|| std::fs::write(path, text + "\n"));
        written.with_context(|| {
            format!(
                "failed to save the counts in `{}`\n  help: name another file with --save",
                path.display()
            )
        })
    }

    fn tell(&self) {
        // Seen and told in one: of two who do it at once, the last would else tell what the first has seen.
        self.told.send_if_modified(|before| {
            let view = self.room().learners_view();
            let told = ClassView {
                class: &self.id,
                view: &view,
            };
            let told: Arc<str> = serde_json::to_string(&told)
                .expect("it is plain data")
                .into();
            let is_other = *before != told;
            *before = told;
            is_other
        });
    }
}

/// Gives the counts of an earlier class another name: who begins anew after a crash wants to have both.
fn keep_earlier(path: &Path) -> Result<()> {
    if !std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() > 0) {
        return Ok(());
    }
    let end = path
        .extension()
        .map_or(String::new(), |end| format!(".{}", end.to_string_lossy()));
    let names = (1..u32::MAX).map(|n| path.with_extension(format!("{n}{end}")));
    let free = names.into_iter().find(|it| !it.exists());
    let free = free.context("there are too many counts of earlier classes")?;
    std::fs::rename(path, &free).with_context(|| {
        let (path, free) = (path.display(), free.display());
        format!("failed to rename `{path}` to `{free}`\n  help: name another file with --save")
    })?;
    say!(
        "the counts of an earlier class are in `{}` now",
        free.display()
    );
    Ok(())
}

/// A place in the book that has these pages, where there is such a page.
fn spot_in(pages: &[PageOutline], page: &str, section: &str) -> Option<Spot> {
    let is_it = |it: &&PageOutline| it.slug == page;
    let page = match page {
        // The first page has another name besides.
        "" | "index" => pages.first(),
        _ => pages.iter().find(is_it),
    }?;
    let is_there = page.sections.iter().any(|it| it.id == section);
    Some(Spot {
        page: page.slug.clone(),
        section: if is_there {
            section.to_owned()
        } else {
            String::new()
        },
    })
}

impl Drop for OpenPage {
    fn drop(&mut self) {
        self.class.room().leave(&self.who, self.class.now());
    }
}
