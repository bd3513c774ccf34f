//! What has changed on disk, and what that means: pages to build, programs to build, or both.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::book::house::House;

/// Editors write a file in several steps: wait until they are done,
const SETTLE: Duration = Duration::from_millis(60);
/// but not for ever.
const AT_MOST: Duration = Duration::from_secs(1);

/// What a changed file is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Tells of every file that has changed.
///
/// # Errors
/// Where the files cannot be watched.
pub(crate) fn watch(house: &House, changed: mpsc::UnboundedSender<Part>) -> Result<impl Watcher> {
    let root = house.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        for part in event.iter().flat_map(|event| parts(&root, event)) {
            // Nobody listens when the server ends.
            let _ = changed.send(part);
        }
    })
    .context("failed to watch the files of the book")?;
    let timelines = ["scripts/timeline", "scripts/timeline-macros"];
    let mut places = vec![
        (house.book(), RecursiveMode::Recursive),
        (house.chapters(), RecursiveMode::Recursive),
        // The folder, not the files in it: an editor that renames a new file over the old one would
        // leave a watch on a file that is gone.
        (house.root().to_owned(), RecursiveMode::NonRecursive),
    ];
    let timelines = timelines.map(|path| (house.absolute(path), RecursiveMode::Recursive));
    places.extend(timelines.into_iter().filter(|(path, _)| path.is_dir()));
    for (path, mode) in places {
        watcher
            .watch(&path, mode)
            .with_context(|| format!("failed to watch `{}`", path.display()))?;
    }
    Ok(watcher)
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
    // What editors leave beside a file.
    if name.starts_with('.') || name.ends_with('~') {
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
    use notify::event::CreateKind;

    fn house() -> (tempfile::TempDir, House) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("chapters")).unwrap();
        std::fs::write(folder.path().join("book.toml"), "").unwrap();
        let house = House::find(folder.path()).unwrap();
        (folder, house)
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
