//! The programs that readers run: built in the background, one cargo at a time, and built again when what they
//! are made of has changed. What somebody waits for comes first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{Mutex, MutexGuard, oneshot, watch};

use super::events::Failure;
use crate::claim::seconds;
use crate::compile::{self, Built, Manner};
use crate::library::Library;
use crate::normal::Scrubber;
use crate::problem::{self, Problem};
use crate::snippet::{Kind, Snippet};

/// What there is to run, and what is being built.
#[derive(Debug)]
pub(crate) struct Builds {
    state: watch::Sender<State>,
    /// Held by who builds, and by a run that measures: neither disturbs the other.
    quiet: Mutex<()>,
    manner: Manner,
}

/// A finished build, and the library as it was when it began.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) library: Arc<Library>,
    pub(crate) built: Built,
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) done: usize,
    pub(crate) of: usize,
    /// The chapter that is being built.
    pub(crate) chapter: Option<String>,
    /// The snippets that could not be built.
    pub(crate) failed: Vec<String>,
}

#[derive(Debug)]
struct State {
    /// As it stands on disk. None before it was read.
    library: Option<Arc<Library>>,
    /// Files are being saved: nothing is built before that is over.
    unsettled: bool,
    /// Nothing is built before the first pages are.
    waits_for_pages: bool,
    /// In the order of the book.
    chapters: Vec<Chapter>,
    /// Chapters that somebody waits for.
    asked: VecDeque<String>,
    /// Snippets that somebody waits for, one by one.
    singles: VecDeque<Single>,
    building: Option<String>,
}

#[derive(Debug)]
struct Chapter {
    name: String,
    /// Counts the changes of its files.
    version: u64,
    /// The last build, and the version that it is of.
    built: Option<(u64, Arc<Build>)>,
}

#[derive(Debug)]
struct Single {
    ids: Vec<String>,
    done: oneshot::Sender<Arc<Build>>,
}

enum Job {
    Chapter(String, u64),
    Single(Single),
}

impl Builds {
    pub(crate) fn new(locked: bool) -> Self {
        let state = State {
            library: None,
            unsettled: false,
            waits_for_pages: true,
            chapters: Vec::new(),
            asked: VecDeque::new(),
            singles: VecDeque::new(),
            building: None,
        };
        Self {
            state: watch::Sender::new(state),
            quiet: Mutex::new(()),
            manner: Manner {
                locked,
                quiet: true,
            },
        }
    }

    /// The library as it was last read; waits for the first time.
    pub(crate) async fn library(&self) -> Arc<Library> {
        let mut news = self.state.subscribe();
        let state = news.wait_for(|state| state.library.is_some()).await;
        let state = state.expect("the state is this one's own");
        state.library.clone().expect("waited for it")
    }

    pub(crate) fn progress(&self) -> Progress {
        self.state.borrow().progress()
    }

    /// The first pages are there.
    pub(crate) fn begin(&self) {
        self.state
            .send_modify(|state| state.waits_for_pages = false);
    }

    /// A file of this chapter has changed, or of all where none is named: what was built is not to be run.
    pub(crate) fn touch(&self, chapter: Option<&str>) {
        self.state.send_modify(|state| state.touch(chapter));
    }

    /// No file has changed for a while, and this is how they stand now.
    pub(crate) fn settle(&self, library: Arc<Library>) {
        self.state.send_modify(|state| state.settle(library));
    }

    /// Waits until a chapter is built as its files stand now, and tells what it waits for.
    ///
    /// # Errors
    /// Where the chapter is no more.
    pub(crate) async fn ready(
        &self,
        chapter: &str,
        mut tell: impl FnMut(String),
    ) -> Result<Arc<Build>, Failure> {
        let mut news = self.state.subscribe();
        let mut told = String::new();
        loop {
            self.state.send_if_modified(|state| state.ask(chapter));
            let waits_for = {
                let state = news.borrow_and_update();
                let chapters = &mut state.chapters.iter();
                let Some(found) = chapters.find(|it| it.name == chapter) else {
                    let error = format!("the chapter `{chapter}` has nothing to run any more");
                    return Err(Failure::new(error, "load the page anew"));
                };
                match found.fresh() {
                    Some(build) => return Ok(build),
                    None => state.in_words(chapter),
                }
            };
            if waits_for != told {
                tell(waits_for.clone());
                told = waits_for;
            }
            news.changed().await.expect("the state is this one's own");
        }
    }

    /// Builds some snippets and nothing else, before everything else.
    pub(crate) async fn build_alone(&self, ids: Vec<String>) -> Arc<Build> {
        let (done, build) = oneshot::channel();
        self.state
            .send_modify(|state| state.singles.push_back(Single { ids, done }));
        build.await.expect("every job is done")
    }

    /// Waits until nothing is built, and keeps it so while the guard is held.
    pub(crate) async fn quiet(&self, mut tell: impl FnMut(String)) -> MutexGuard<'_, ()> {
        if let Ok(guard) = self.quiet.try_lock() {
            return guard;
        }
        let building = self.state.borrow().building.clone();
        let wait = match building {
            Some(chapter) => format!("this run measures, and waits until {chapter} is built"),
            None => "this run measures, and waits for another that does".to_owned(),
        };
        tell(wait);
        self.quiet.lock().await
    }

    /// Builds, without end.
    pub(crate) async fn work(&self) {
        let mut news = self.state.subscribe();
        loop {
            let waiting = news.wait_for(|state| state.has_work()).await;
            drop(waiting.expect("the state is this one's own"));
            let _quiet = self.quiet.lock().await;
            let mut job = None;
            self.state.send_modify(|state| job = state.take());
            match job {
                Some((library, Job::Chapter(name, version))) => {
                    self.build_chapter(library, name, version).await;
                }
                Some((library, Job::Single(Single { ids, done }))) => {
                    let is_meant = move |snippet: &Snippet| ids.contains(&snippet.id());
                    let build = build(self.manner, library, is_meant).await;
                    self.state.send_modify(|state| state.building = None);
                    // Who asked may have gone.
                    let _ = done.send(Arc::new(build));
                }
                None => {}
            }
        }
    }

    async fn build_chapter(&self, library: Arc<Library>, name: String, version: u64) {
        println!("{}", self.state.borrow().in_words(&name));
        let start = Instant::now();
        let chapter = name.clone();
        let build = build(self.manner, library, move |it| it.chapter == chapter).await;
        problem::report(build.built.problems.clone());
        let took = start.elapsed().as_secs_f64();
        let mut finished = None;
        self.state.send_modify(|state| {
            state.done(&name, version, Arc::new(build));
            let progress = state.progress();
            finished = (progress.done == progress.of).then_some(progress);
        });
        println!("built {name} in {}", seconds(took));
        if let Some(progress) = finished {
            let chapters = problem::count(progress.of, "chapter");
            match progress.failed.as_slice() {
                [] => println!("every program can be run: {chapters}"),
                failed => println!(
                    "{chapters} built; these programs cannot be run: {}",
                    failed.join(", ")
                ),
            }
        }
    }
}

async fn build(
    manner: Manner,
    library: Arc<Library>,
    is_meant: impl Fn(&Snippet) -> bool + Send + 'static,
) -> Build {
    let reading = library.clone();
    let built = tokio::task::spawn_blocking(move || {
        let is_meant = |snippet: &&Snippet| snippet.runs_here() && is_meant(snippet);
        let snippets: Vec<_> = reading.snippets.iter().filter(is_meant).collect();
        compile::build_in(manner, &reading, &snippets)
    });
    let failed = |error: String| {
        let mut built = Built::default();
        built.words.clone_from(&error);
        let problem = Problem::new("Cargo.toml", 0, error, "see that cargo runs");
        built.problems.push(problem);
        built
    };
    let built = match built.await {
        Ok(Ok(built)) => built,
        Ok(Err(error)) => failed(format!("{error:#}")),
        Err(error) => failed(format!("the build panicked: {error}")),
    };
    Build { library, built }
}

impl Build {
    /// Why a program is not there.
    pub(crate) fn why_not(&self, snippet: &Snippet, scrubber: &Scrubber) -> Failure {
        let id = snippet.id();
        let objections = self.built.objections(snippet, scrubber);
        if !objections.is_empty() {
            let error = format!("`{id}` does not compile\n\n{}", objections.join("\n"));
            let help = format!(
                "mend {}: it is built again when it is saved",
                snippet.source
            );
            return Failure::new(error, help);
        }
        let words = scrubber.scrub(self.built.words.trim());
        Failure::new(
            format!("cargo could not build `{id}`\n\n{words}"),
            format!("see what `{}` says in a terminal", snippet.command()),
        )
    }

    /// The snippets of it that cannot be run because they were not built.
    fn failed(&self, chapter: &str) -> Vec<String> {
        let snippets = self.library.snippets.iter();
        snippets
            .filter(|it| it.chapter == chapter && it.kind != Kind::CompileFail && it.runs_here())
            .map(Snippet::id)
            .filter(|id| !self.built.programs.contains_key(id))
            .collect()
    }
}

impl State {
    fn settle(&mut self, library: Arc<Library>) {
        let mut old = std::mem::take(&mut self.chapters);
        self.chapters = in_order_of_the_book(&library)
            .into_iter()
            .map(|name| {
                let known = old.iter().position(|chapter| chapter.name == name);
                known.map_or_else(
                    || Chapter {
                        name,
                        version: 0,
                        built: None,
                    },
                    |at| old.swap_remove(at),
                )
            })
            .collect();
        self.library = Some(library);
        self.unsettled = false;
    }

    fn touch(&mut self, name: Option<&str>) {
        self.unsettled = true;
        for chapter in &mut self.chapters {
            // One broken manifest keeps cargo from building any chapter: that is tried again.
            let no_program = |build: &Build| {
                build.built.programs.is_empty() && !build.failed(&chapter.name).is_empty()
            };
            let failed = chapter.built.as_ref().is_some_and(|(_, it)| no_program(it));
            if failed || name.is_none_or(|name| name == chapter.name) {
                chapter.version += 1;
            }
        }
    }

    /// Notes that somebody waits for a chapter, and says whether that is new.
    fn ask(&mut self, name: &str) -> bool {
        let is_fresh = |it: &Chapter| it.name == name && it.fresh().is_some();
        let is_new = !self.chapters.iter().any(is_fresh)
            && self.building.as_deref() != Some(name)
            && !self.asked.iter().any(|it| it == name);
        if is_new {
            self.asked.push_back(name.to_owned());
        }
        is_new
    }

    fn has_work(&self) -> bool {
        let stale = || self.chapters.iter().any(|it| it.fresh().is_none());
        let waits = self.unsettled || self.waits_for_pages || self.library.is_none();
        !waits && (!self.singles.is_empty() || stale())
    }

    fn take(&mut self) -> Option<(Arc<Library>, Job)> {
        if !self.has_work() {
            return None;
        }
        let library = self.library.clone()?;
        if let Some(single) = self.singles.pop_front() {
            self.building = Some(single.ids.join(", "));
            return Some((library, Job::Single(single)));
        }
        let stale = |name: &str| {
            let chapter = self.chapters.iter().find(|it| it.name == name);
            chapter.filter(|chapter| chapter.fresh().is_none())
        };
        let asked = self.asked.iter().find_map(|name| stale(name));
        let chapter = asked.or_else(|| self.chapters.iter().find(|it| it.fresh().is_none()))?;
        let (name, version) = (chapter.name.clone(), chapter.version);
        self.asked.retain(|it| *it != name);
        self.building = Some(name.clone());
        Some((library, Job::Chapter(name, version)))
    }

    fn done(&mut self, name: &str, version: u64, build: Arc<Build>) {
        self.building = None;
        if let Some(chapter) = self.chapters.iter_mut().find(|it| it.name == name) {
            chapter.built = Some((version, build));
        }
    }

    fn progress(&self) -> Progress {
        let built = self.chapters.iter().filter_map(Chapter::fresh);
        let failed = self.chapters.iter().filter_map(|chapter| {
            let (_, build) = chapter.built.as_ref()?;
            Some(build.failed(&chapter.name))
        });
        Progress {
            done: built.count(),
            of: self.chapters.len(),
            chapter: self.building.clone(),
            failed: failed.flatten().collect(),
        }
    }

    /// What somebody waits for who waits for a chapter.
    fn in_words(&self, name: &str) -> String {
        let progress = self.progress();
        match progress.chapter {
            Some(chapter) => {
                let number = (progress.done + 1).min(progress.of);
                format!("building {number} of {}: {chapter}", progress.of)
            }
            None => format!("about to build {name}"),
        }
    }
}

impl Chapter {
    /// Its build, if it is of what stands on disk.
    fn fresh(&self) -> Option<Arc<Build>> {
        let (version, build) = self.built.as_ref()?;
        (*version == self.version).then(|| build.clone())
    }
}

/// The chapters that have something to run here, as SUMMARY.md lists them.
fn in_order_of_the_book(library: &Library) -> Vec<String> {
    let summary = std::fs::read_to_string(library.house.book().join("SUMMARY.md"));
    let summary = summary.unwrap_or_default();
    let has_programs = |name: &&String| {
        let mut snippets = library.snippets.iter();
        snippets.any(|snippet| snippet.chapter == **name && snippet.runs_here())
    };
    let mut chapters: Vec<_> = library
        .chapters
        .iter()
        .filter(has_programs)
        .cloned()
        .collect();
    chapters.sort_by_key(|name| {
        let page = summary.find(&format!("({name}.md"));
        page.or_else(|| summary.find(&format!("({name}/")))
            .unwrap_or(usize::MAX)
    });
    chapters
}
