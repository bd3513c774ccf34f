//! The programs that readers run: built in the background, one cargo at a time, and built again when what they
//! are made of has changed. What somebody waits for comes first.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{Mutex, MutexGuard, oneshot, watch};

use super::events::Failure;
use crate::claim::seconds;
use crate::compile::{self, Built, Manner};
use crate::library::Library;
use crate::normal::Scrubber;
use crate::problem::{self, Problem};
use crate::snippet::{Kind, Profile, Snippet};

/// What there is to run, and what is being built.
#[derive(Debug)]
pub(crate) struct Builds {
    state: Arc<watch::Sender<State>>,
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

/// Keeps builds that nobody waits for from beginning, until it is dropped.
#[derive(Debug)]
pub(crate) struct Hold(Arc<watch::Sender<State>>);

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
    /// How many have asked for nothing to be built in the background. What somebody waits for is built.
    held: usize,
    /// In the order of the book, what is optimised last: it takes longest.
    units: Vec<Unit>,
    /// What somebody waits for.
    asked: VecDeque<Name>,
    /// Snippets that somebody waits for, one by one.
    singles: VecDeque<Single>,
    building: Option<Name>,
}

/// What is built in one go: the programs of a chapter under one profile.
#[derive(Debug)]
struct Unit {
    name: Name,
    /// Counts the changes of its files.
    version: u64,
    /// The last build, and the version that it is of.
    built: Option<(u64, Arc<Build>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    chapter: String,
    profile: Profile,
}

#[derive(Debug)]
struct Single {
    ids: Vec<String>,
    done: oneshot::Sender<Arc<Build>>,
}

#[derive(Debug)]
enum Job {
    Unit(Name, u64),
    Single(Single),
}

impl Builds {
    pub(crate) fn new(locked: bool) -> Self {
        Self {
            state: Arc::new(watch::Sender::new(State::new())),
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

    /// Whether `Cargo.lock` stays as it is.
    pub(crate) fn locked(&self) -> bool {
        self.manner.locked
    }

    pub(crate) fn progress(&self) -> Progress {
        self.state.borrow().progress()
    }

    /// Has what nobody waits for wait, as something else is to be quick.
    pub(crate) fn hold(&self) -> Hold {
        self.state.send_modify(|state| state.held += 1);
        Hold(self.state.clone())
    }

    /// A file of this chapter has changed, or of all where none is named: what was built is not to be run.
    pub(crate) fn touch(&self, chapter: Option<&str>) {
        self.state.send_modify(|state| state.touch(chapter));
    }

    /// No file has changed for a while, and this is how they stand now.
    pub(crate) fn settle(&self, library: Arc<Library>) {
        self.state.send_modify(|state| state.settle(library));
    }

    /// Waits until a snippet's chapter is built as its files stand now, and tells what it waits for.
    ///
    /// # Errors
    /// Where the snippet is no more.
    pub(crate) async fn ready(
        &self,
        snippet: &Snippet,
        mut tell: impl FnMut(String),
    ) -> Result<Arc<Build>, Failure> {
        let name = Name::of(snippet);
        let mut news = self.state.subscribe();
        let mut told = String::new();
        loop {
            self.state.send_if_modified(|state| state.ask(&name));
            let waits_for = {
                let state = news.borrow_and_update();
                let Some(found) = state.units.iter().find(|it| it.name == name) else {
                    let error = format!("`{}` is not in the book any more", snippet.id());
                    return Err(Failure::new(error, "load the page anew"));
                };
                match found.fresh() {
                    Some(build) => return Ok(build),
                    None => state.in_words(&name),
                }
            };
            if waits_for != told {
                tell(waits_for.clone());
                told = waits_for;
            }
            news.changed().await.expect("the state is this one's own");
        }
    }

    /// Whether a build of a snippet is of what stands on disk now.
    pub(crate) fn is_fresh(&self, snippet: &Snippet, build: &Arc<Build>) -> bool {
        let state = self.state.borrow();
        let mut units = state.units.iter();
        let unit = units.find(|it| it.name == Name::of(snippet));
        let fresh = unit.and_then(Unit::fresh);
        fresh.is_some_and(|fresh| Arc::ptr_eq(&fresh, build))
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
            Some(name) => format!("this run measures, and waits until {name} is built"),
            None => "this run measures, and waits until nothing else does".to_owned(),
        };
        tell(wait);
        self.quiet.lock().await
    }

    /// Builds, without end.
    pub(crate) async fn work(&self) {
        let mut news = self.state.subscribe();
        loop {
            let waiting = news.wait_for(State::has_work).await;
            drop(waiting.expect("the state is this one's own"));
            let _quiet = self.quiet.lock().await;
            let mut job = None;
            self.state.send_modify(|state| job = state.take());
            match job {
                Some((library, Job::Unit(name, version))) => {
                    self.build_unit(library, name, version).await;
                }
                Some((library, Job::Single(Single { ids, done }))) => {
                    let is_meant = move |snippet: &Snippet| ids.contains(&snippet.id());
                    let build = build(self.manner, library, is_meant).await;
                    // Who asked may have gone.
                    let _ = done.send(Arc::new(build));
                }
                None => {}
            }
        }
    }

    async fn build_unit(&self, library: Arc<Library>, name: Name, version: u64) {
        println!("{}", self.state.borrow().in_words(&name));
        let start = Instant::now();
        let unit = name.clone();
        let build = build(self.manner, library, move |it| Name::of(it) == unit).await;
        problem::report(build.built.problems.clone());
        let mut progress = None;
        self.state.send_modify(|state| {
            state.done(&name, version, Arc::new(build));
            progress = Some(state.progress());
        });
        println!("built {name} in {}", seconds(start.elapsed().as_secs_f64()));
        if let Some(progress) = progress.filter(|it| it.done == it.of) {
            match progress.failed.as_slice() {
                [] => println!("every program can be run"),
                failed => println!("these programs cannot be run: {}", failed.join(", ")),
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

    /// The snippets of a unit that cannot be run because they were not built.
    fn failed(&self, name: &Name) -> impl Iterator<Item = String> {
        let snippets = self.library.snippets.iter();
        let meant = snippets
            .filter(|it| Name::of(it) == *name && it.kind != Kind::CompileFail && it.runs_here());
        let ids = meant.map(Snippet::id);
        ids.filter(|id| !self.built.programs.contains_key(id))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.send_modify(|state| state.held -= 1);
    }
}

impl State {
    fn new() -> Self {
        Self {
            library: None,
            unsettled: false,
            held: 0,
            units: Vec::new(),
            asked: VecDeque::new(),
            singles: VecDeque::new(),
            building: None,
        }
    }

    fn settle(&mut self, library: Arc<Library>) {
        let mut old = std::mem::take(&mut self.units);
        let known = |name: Name| match old.iter().position(|unit| unit.name == name) {
            Some(at) => old.swap_remove(at),
            None => Unit {
                name,
                version: 0,
                built: None,
            },
        };
        self.units = in_order(&library).into_iter().map(known).collect();
        self.library = Some(library);
        self.unsettled = false;
    }

    fn touch(&mut self, chapter: Option<&str>) {
        self.unsettled = true;
        for unit in &mut self.units {
            // One broken manifest keeps cargo from building any chapter: that is tried again.
            let failed = unit.built.as_ref().is_some_and(|(_, build)| {
                build.built.programs.is_empty() && build.failed(&unit.name).next().is_some()
            });
            if failed || chapter.is_none_or(|chapter| chapter == unit.name.chapter) {
                unit.version += 1;
            }
        }
    }

    /// Notes that somebody waits for a unit, and says whether that is new.
    fn ask(&mut self, name: &Name) -> bool {
        let is_fresh = |it: &Unit| it.name == *name && it.fresh().is_some();
        let is_new = !self.units.iter().any(is_fresh)
            && self.building.as_ref() != Some(name)
            && !self.asked.contains(name);
        if is_new {
            self.asked.push_back(name.clone());
        }
        is_new
    }

    fn has_work(&self) -> bool {
        let can_begin = !self.unsettled && self.library.is_some();
        can_begin && (!self.singles.is_empty() || self.next_unit().is_some())
    }

    /// The unit to build next: one that somebody waits for, or else the first in order.
    fn next_unit(&self) -> Option<&Unit> {
        let mut stale = self.units.iter().filter(|it| it.fresh().is_none());
        let asked = |name: &Name| stale.clone().find(|it| it.name == *name);
        let asked = self.asked.iter().find_map(asked);
        asked.or_else(|| stale.next().filter(|_| self.held == 0))
    }

    fn take(&mut self) -> Option<(Arc<Library>, Job)> {
        if !self.has_work() {
            return None;
        }
        let library = self.library.clone()?;
        if let Some(single) = self.singles.pop_front() {
            return Some((library, Job::Single(single)));
        }
        let unit = self.next_unit()?;
        let (name, version) = (unit.name.clone(), unit.version);
        self.asked.retain(|it| *it != name);
        self.building = Some(name.clone());
        Some((library, Job::Unit(name, version)))
    }

    fn done(&mut self, name: &Name, version: u64, build: Arc<Build>) {
        self.building = None;
        if let Some(unit) = self.units.iter_mut().find(|it| it.name == *name) {
            unit.built = Some((version, build));
        }
    }

    fn progress(&self) -> Progress {
        let fresh = self.units.iter().filter(|it| it.fresh().is_some());
        let failed = self.units.iter().filter_map(|unit| {
            let (_, build) = unit.built.as_ref()?;
            Some(build.failed(&unit.name))
        });
        Progress {
            done: fresh.count(),
            of: self.units.len(),
            chapter: self.building.as_ref().map(|it| it.chapter.clone()),
            failed: failed.flatten().collect(),
        }
    }

    /// What somebody waits for who waits for a unit.
    fn in_words(&self, name: &Name) -> String {
        let Progress { done, of, .. } = self.progress();
        match &self.building {
            Some(building) => format!("building {} of {of}: {building}", (done + 1).min(of)),
            None => format!("about to build {name}"),
        }
    }
}

impl Unit {
    /// Its build, if it is of what stands on disk.
    fn fresh(&self) -> Option<Arc<Build>> {
        let (version, build) = self.built.as_ref()?;
        (*version == self.version).then(|| build.clone())
    }
}

impl Name {
    fn of(snippet: &Snippet) -> Self {
        Self {
            chapter: snippet.chapter.clone(),
            profile: snippet.profile(),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.profile {
            Profile::Dev => f.write_str(&self.chapter),
            Profile::Release => write!(f, "{}, optimised", self.chapter),
        }
    }
}

/// What there is to build, the chapters as SUMMARY.md lists them.
fn in_order(library: &Library) -> Vec<Name> {
    let summary = std::fs::read_to_string(library.house.book().join("SUMMARY.md"));
    let summary = summary.unwrap_or_default();
    let mut names: Vec<_> = Vec::new();
    for snippet in library.snippets.iter().filter(|it| it.runs_here()) {
        let name = Name::of(snippet);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.sort_by_key(|Name { chapter, profile }| {
        let page = summary.find(&format!("({chapter}.md"));
        let at = page.or_else(|| summary.find(&format!("({chapter}/")));
        (*profile == Profile::Release, at.unwrap_or(usize::MAX))
    });
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::House;
    use std::path::Path;

    /// Three chapters, listed as `tea`, `milk` and `cups`; `milk` has something optimised.
    fn library(folder: &Path) -> Arc<Library> {
        let write = |path: &str, text: &str| {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("book.toml", "");
        write(
            "book/SUMMARY.md",
            "- [T](tea.md)\n- [M](milk/a.md)\n- [C](cups.md)\n",
        );
        for chapter in ["cups", "milk", "tea"] {
            let fast = "[package.metadata.workbook.fast]\nprofile = \"release\"\n";
            let manifest = format!("[package]\nname = \"{chapter}\"\n");
            let more = if chapter == "milk" { fast } else { "" };
            write(
                &format!("chapters/{chapter}/Cargo.toml"),
                &(manifest + more),
            );
            write(&format!("chapters/{chapter}/src/main.rs"), "");
        }
        write("chapters/milk/examples/fast.rs", "");
        Arc::new(Library::read(&House::find(folder).unwrap()))
    }

    fn state(library: &Arc<Library>) -> State {
        let mut state = State::new();
        state.settle(library.clone());
        state
    }

    /// Builds what is next, and says what that is.
    fn build_next(state: &mut State) -> Option<String> {
        let (library, job) = state.take()?;
        let Job::Unit(name, version) = job else {
            panic!("nobody asked for {job:?}");
        };
        let words = state.in_words(&name);
        let built = Built::default();
        state.done(&name, version, Arc::new(Build { library, built }));
        Some(words)
    }

    fn name(chapter: &str) -> Name {
        Name {
            chapter: chapter.into(),
            profile: Profile::Dev,
        }
    }

    #[test]
    fn chapters_are_built_as_the_book_has_them_and_first_what_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = state(&library(folder.path()));
        assert_eq!(state.in_words(&name("tea")), "about to build tea");
        assert!(state.ask(&name("cups")));
        assert!(!state.ask(&name("cups")), "once is enough");
        let built: Vec<_> = std::iter::from_fn(|| build_next(&mut state)).collect();
        assert_eq!(
            built,
            [
                "building 1 of 4: cups",
                "building 2 of 4: tea",
                "building 3 of 4: milk",
                "building 4 of 4: milk, optimised",
            ]
        );
        assert_eq!((state.progress().done, state.progress().of), (4, 4));
        assert_eq!(
            state.progress().failed,
            ["tea/main", "milk/main", "cups/main", "milk/fast"],
            "nothing was built, really"
        );
        assert!(!state.ask(&name("tea")));
    }

    #[test]
    fn what_nobody_waits_for_waits_while_something_is_to_be_quick() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = state(&library(folder.path()));
        state.held = 1;
        assert!(build_next(&mut state).is_none());
        state.ask(&name("cups"));
        assert_eq!(build_next(&mut state).unwrap(), "building 1 of 4: cups");
        assert!(build_next(&mut state).is_none());
        state.held = 0;
        assert!(build_next(&mut state).is_some());
    }

    #[test]
    fn what_has_changed_is_built_again_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path());
        let mut state = state(&library);
        while let Some((_, Job::Unit(name, version))) = state.take() {
            let library = library.clone();
            let mut built = Built::default();
            built.programs.insert("some/program".into(), "".into());
            state.done(&name, version, Arc::new(Build { library, built }));
        }
        state.touch(Some("milk"));
        assert!(build_next(&mut state).is_none(), "files are being saved");
        state.settle(library.clone());
        assert_eq!(build_next(&mut state).unwrap(), "building 3 of 4: milk");
        let more = build_next(&mut state).unwrap();
        assert_eq!(more, "building 4 of 4: milk, optimised");
        assert!(build_next(&mut state).is_none());
        state.touch(None);
        state.settle(library);
        assert_eq!(state.progress().done, 0);
    }

    #[test]
    fn a_build_of_what_has_changed_since_is_not_fresh() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path());
        let mut state = state(&library);
        let Some((_, Job::Unit(name, version))) = state.take() else {
            panic!("there is something to build");
        };
        state.touch(Some(&name.chapter));
        let built = Built::default();
        let build = Build {
            library: library.clone(),
            built,
        };
        state.done(&name, version, Arc::new(build));
        state.settle(library);
        assert_eq!(state.progress().done, 0);
    }

    #[test]
    fn a_chapter_without_any_program_is_tried_again_when_another_changes() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path());
        let mut state = state(&library);
        while build_next(&mut state).is_some() {}
        state.touch(Some("cups"));
        state.settle(library);
        assert_eq!(state.progress().done, 0, "cargo built none of them");
    }
}
