//! What is to be built, and what first: what somebody waits for, then the chapters as the book has them. Pure: it is
//! told what has changed and what is built, and says what comes next.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::book::files;
use crate::book::library::Library;
use crate::book::members;
use crate::book::snippet::{Profile, Snippet, SnippetKind};
use crate::exec::built::Built;
use crate::exec::cargo::CargoProgress;
use crate::model::normal::Scrubber;
use crate::model::problem::Problem;
use crate::model::units;

/// What is built, what is to be, and in which order.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// As it stands on disk. None before it was read.
    pub(crate) library: Option<Arc<Library>>,
    /// Files are being saved: nothing is built before that is over.
    unsettled: bool,
    /// How many have asked for nothing to be built in the background. What somebody waits for is built.
    pub(crate) held: usize,
    /// In the order of the book, what is optimised last.
    units: Vec<Unit>,
    /// What somebody waits for.
    asked: VecDeque<Name>,
    /// Snippets that somebody waits for, one by one.
    pub(crate) singles: VecDeque<Single>,
    pub(crate) building: Option<Building>,
    /// How many units were built since the beginning.
    made: u64,
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

/// A unit's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    chapter: String,
    profile: Profile,
}

/// A unit that is being built.
#[derive(Debug)]
pub(crate) struct Building {
    pub(crate) name: Name,
    /// The programs that it has.
    programs: usize,
    pub(crate) progress: CargoProgress,
}

/// Snippets to be built and nothing else, and who waits for them.
#[derive(Debug)]
pub(crate) struct Single {
    pub(crate) ids: Vec<String>,
    pub(crate) done: oneshot::Sender<Arc<Build>>,
}

/// What to build next.
#[derive(Debug)]
pub(crate) enum BuildJob {
    /// With its version.
    Unit(Name, u64),
    Single(Single),
}

/// A finished build, and the library as it was when it began.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) library: Arc<Library>,
    pub(crate) built: Built,
}

/// How a unit stands.
#[derive(Debug)]
pub(crate) enum BuildStanding {
    /// There is no such unit.
    Unknown,
    /// It is not built as its files stand now.
    Stale,
    Built(Arc<Build>),
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BuildProgress {
    pub(crate) done: usize,
    pub(crate) of: usize,
    /// What is not built before somebody runs it.
    pub(crate) later: usize,
    /// The chapter that is being built.
    pub(crate) chapter: Option<String>,
    /// The snippets that could not be built.
    pub(crate) failed: Vec<String>,
    /// How often something was built since the beginning.
    pub(crate) made: u64,
}

impl Plan {
    /// No file has changed for a while, and this is how they stand now.
    pub(crate) fn settle(&mut self, library: Arc<Library>) {
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

    /// A file of this chapter has changed, or of all where none is named: what was built is not to be run.
    pub(crate) fn touch(&mut self, chapter: Option<&str>) {
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
    pub(crate) fn ask(&mut self, name: &Name) -> bool {
        let is_fresh = |it: &Unit| it.name == *name && it.fresh().is_some();
        let is_new = !self.units.iter().any(is_fresh)
            && self.building.as_ref().is_none_or(|it| it.name != *name)
            && !self.asked.contains(name);
        if is_new {
            self.asked.push_back(name.clone());
        }
        is_new
    }

    /// Whether there is something to build now.
    pub(crate) fn has_work(&self) -> bool {
        let can_begin = !self.unsettled && self.library.is_some();
        can_begin && (!self.singles.is_empty() || self.next_unit().is_some())
    }

    /// Whether a unit is built as its files stand now.
    pub(crate) fn standing(&self, name: &Name) -> BuildStanding {
        match self.units.iter().find(|it| it.name == *name) {
            None => BuildStanding::Unknown,
            Some(unit) => unit
                .fresh()
                .map_or(BuildStanding::Stale, BuildStanding::Built),
        }
    }

    /// The unit to build next: one that somebody waits for, or else the first in order.
    fn next_unit(&self) -> Option<&Unit> {
        let mut stale = self.units.iter().filter(|it| it.fresh().is_none());
        let asked = |name: &Name| stale.clone().find(|it| it.name == *name);
        let asked = self.asked.iter().find_map(asked);
        asked.or_else(|| stale.find(|it| it.is_for_all()).filter(|_| self.held == 0))
    }

    /// What to build next, and from what.
    pub(crate) fn take(&mut self) -> Option<(Arc<Library>, BuildJob)> {
        if !self.has_work() {
            return None;
        }
        let library = self.library.clone()?;
        if let Some(single) = self.singles.pop_front() {
            return Some((library, BuildJob::Single(single)));
        }
        let unit = self.next_unit()?;
        let (name, version) = (unit.name.clone(), unit.version);
        self.asked.retain(|it| *it != name);
        self.building = Some(Building {
            name: name.clone(),
            programs: programs_of(&library, &name).count(),
            progress: CargoProgress::default(),
        });
        Some((library, BuildJob::Unit(name, version)))
    }

    /// The unit that is being built has come so far.
    pub(crate) fn note(&mut self, progress: CargoProgress) {
        if let Some(building) = &mut self.building {
            building.progress = progress;
        }
    }

    /// A unit is built.
    pub(crate) fn done(&mut self, name: &Name, version: u64, build: Arc<Build>) {
        self.building = None;
        self.made += 1;
        if let Some(unit) = self.units.iter_mut().find(|it| it.name == *name) {
            unit.built = Some((version, build));
        }
    }

    pub(crate) fn progress(&self) -> BuildProgress {
        let is_due = |it: &&Unit| {
            let is_built = self
                .building
                .as_ref()
                .is_some_and(|now| now.name == it.name);
            it.is_for_all() || is_built || self.asked.contains(&it.name)
        };
        let due = self.units.iter().filter(is_due);
        let fresh = due.clone().filter(|it| it.fresh().is_some());
        let failed = self.units.iter().filter_map(|unit| {
            let (_, build) = unit.built.as_ref()?;
            Some(build.failed(&unit.name))
        });
        BuildProgress {
            done: fresh.count(),
            of: due.count(),
            later: self.units.iter().filter(|it| !is_due(it)).count(),
            chapter: self.building.as_ref().map(|it| it.name.chapter.clone()),
            failed: failed.flatten().collect(),
            made: self.made,
        }
    }

    /// What somebody waits for who waits for a unit.
    pub(crate) fn in_words(&self, name: &Name) -> String {
        let BuildProgress { done, of, .. } = self.progress();
        match &self.building {
            Some(Building {
                name,
                programs,
                progress,
            }) => {
                let further = further(progress, *programs);
                format!("building {} of {of}: {name}{further}", (done + 1).min(of))
            }
            None => format!("about to build {name}"),
        }
    }
}

impl Unit {
    /// Whether it is built before anybody asks for it. What is optimised needs all its libraries once more, a fifth of
    /// all that is built, and most readers never run it.
    fn is_for_all(&self) -> bool {
        self.name.profile == Profile::Dev || self.built.is_some()
    }

    /// Its build, if it is of what stands on disk.
    fn fresh(&self) -> Option<Arc<Build>> {
        let (version, build) = self.built.as_ref()?;
        (*version == self.version).then(|| build.clone())
    }
}

impl Name {
    /// The unit that a snippet is built in.
    pub(crate) fn of(snippet: &Snippet) -> Self {
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

impl Build {
    /// Why a program is not there.
    pub(crate) fn why_not(&self, snippet: &Snippet, scrubber: &Scrubber) -> Problem {
        let id = snippet.id();
        let objections = self.built.objections(snippet, scrubber);
        if !objections.is_empty() {
            let error = format!("`{id}` does not compile\n\n{}", objections.join("\n"));
            let help = format!(
                "mend {}: it is built again when it is saved",
                snippet.source
            );
            return Problem::nowhere(error, help);
        }
        let words = scrubber.scrub(self.built.words.trim());
        if words.contains("lock file")
            && let strays = members::unknown_to_lock(&self.library.house, &self.library.lock)
            && let Some(stray) = strays.first()
        {
            let what = format!("cargo could not build `{id}`: {}\n\n{words}", stray.what);
            return Problem::nowhere(what, &stray.help);
        }
        Problem::nowhere(
            format!("cargo could not build `{id}`\n\n{words}"),
            format!("see what `{}` says in a terminal", snippet.command()),
        )
    }

    /// The snippets of a unit that cannot be run because they were not built.
    fn failed(&self, name: &Name) -> impl Iterator<Item = String> {
        let ids = programs_of(&self.library, name).map(Snippet::id);
        ids.filter(|id| !self.built.programs.contains_key(id))
    }
}

/// The snippets of a unit that become programs.
fn programs_of<'a>(library: &'a Library, name: &Name) -> impl Iterator<Item = &'a Snippet> {
    let snippets = library.snippets.iter();
    snippets
        .filter(|it| Name::of(it) == *name && it.kind != SnippetKind::CompileFail && it.runs_here())
}

/// What there is to say of a build beside its name, as it follows that.
pub(crate) fn further(progress: &CargoProgress, programs: usize) -> String {
    match progress {
        CargoProgress { waits: true, .. } => {
            ", as soon as another cargo, perhaps your editor's, is done".to_owned()
        }
        // The last is told as the build's end.
        CargoProgress { programs: done, .. } if *done >= programs => String::new(),
        CargoProgress {
            programs: done @ 1..,
            ..
        } => format!(" ({done} of {programs} programs)"),
        CargoProgress {
            crates: crates @ 1..,
            ..
        } => {
            format!(" ({} so far)", units::count(*crates, "crate"))
        }
        CargoProgress { .. } => String::new(),
    }
}

/// What there is to build, the chapters as SUMMARY.md lists them.
fn in_order(library: &Library) -> Vec<Name> {
    let summary = files::text(&library.house.book().join("SUMMARY.md"));
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
    use crate::book::house::House;
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

    fn plan(library: &Arc<Library>) -> Plan {
        let mut plan = Plan::default();
        plan.settle(library.clone());
        plan
    }

    /// Builds what is next, and says what that is.
    fn build_next(plan: &mut Plan) -> Option<String> {
        let (library, job) = plan.take()?;
        let BuildJob::Unit(name, version) = job else {
            panic!("nobody asked for {job:?}");
        };
        let words = plan.in_words(&name);
        let built = Built::default();
        plan.done(&name, version, Arc::new(Build { library, built }));
        Some(words)
    }

    fn name(chapter: &str) -> Name {
        Name {
            chapter: chapter.into(),
            profile: Profile::Dev,
        }
    }

    fn optimised(chapter: &str) -> Name {
        Name {
            profile: Profile::Release,
            ..name(chapter)
        }
    }

    #[test]
    fn chapters_are_built_as_the_book_has_them_and_first_what_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut plan = plan(&library(folder.path()));
        assert_eq!(plan.in_words(&name("tea")), "about to build tea");
        assert!(plan.ask(&name("cups")));
        assert!(!plan.ask(&name("cups")), "once is enough");
        let built: Vec<_> = std::iter::from_fn(|| build_next(&mut plan)).collect();
        assert_eq!(
            built,
            [
                "building 1 of 3: cups",
                "building 2 of 3: tea",
                "building 3 of 3: milk",
            ]
        );
        let progress = plan.progress();
        assert_eq!((progress.done, progress.of, progress.later), (3, 3, 1));
        assert!(plan.ask(&optimised("milk")), "somebody runs it");
        assert_eq!(
            build_next(&mut plan).unwrap(),
            "building 4 of 4: milk, optimised"
        );
        let progress = plan.progress();
        assert_eq!((progress.done, progress.of, progress.later), (4, 4, 0));
        assert_eq!(
            plan.progress().failed,
            ["tea/main", "milk/main", "cups/main", "milk/fast"],
            "nothing was built, really"
        );
        assert!(!plan.ask(&name("tea")));
    }

    #[test]
    fn a_build_tells_how_far_it_is() {
        let told = |waits, crates, programs| {
            let progress = CargoProgress {
                waits,
                crates,
                programs,
            };
            further(&progress, 3)
        };
        assert_eq!(told(false, 0, 0), "");
        assert_eq!(told(false, 1, 0), " (1 crate so far)");
        assert_eq!(told(false, 41, 0), " (41 crates so far)");
        assert_eq!(told(false, 41, 2), " (2 of 3 programs)");
        assert_eq!(told(false, 41, 3), "");
        assert_eq!(
            told(true, 0, 0),
            ", as soon as another cargo, perhaps your editor's, is done"
        );
    }

    #[test]
    fn what_nobody_waits_for_waits_while_something_is_to_be_quick() {
        let folder = tempfile::tempdir().unwrap();
        let mut plan = plan(&library(folder.path()));
        plan.held = 1;
        assert!(build_next(&mut plan).is_none());
        plan.ask(&name("cups"));
        assert_eq!(build_next(&mut plan).unwrap(), "building 1 of 3: cups");
        assert!(build_next(&mut plan).is_none());
        plan.held = 0;
        assert!(build_next(&mut plan).is_some());
    }

    #[test]
    fn what_has_changed_is_built_again_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path());
        let mut plan = plan(&library);
        plan.ask(&optimised("milk"));
        while let Some((_, BuildJob::Unit(name, version))) = plan.take() {
            let library = library.clone();
            let mut built = Built::default();
            built.programs.insert("some/program".into(), "".into());
            plan.done(&name, version, Arc::new(Build { library, built }));
        }
        plan.touch(Some("milk"));
        assert!(build_next(&mut plan).is_none(), "files are being saved");
        plan.settle(library.clone());
        assert_eq!(build_next(&mut plan).unwrap(), "building 3 of 4: milk");
        let more = build_next(&mut plan).unwrap();
        assert_eq!(more, "building 4 of 4: milk, optimised");
        assert!(build_next(&mut plan).is_none());
        plan.touch(None);
        plan.settle(library);
        assert_eq!(plan.progress().done, 0);
    }

    #[test]
    fn a_build_of_what_has_changed_since_is_not_fresh() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path());
        let mut plan = plan(&library);
        let Some((_, BuildJob::Unit(name, version))) = plan.take() else {
            panic!("there is something to build");
        };
        plan.touch(Some(&name.chapter));
        let built = Built::default();
        let build = Build {
            library: library.clone(),
            built,
        };
        plan.done(&name, version, Arc::new(build));
        plan.settle(library);
        assert_eq!(plan.progress().done, 0);
    }

    #[test]
    fn a_chapter_without_any_program_is_tried_again_when_another_changes() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path());
        let mut plan = plan(&library);
        while build_next(&mut plan).is_some() {}
        plan.touch(Some("cups"));
        plan.settle(library);
        assert_eq!(plan.progress().done, 0, "cargo built none of them");
    }
}
