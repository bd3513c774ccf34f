//! The library of programs: every chapter, every snippet, every recording, as they stand on disk. Found by
//! the house's own layout, so that it needs neither cargo nor a build, and one broken chapter does not
//! hide the others.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use crate::book::exercise::{Exercise, ExerciseSpec, ExpectedFailure, exercise_folder, test_names};
use crate::book::files;
use crate::book::hashes::Hashes;
use crate::book::house::{House, sorted_entries};
use crate::book::kept::Kept;
use crate::book::lock::Lock;
use crate::book::manifest::{self, Manifest};
use crate::book::settings::Settings;
use crate::book::snippet::{Snippet, SnippetKind, Spec, manifest_path};
use crate::model::claim::Unknown;
use crate::model::metric::Metric;
use crate::model::problem::{Problem, closest, shown};
use crate::model::recording::Recording;

/// What can stand in an exercise's place after `cargo workbook exercise`; and folders of cargo's own, whose names it lets
/// no program have.
const NOT_AN_EXERCISE: [&str; 10] = [
    "list",
    "hint",
    "solution",
    "reset",
    "next",
    "help",
    "build",
    "deps",
    "examples",
    "incremental",
];

#[derive(Debug)]
pub(crate) struct Library {
    pub(crate) house: House,
    /// The chapters' slugs, in the order of the alphabet.
    pub(crate) chapters: Vec<String>,
    pub(crate) snippets: Vec<Snippet>,
    /// By chapter, and in each from easy to hard: as their manifest has them.
    pub(crate) exercises: Vec<Exercise>,
    pub(crate) lock: Kept<Lock>,
    /// By the snippets' ids.
    recordings: BTreeMap<String, Kept<Recording>>,
    /// By the chapters' slugs.
    manifests: BTreeMap<String, Kept<(Manifest, Vec<Problem>)>>,
    /// The snippets whose recording is there and cannot be read.
    pub(crate) malformed: BTreeSet<String>,
    pub(crate) hashes: Hashes,
    pub(crate) settings: Settings,
    /// What is wrong with chapters, manifests and recordings.
    pub(crate) problems: Vec<Problem>,
}

impl Library {
    pub(crate) fn read(house: &House) -> Self {
        Self::read_after(house, None)
    }

    /// The library as it stands now. What stands as it did is not parsed again.
    pub(crate) fn read_again(&self) -> Self {
        Self::read_after(&self.house, Some(self))
    }

    fn read_after(house: &House, before: Option<&Self>) -> Self {
        let mut problems = Vec::new();
        let text = files::text(&house.absolute("Cargo.lock"));
        let before_it = before.map(|before| &before.lock);
        let lock = text
            .map_err(|error| error.problem("Cargo.lock", "the lock file"))
            .and_then(|text| Kept::read(text, before_it, Lock::parse));
        let lock = lock.unwrap_or_else(|problem| {
            let help = "bring the file back: `git checkout Cargo.lock`, or unpack the kit again";
            problems.push(problem.helped(help));
            Kept::default()
        });
        let mut library = Self {
            house: house.clone(),
            chapters: Vec::new(),
            snippets: Vec::new(),
            exercises: Vec::new(),
            lock,
            recordings: BTreeMap::new(),
            manifests: BTreeMap::new(),
            malformed: BTreeSet::new(),
            hashes: Hashes::default(),
            settings: Settings::new(house),
            problems,
        };
        for folder in sorted_entries(&house.chapters()) {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            // A manifest that cannot be read is a chapter's all the same.
            let is_package = folder.join("Cargo.toml").symlink_metadata().is_ok();
            if is_package && files::is_name(&name) {
                library.read_chapter(&name, before);
            } else if folder.is_dir() {
                let what =
                    format!("cargo takes `{name}` for a package of the book, and it is no chapter");
                let help = "move the folder out of chapters/, or delete it: nothing can be built";
                let path = house.relative(&folder);
                library.problems.push(Problem::new(path, 0, what, help));
            }
        }
        library.find_names_used_twice();
        library
    }

    pub(crate) fn snippet(&self, id: &str) -> Option<&Snippet> {
        let (chapter, name) = id.split_once('/')?;
        let is_it = |it: &&Snippet| it.name == name && it.chapter == chapter;
        self.snippets.iter().find(is_it)
    }

    /// The exercise of this id, or of this name: it is unique in the book.
    pub(crate) fn exercise(&self, name: &str) -> Option<&Exercise> {
        let is_it = |it: &&Exercise| it.name == name || it.id() == name;
        self.exercises.iter().find(is_it)
    }

    /// What to say of a name that no exercise has.
    pub(crate) fn unknown_exercise(&self, name: &str) -> Problem {
        let (ids, names) = (self.exercises.iter().map(Exercise::id), &self.exercises);
        let known: Vec<_> = ids.chain(names.iter().map(|it| it.name.clone())).collect();
        let help = match closest(name, known.iter().map(String::as_str)) {
            Some(close) => format!("did you mean `{close}`?"),
            None => "`cargo workbook exercise` lists them".into(),
        };
        Problem::nowhere(format!("unknown exercise `{}`", shown(name)), help)
    }

    /// Whether the snippet's chapter depends on anything.
    pub(crate) fn has_dependencies(&self, snippet: &Snippet) -> bool {
        !self.lock.dependencies_of(&snippet.chapter).is_empty()
    }

    pub(crate) fn recording(&self, id: &str) -> Option<&Recording> {
        self.recordings.get(id).map(|kept| &**kept)
    }

    /// A figure of a recorded run.
    ///
    /// # Errors
    /// Where the snippet is not recorded, or the system on which it was does not give that figure.
    pub(crate) fn figure(&self, id: &str, metric: &Metric) -> Result<f64, Unknown> {
        let recording = self
            .recording(id)
            .ok_or_else(|| Unknown::RecordingOf(id.to_owned()))?;
        metric
            .of(&recording.run)
            .ok_or_else(|| Unknown::FigureOf(id.to_owned(), metric.clone()))
    }

    /// What is wrong in a file, by its path relative to the root.
    pub(crate) fn problems_in(&self, path: &str) -> impl Iterator<Item = &Problem> {
        self.problems
            .iter()
            .filter(move |problem| problem.path == path)
    }

    /// Whether all that the manifest of a snippet's chapter says could be read.
    pub(crate) fn is_sound(&self, snippet: &Snippet) -> bool {
        self.problems_in(&snippet.manifest_path()).next().is_none()
    }

    /// Files of which cargo or the compiler would make nothing, or for which they would wait for ever.
    pub(crate) fn stops_cargo(&self, snippets: &[&Snippet]) -> Vec<Problem> {
        let manifests = self.chapters.iter().filter_map(|chapter| {
            let path = manifest_path(chapter);
            let error = files::text(&self.house.absolute(&path)).err()?;
            Some(error.problem(&path, "the manifest"))
        });
        let sources = snippets.iter().filter_map(|snippet| {
            let file = self.house.absolute(&snippet.source);
            let is_no_file = file.metadata().is_ok_and(|it| !it.is_file());
            let error = is_no_file.then(|| files::bytes(&file).err()).flatten()?;
            Some(error.problem(&snippet.source, "the program"))
        });
        manifests.chain(sources).collect()
    }

    /// What to say of an id that no snippet has.
    pub(crate) fn unknown(&self, id: &str) -> Problem {
        let ids: Vec<_> = self.snippets.iter().map(Snippet::id).collect();
        let help = match closest(id, ids.iter().map(String::as_str)) {
            Some(close) => format!("did you mean `{close}`?"),
            None => "a snippet is CHAPTER/NAME, with `main` for the lead of a chapter".into(),
        };
        Problem::nowhere(format!("unknown snippet `{}`", shown(id)), help)
    }

    /// The snippets that `names` (chapters or ids) mean; all where there are none.
    ///
    /// # Errors
    /// With one line for each name that means nothing.
    pub(crate) fn select(&self, names: &[String]) -> anyhow::Result<Vec<&Snippet>> {
        let mut unknown = Vec::new();
        for name in names {
            if self.chapters.contains(name) || self.snippet(name).is_some() {
                continue;
            }
            if name.contains('/') {
                unknown.push(self.unknown(name).to_string());
                continue;
            }
            let help = match closest(name, self.chapters.iter().map(String::as_str)) {
                Some(chapter) => format!("did you mean `{chapter}`?"),
                None => format!("the chapters are {}", self.chapters.join(", ")),
            };
            let what = format!("unknown chapter `{name}`");
            unknown.push(Problem::nowhere(what, help).to_string());
        }
        anyhow::ensure!(unknown.is_empty(), "{}", unknown.join("\n"));
        let wanted = |snippet: &&Snippet| {
            names.is_empty() || names.contains(&snippet.chapter) || names.contains(&snippet.id())
        };
        Ok(self.snippets.iter().filter(wanted).collect())
    }

    /// The sources of all recordings, relative to the root.
    pub(crate) fn sources(&self) -> BTreeSet<&str> {
        let made_from = self.recordings.values().map(|it| &it.made_from.sources);
        made_from.flatten().map(|it| it.path.as_str()).collect()
    }

    fn read_chapter(&mut self, chapter: &str, before: Option<&Self>) {
        self.chapters.push(chapter.to_owned());
        let path = manifest_path(chapter);
        let before_it = before.and_then(|before| before.manifests.get(chapter));
        let parse = |text: &str| Ok::<_, Infallible>(manifest::parse(&path, text));
        let kept = match files::text(&self.house.absolute(&path)) {
            Ok(text) => {
                let Ok(kept) = Kept::read(text, before_it, parse);
                kept
            }
            Err(error) => {
                let problem = error.problem(&path, "the manifest");
                Kept::of((Manifest::default(), vec![problem]))
            }
        };
        let (manifest, problems) = &*kept;
        let broken = manifest.name.is_none() && !problems.is_empty();
        self.problems.extend(problems.clone());
        if let Some((name, line)) = &manifest.name
            && name != chapter
        {
            let what = format!("the package is named `{name}`, its folder `{chapter}`");
            let help = "page, folder and package have one name: rename the one or the other";
            self.problems.push(Problem::new(&path, *line, what, help));
        }
        if self.lock.has_dependency(chapter) {
            let line = manifest.name.as_ref().map_or(0, |(_, line)| *line);
            let what = format!("the chapter `{chapter}` has the name of a package in Cargo.lock");
            let help = format!(
                "rename folder, package and page: `cargo run -p {chapter}` could not tell them apart"
            );
            self.problems.push(Problem::new(&path, line, what, help));
        }
        let mut entries = manifest.entries.clone();
        for (kind, name, source) in self.programs(chapter) {
            let entry = entries.remove(&name);
            if !broken {
                self.inspect_entry(chapter, &name, kind, &source, entry.as_ref());
            }
            self.snippets.push(Snippet {
                chapter: chapter.to_owned(),
                name,
                kind,
                source,
                spec: entry.unwrap_or_default(),
            });
        }
        for (name, spec) in entries {
            let what = format!("`{name}` has an entry here and no program");
            let help = format!("write chapters/{chapter}/examples/{name}.rs, or drop the entry");
            self.problems
                .push(Problem::new(&path, spec.line, what, help));
        }
        self.read_exercises(chapter, &path, manifest.exercises.clone());
        self.manifests.insert(chapter.to_owned(), kept);
        self.read_recordings(chapter, before);
    }

    fn read_exercises(
        &mut self,
        chapter: &str,
        manifest: &str,
        specs: BTreeMap<String, ExerciseSpec>,
    ) {
        let folder = self.house.chapters().join(chapter).join("exercises");
        for entry in sorted_entries(&folder) {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            let is_ours = entry.is_dir() && files::is_name(&name);
            if is_ours && !specs.contains_key(&*name) {
                let what = format!("the exercise `{name}` has no entry in the manifest");
                let help = format!(
                    "add [package.metadata.workbook.exercise.{name}], or delete `{}`",
                    self.house.relative(&entry)
                );
                self.problems.push(Problem::new(manifest, 0, what, help));
            }
        }
        let mut found = Vec::new();
        for (name, spec) in specs {
            let tests = files::text(
                &self
                    .house
                    .absolute(&format!("{}/tests.rs", exercise_folder(chapter, &name))),
            );
            let tests = tests.map(|text| test_names(&text)).unwrap_or_default();
            let exercise = Exercise {
                chapter: chapter.to_owned(),
                name,
                spec,
                tests,
            };
            self.inspect_exercise(&exercise, manifest);
            found.push(exercise);
        }
        found.sort_by_key(|it| it.spec.line);
        self.exercises.extend(found);
    }

    /// What can be said of an exercise without trying it.
    fn inspect_exercise(&mut self, exercise: &Exercise, manifest: &str) {
        let Exercise { name, spec, .. } = exercise;
        let folder = exercise.folder();
        if self.house.absolute(&folder).symlink_metadata().is_err() {
            let what = format!("the exercise `{name}` has an entry here and no folder");
            let help = format!("write its files in `{folder}`, or drop the entry");
            let problem = Problem::new(manifest, spec.line, what, help);
            return self.problems.push(problem);
        }
        let mut say = |line: usize, what: String, help: &str| {
            self.problems.push(Problem::new(manifest, line, what, help));
        };
        let line = spec.line;
        if !files::is_name(name) || name.contains('-') {
            let what = format!("`{name}` is no name for an exercise");
            say(line, what, "use lower case words joined by _");
        }
        if NOT_AN_EXERCISE.contains(&name.as_str()) {
            let what = format!("an exercise cannot be named `{name}`");
            let help = "give it another name: this one means something else to `cargo workbook exercise`, or to cargo";
            say(line, what, help);
        }
        if spec.about.is_empty() {
            let what = format!("the exercise `{name}` does not say what it is about");
            say(line, what, "add `about = \"what there is to do\"`");
        }
        if spec.minutes == 0 {
            let what = format!("the exercise `{name}` does not say how long it takes");
            say(line, what, "add `minutes = 10`, as you estimate it");
        }
        if !(1..=3).contains(&spec.hints.len()) {
            let what = format!("the exercise `{name}` has {} hints", spec.hints.len());
            say(line, what, "write one to three, each a step further");
        }
        if spec.wrong.len() < 2 {
            let what = format!("the exercise `{name}` has fewer than two wrong solutions");
            let help = "write wrong/NAME.rs, and say under `wrong` by which test each fails";
            say(line, what, help);
        }
        let starter = spec.starter.iter().map(|it| ("the starter", it, line));
        let wrong = spec.wrong.iter();
        let wrong = wrong.map(|(name, (it, line))| (name.as_str(), it, *line));
        for (of, expected, line) in starter.chain(wrong) {
            if let ExpectedFailure::Test(_, test) = expected
                && !exercise.tests.contains(test)
            {
                let what = format!(
                    "{of} of the exercise `{name}` is to fail in `{test}`, which is no test"
                );
                let help = match closest(test, exercise.tests.iter().map(String::as_str)) {
                    Some(close) => format!("did you mean `{close}`?"),
                    None => format!("its tests are {}", exercise.tests.join(", ")),
                };
                say(line, what, &help);
            }
        }
        if spec.starter.is_none() {
            let what = format!("the exercise `{name}` does not say how its starter fails");
            say(line, what, "add `starter = \"fails in TEST\"`");
        }
        let wanted = ["task.md", "starter.rs", "solution.rs", "tests.rs"];
        let wanted = wanted.iter().map(|it| exercise.file(it));
        let wanted = wanted.chain(spec.wrong.keys().map(|it| exercise.wrong_file(it)));
        let mut problems = Vec::new();
        for path in wanted {
            match files::text(&self.house.absolute(&path)) {
                Err(error) => problems.push(error.problem(&path, "a file of the exercise")),
                // It is read in a terminal, too, where nothing can be filled in.
                Ok(text) if path.ends_with(".md") => {
                    let directives = (1..).zip(text.lines()).filter(|(_, it)| it.contains("{{#"));
                    problems.extend(directives.map(|(line, _)| {
                        let what = "a directive in the task of an exercise is not filled in";
                        Problem::new(path.clone(), line, what, "write out what it stands for")
                    }));
                }
                Ok(_) => {}
            }
        }
        for entry in sorted_entries(&self.house.absolute(&exercise.file("wrong"))) {
            let stem = entry.file_stem().unwrap_or_default().to_string_lossy();
            let is_program =
                entry.extension().is_some_and(|it| it == "rs") && files::is_name(&stem);
            if is_program && !spec.wrong.contains_key(&*stem) {
                let what = "this wrong solution has no entry in the manifest";
                let help = format!("add `wrong.{stem} = \"fails in TEST\"` in {manifest}");
                problems.push(Problem::new(self.house.relative(&entry), 0, what, help));
            }
        }
        if exercise.tests.is_empty() && problems.is_empty() {
            let what = "there is no test in it";
            let help = "write `#[exercise::test]` on a function, at the start of a line";
            problems.push(Problem::new(exercise.file("tests.rs"), 0, what, help));
        }
        self.problems.extend(problems);
    }

    /// The programs of a chapter: kind, name, and main file relative to the root.
    fn programs(&self, chapter: &str) -> Vec<(SnippetKind, String, String)> {
        let folder = self.house.chapters().join(chapter);
        let mut programs = Vec::new();
        if folder.join("src/main.rs").symlink_metadata().is_ok() {
            let source = format!("chapters/{chapter}/src/main.rs");
            programs.push((SnippetKind::Lead, "main".to_owned(), source));
        }
        for (kind, part) in [
            (SnippetKind::Example, "examples"),
            (SnippetKind::CompileFail, "compile_fail"),
        ] {
            for entry in sorted_entries(&folder.join(part)) {
                let whole = if entry.is_dir() {
                    entry.join("main.rs")
                } else {
                    entry.clone()
                };
                let is_rust = whole.extension().is_some_and(|extension| extension == "rs");
                let is_there = whole == entry || whole.symlink_metadata().is_ok();
                if let Some(name) = entry.file_stem().and_then(|name| name.to_str())
                    && is_rust
                    && is_there
                    && files::is_name(name)
                {
                    programs.push((kind, name.to_owned(), self.house.relative(&whole)));
                }
            }
        }
        programs
    }

    fn inspect_entry(
        &mut self,
        chapter: &str,
        name: &str,
        kind: SnippetKind,
        source: &str,
        entry: Option<&Spec>,
    ) {
        let path = manifest_path(chapter);
        let mut say = |line: usize, what: String, help: &str| {
            self.problems.push(Problem::new(&path, line, what, help));
        };
        let Some(spec) = entry else {
            let what = format!("`{source}` has no entry in the manifest");
            let help = format!("add [package.metadata.workbook.{name}] with `about` and `claims`");
            return say(0, what, &help);
        };
        if spec.about.is_empty() {
            let what = format!("`{name}` does not say what it is about");
            say(spec.line, what, "add `about = \"what the run shows\"`");
        }
        match (kind, &spec.fails) {
            (SnippetKind::CompileFail, None) => {
                let what =
                    format!("`{name}` stands in compile_fail/ and does not say how it fails");
                say(
                    spec.line,
                    what,
                    "add `fails = \"E0728\"` or `fails = \"/regex/\"`",
                );
            }
            (SnippetKind::Lead | SnippetKind::Example, Some(_)) => {
                let what = format!("`{name}` says `fails` and does not stand in compile_fail/");
                say(
                    spec.line,
                    what,
                    "move the program to compile_fail/, or drop `fails`",
                );
            }
            _ => {}
        }
        for claim in &spec.claims {
            if let Some(other) = claim.other()
                && !other.contains('/')
            {
                let what = format!("claim `{}`: `{other}` is not a snippet", claim.text);
                say(spec.line, what, "name it CHAPTER/NAME");
            }
        }
    }

    fn read_recordings(&mut self, chapter: &str, before: Option<&Self>) {
        let folder = self.house.chapters().join(chapter).join("recordings");
        for file in sorted_entries(&folder) {
            let path = self.house.relative(&file);
            let whole = file.file_name().unwrap_or_default().to_string_lossy();
            let name = file
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if files::is_left_behind(&whole) || !files::is_name(&name) {
                continue;
            }
            let id = format!("{chapter}/{name}");
            if self.snippet(&id).is_none() || file.extension().is_none_or(|e| e != "json") {
                let what = format!("there is no snippet `{id}` that this could be a recording of");
                let help = format!("delete `{path}`, or bring the program back");
                self.problems.push(Problem::new(path, 0, what, help));
                continue;
            }
            let recording = files::text(&file)
                .map_err(|error| error.problem(&path, "the recording"))
                .and_then(|text| {
                    let before_it = before.and_then(|before| before.recordings.get(&id));
                    Kept::read(text, before_it, Recording::parse)
                })
                .and_then(|recording| match recording.snippet == id {
                    true => Ok(recording),
                    false => {
                        let what = format!("this is a recording of `{}`", recording.snippet);
                        Err(Problem::nowhere(what, ""))
                    }
                });
            match recording {
                Ok(recording) => {
                    self.recordings.insert(id, recording);
                }
                Err(problem) => {
                    let help = format!("run `cargo workbook record {id}`");
                    self.problems.push(problem.in_file(path).helped(help));
                    self.malformed.insert(id);
                }
            }
        }
    }

    fn find_names_used_twice(&mut self) {
        let mut by_name: BTreeMap<&str, Vec<&Snippet>> = BTreeMap::new();
        for snippet in self
            .snippets
            .iter()
            .filter(|snippet| snippet.kind != SnippetKind::Lead)
        {
            by_name.entry(&snippet.name).or_default().push(snippet);
        }
        let mut problems = Vec::new();
        for (name, snippets) in by_name {
            for (at, snippet) in snippets.iter().enumerate() {
                if name == "main" {
                    let what = "`main` is the name of the chapter's lead";
                    problems.push(Problem::new(
                        &snippet.source,
                        0,
                        what,
                        "rename this program",
                    ));
                } else if snippets.len() > 1 {
                    let other = &snippets[(at + 1) % snippets.len()].source;
                    let what = format!("the name `{name}` is used twice: also by `{other}`");
                    let help = "rename one of them: cargo puts all examples in one folder";
                    problems.push(Problem::new(&snippet.source, 0, what, help));
                }
            }
        }
        let mut by_name: BTreeMap<&str, Vec<&Exercise>> = BTreeMap::new();
        for exercise in &self.exercises {
            by_name.entry(&exercise.name).or_default().push(exercise);
        }
        for exercises in by_name.values().filter(|it| it.len() > 1) {
            for (at, exercise) in exercises.iter().enumerate() {
                let other = exercises[(at + 1) % exercises.len()].id();
                let what = format!(
                    "the name `{}` is used twice: also by `{other}`",
                    exercise.name
                );
                let help = "rename one of them: each has a file of its name in practice/";
                let path = manifest_path(&exercise.chapter);
                problems.push(Problem::new(path, exercise.spec.line, what, help));
            }
        }
        self.problems.extend(problems);
    }
}
