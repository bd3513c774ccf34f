//! What has changed on disk, and what that means: pages to build, programs to build, or both.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::book::files;
use crate::book::house::{House, sorted_entries};
use crate::terminal::say;

/// Editors write a file in several steps: wait until they are done,
const SETTLE: Duration = Duration::from_millis(60);
/// but not for ever.
const AT_MOST: Duration = Duration::from_secs(1);

/// What a changed file is part of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// A page, or how pages look.
    Page,
    Recording,
    /// Of this chapter: its path relative to the root.
    Chapter {
        chapter: String,
        path: String,
    },
    /// What every program is made of.
    Everything,
}

/// Changes that came in one go.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// How many they are: to save a file is one where it is renamed into place, and else often two or three.
    pub(crate) changes: u64,
    /// Whether any manifest, program or recording has changed.
    pub(crate) library: bool,
    /// The changed files of chapters, relative to the root.
    pub(crate) sources: BTreeSet<String>,
    /// Whether something else has changed: then the pages do not wait for new recordings.
    pub(crate) others: bool,
}

/// How often it is looked where the system tells of no changes. It is the metadata of a few hundred files.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How much less often where it does.
const LESS_OFTEN: u32 = 5;
/// What was seen to change is told by then where the system tells of changes at all.
const TOLD_WITHIN: Duration = Duration::from_millis(500);

/// As long as it is there, changes are told.
#[derive(Debug)]
pub(crate) struct Watching {
    _system: Option<RecommendedWatcher>,
    /// Who looks by itself ends when this is closed.
    _looking: std::sync::mpsc::Sender<()>,
}

/// Tells of every file that has changed: as the system tells it, and, where it does not, by looking. Nothing is told of
/// files on a network, of those that a virtual machine shares, and where all watches are taken. Whoever waits there is
/// told that Enter has all looked at, where it `can_be_asked`.
pub(crate) fn watch(
    house: &House,
    changed: &mpsc::UnboundedSender<Part>,
    can_be_asked: bool,
) -> Watching {
    let or_else = match can_be_asked {
        true => "; Enter looks at once",
        false => "",
    };
    watch_with(house, changed, LOOK_EVERY, or_else, watch_by_system)
}

type Told = Box<dyn Fn(Part) + Send>;

fn watch_with(
    house: &House,
    changed: &mpsc::UnboundedSender<Part>,
    every: Duration,
    or_else: &'static str,
    by_system: impl FnOnce(&House, Told) -> Result<RecommendedWatcher>,
) -> Watching {
    let tells = Arc::new(AtomicU64::new(0));
    let told: Told = Box::new({
        let (tells, changed) = (tells.clone(), changed.clone());
        move |part| {
            tells.fetch_add(1, Ordering::Relaxed);
            // Nobody listens when the server ends.
            let _ = changed.send(part);
        }
    });
    let system = by_system(house, told);
    let (looking, end) = std::sync::mpsc::channel();
    let looker = Looker {
        house: house.clone(),
        changed: changed.clone(),
        every,
        tells: system.is_ok().then_some(tells),
        said: system.is_err(),
        or_else,
    };
    if let Err(error) = &system {
        say!(
            "{error:#}: looking for changes every {} s instead{or_else}",
            every.as_secs()
        );
    }
    std::thread::spawn(move || looker.look(&end));
    Watching {
        _system: system.ok(),
        _looking: looking,
    }
}

/// The folders of the book with all that is in them. Of the root only the files in it.
fn places(house: &House) -> Vec<PathBuf> {
    let timelines = ["scripts/timeline", "scripts/timeline-macros"];
    let timelines = timelines.map(|path| house.absolute(path)).into_iter();
    let mut places = vec![house.book(), house.chapters()];
    places.extend(timelines.filter(|path| path.is_dir()));
    places
}

fn watch_by_system(house: &House, told: Told) -> Result<RecommendedWatcher> {
    let root = house.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        event
            .iter()
            .flat_map(|event| parts(&root, event))
            .for_each(&told);
    })
    .context("failed to watch the files of the book")?;
    let places = places(house).into_iter();
    let mut places: Vec<_> = places
        .map(|path| (path, RecursiveMode::Recursive))
        .collect();
    // The folder, not the files in it: an editor that renames a new file over the old one would
    // leave a watch on a file that is gone.
    places.push((house.root().to_owned(), RecursiveMode::NonRecursive));
    for (path, mode) in places {
        watcher
            .watch(&path, mode)
            .with_context(|| format!("failed to watch `{}`", path.display()))?;
    }
    Ok(watcher)
}

/// Looks by itself for what has changed, and tells what the system has not told: it may tell of nothing, and does not of
/// what a link leads to, or of a folder that was put in the place of another.
struct Looker {
    house: House,
    changed: mpsc::UnboundedSender<Part>,
    every: Duration,
    /// How many changes the system has told of; none where it is not even asked.
    tells: Option<Arc<AtomicU64>>,
    /// Whether it is said that changes are looked for,
    said: bool,
    /// and what is said with it.
    or_else: &'static str,
}

/// When each file was written, and how long it is.
type Stamps = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

impl Looker {
    fn look(mut self, end: &std::sync::mpsc::Receiver<()>) {
        let told_now = |tells: &Option<Arc<AtomicU64>>| {
            let tells = tells.as_ref();
            tells.map_or(0, |tells| tells.load(Ordering::Relaxed))
        };
        let mut told = told_now(&self.tells);
        let mut before = self.look_once();
        let mut pause = self.every;
        while end.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            let told_before = std::mem::replace(&mut told, told_now(&self.tells));
            let now = self.look_once();
            let paths = now.keys().chain(before.keys());
            let changed: BTreeSet<_> = paths
                .filter(|path| now.get(*path) != before.get(*path))
                .filter_map(|path| {
                    part(&self.house.relative(path)).map(|part| (path.clone(), part))
                })
                .collect();
            before = now;
            if changed.is_empty() {
                continue;
            }
            if self.tells.is_some() {
                std::thread::sleep(TOLD_WITHIN);
                if told_now(&self.tells) != told_before {
                    pause = self.every * LESS_OFTEN;
                    continue;
                }
            }
            pause = self.every;
            if !self.said {
                self.said = true;
                let (every, or_else) = (self.every.as_secs(), self.or_else);
                say!(
                    "the system does not tell of changes here: looking for them every {every} s{or_else}"
                );
            }
            for (_, part) in changed {
                let _ = self.changed.send(part);
            }
        }
    }

    fn look_once(&self) -> Stamps {
        let root = self.house.root();
        let places = places(&self.house);
        let files = places
            .iter()
            .flat_map(|place| files::tree(root, place).files);
        let files = files.chain(sorted_entries(root));
        let look = files.filter_map(|path| {
            let metadata = path.metadata().ok().filter(Metadata::is_file)?;
            Some((path, (metadata.modified().ok(), metadata.len())))
        });
        look.collect()
    }
}

/// The next changes, once no more come for a moment; none when there will be no more. Each is handed to
/// `at_once` as it comes.
pub(crate) async fn next_batch(
    changes: &mut mpsc::UnboundedReceiver<Part>,
    mut at_once: impl FnMut(&Part),
) -> Option<Batch> {
    let mut batch = Batch::default();
    let mut part = changes.recv().await?;
    let until = Instant::now() + AT_MOST;
    loop {
        at_once(&part);
        batch.add(part);
        let settled = until.min(Instant::now() + SETTLE);
        match tokio::time::timeout_at(settled, changes.recv()).await {
            Ok(Some(next)) => part = next,
            Ok(None) => return None,
            Err(_) => return Some(batch),
        }
    }
}

impl Batch {
    fn add(&mut self, part: Part) {
        self.changes += 1;
        self.library |= part != Part::Page;
        match part {
            Part::Chapter { path, .. } => {
                self.sources.insert(path);
            }
            Part::Page | Part::Recording | Part::Everything => self.others = true,
        }
    }
}

/// What an event is about. Reading a file is an event too, and building reads them all: only a write counts.
fn parts(house: &House, event: &notify::Event) -> Vec<Part> {
    if event.need_rescan() {
        return vec![Part::Everything];
    }
    let written = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    };
    let paths = event.paths.iter().filter(|_| written);
    paths
        .filter_map(|path| part(&house.relative(path)))
        .collect()
}

/// What a file is part of, by its path relative to the root; none where it is nothing of the book.
fn part(path: &str) -> Option<Part> {
    let name = Path::new(path).file_name()?.to_string_lossy();
    if files::is_left_behind(&name) {
        return None;
    }
    let (folder, rest) = path.split_once('/').unwrap_or((path, ""));
    match (folder, rest) {
        // Build output comes and goes with every cargo command.
        ("target", _) => None,
        ("scripts", _) | ("Cargo.toml" | "Cargo.lock" | "rust-toolchain.toml", "") => {
            Some(Part::Everything)
        }
        ("chapters", _) => {
            let (chapter, inner) = rest.split_once('/').unwrap_or((rest, ""));
            if inner == "recordings" || inner.starts_with("recordings/") {
                return Some(Part::Recording);
            }
            Some(Part::Chapter {
                chapter: chapter.to_owned(),
                path: path.to_owned(),
            })
        }
        _ => Some(Part::Page),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::small::SmallBook;
    use notify::event::CreateKind;

    fn house() -> (SmallBook, House) {
        let book = SmallBook::new();
        let house = book.house();
        (book, house)
    }

    #[test]
    fn reading_a_file_is_no_change() {
        let (_folder, house) = house();
        let of = |kind| {
            let event = notify::Event::new(kind).add_path(house.absolute("book/a.md"));
            parts(&house, &event)
        };
        let closed = |mode| EventKind::Access(AccessKind::Close(mode));
        assert_eq!(
            of(EventKind::Access(AccessKind::Open(AccessMode::Read))),
            []
        );
        assert_eq!(of(closed(AccessMode::Read)), []);
        assert_eq!(of(closed(AccessMode::Write)), [Part::Page]);
        assert_eq!(of(EventKind::Create(CreateKind::File)), [Part::Page]);
    }

    #[test]
    fn what_editors_and_cargo_leave_is_no_change() {
        for path in ["book/.a.md.swp", "book/a.md~", "target", "target/debug/tea"] {
            assert_eq!(part(path), None, "{path}");
        }
    }

    #[test]
    fn a_file_tells_what_it_is_part_of() {
        for path in [
            "book/a.md",
            "book.toml",
            "book/assets/workbook.css",
            "README.md",
        ] {
            assert_eq!(part(path), Some(Part::Page), "{path}");
        }
        for path in ["Cargo.toml", "Cargo.lock", "scripts/timeline/src/lib.rs"] {
            assert_eq!(part(path), Some(Part::Everything), "{path}");
        }
        for path in [
            "chapters/tea/recordings",
            "chapters/tea/recordings/pour.json",
        ] {
            assert_eq!(part(path), Some(Part::Recording), "{path}");
        }
        for path in [
            "chapters/tea",
            "chapters/tea/Cargo.toml",
            "chapters/tea/examples/pour.rs",
        ] {
            let chapter = "tea".to_owned();
            let path = path.to_owned();
            assert_eq!(part(&path), Some(Part::Chapter { chapter, path }));
        }
    }

    #[tokio::test]
    async fn where_the_system_does_not_watch_changes_are_looked_for() {
        let (_folder, house) = house();
        let page = house.absolute("book/a.md");
        std::fs::create_dir(house.book()).unwrap();
        std::fs::write(&page, "one").unwrap();
        let (changed, mut changes) = mpsc::unbounded_channel();
        let every = Duration::from_millis(10);
        let none = |_: &House, _: Told| anyhow::bail!("Too many open files");
        let watching = watch_with(&house, &changed, every, "", none);
        let mut n = 0;
        for (path, part) in [
            ("book/a.md", Part::Page),
            ("book/new.md", Part::Page),
            ("chapters/tea/recordings/main.json", Part::Recording),
            ("Cargo.lock", Part::Everything),
        ] {
            let path = house.absolute(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(house.absolute("book/.#a.md"), "").unwrap();
            // Until it is seen: it may be looked for the first time after this.
            let seen = loop {
                n += 1;
                std::fs::write(&path, "x".repeat(n)).unwrap();
                let soon = tokio::time::timeout(every * 20, changes.recv()).await;
                if let Ok(seen) = soon {
                    break seen;
                }
            };
            assert_eq!(seen, Some(part));
            while tokio::time::timeout(every * 20, changes.recv())
                .await
                .is_ok()
            {}
        }
        drop((watching, changed));
        assert_eq!(changes.recv().await, None, "nobody looks any more");
    }

    #[tokio::test]
    async fn what_the_system_tells_is_not_told_twice() {
        let (_folder, house) = house();
        std::fs::create_dir(house.book()).unwrap();
        let page = house.absolute("book/a.md");
        std::fs::write(&page, "one").unwrap();
        let (changed, mut changes) = mpsc::unbounded_channel();
        let every = Duration::from_millis(10);
        let _watching = watch_with(&house, &changed, every, "", watch_by_system);
        drop(changed);
        std::fs::rename(&page, house.absolute("book/b.md")).unwrap();
        // One change is several events.
        let mut told = 0;
        while let Ok(Some(_)) = tokio::time::timeout(TOLD_WITHIN / 2, changes.recv()).await {
            told += 1;
        }
        assert!(told > 0);
        let more = tokio::time::timeout(TOLD_WITHIN * 2, changes.recv()).await;
        assert!(more.is_err(), "{more:?}");
    }

    #[tokio::test]
    #[cfg(unix)]
    async fn what_the_system_misses_is_looked_for() {
        let (book, house) = house();
        book.write("book/a.md", "one");
        let (changed, mut changes) = mpsc::unbounded_channel();
        let every = Duration::from_millis(10);
        let _watching = watch_with(&house, &changed, every, "", watch_by_system);
        let mut is_told = async |of: &str| {
            let part = tokio::time::timeout(TOLD_WITHIN * 20, changes.recv()).await;
            assert_eq!(part.expect(of), Some(Part::Page), "{of}");
            while tokio::time::timeout(TOLD_WITHIN * 2, changes.recv())
                .await
                .is_ok()
            {}
        };
        book.write("book/a.md", "the other");
        is_told("what it tells").await;
        book.write("elsewhere/a.md", "one");
        book.write("elsewhere/b.md", "one");
        std::fs::remove_file(book.path("book/a.md")).unwrap();
        std::os::unix::fs::symlink("../elsewhere/b.md", book.path("book/b.md")).unwrap();
        is_told("a link").await;
        book.write("elsewhere/b.md", "the other");
        is_told("what a link leads to").await;
        std::fs::rename(book.path("book"), book.path("before")).unwrap();
        std::fs::rename(book.path("elsewhere"), book.path("book")).unwrap();
        is_told("another folder").await;
        book.write("book/a.md", "the third");
        is_told("what is in another folder").await;
    }

    #[tokio::test]
    async fn changes_in_one_go_are_one_batch() {
        let (sender, mut changes) = mpsc::unbounded_channel();
        let path = "chapters/tea/examples/pour.rs".to_owned();
        let chapter = Part::Chapter {
            chapter: "tea".into(),
            path: path.clone(),
        };
        for part in [Part::Page, chapter.clone(), chapter] {
            sender.send(part).unwrap();
        }
        let mut heard = 0;
        let batch = next_batch(&mut changes, |_| heard += 1).await.unwrap();
        assert_eq!((heard, batch.changes), (3, 3));
        assert!(batch.library && batch.others);
        assert!(batch.sources.iter().eq([&path]));
        drop(sender);
        assert!(next_batch(&mut changes, |_| {}).await.is_none());
    }

    #[tokio::test]
    async fn changes_without_end_do_not_hold_up_the_book() {
        let (sender, mut changes) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while sender.send(Part::Page).is_ok() {
                tokio::time::sleep(SETTLE / 20).await;
            }
        });
        let batch = tokio::time::timeout(AT_MOST * 5, next_batch(&mut changes, |_| {})).await;
        let batch = batch.expect("it comes in time").expect("there is more");
        assert!(!batch.library && batch.sources.is_empty());
    }
}
