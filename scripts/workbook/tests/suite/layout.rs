//! The tool's own house: who stands higher may use who stands lower, never the other way, and rooms side by side do
//! not know each other. `main.rs` has the map.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// From the ground up; rooms of one floor stand side by side.
const FLOORS: [&[&str]; 7] = [
    &["model"],
    &["terminal"],
    &["book"],
    &["site", "exec"],
    &["commands", "serve"],
    &["cli"],
    &["main"],
];

/// The tool's files: a path like `model/claim/hold.rs`, and its text.
type Files = BTreeMap<String, String>;

fn read_all(folder: &Path, at: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("a folder of the tool") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            read_all(&path, &format!("{at}{name}/"), files);
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            files.insert(format!("{at}{name}"), text);
        }
    }
}

fn tool() -> Files {
    let mut files = Files::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    read_all(&sources, "", &mut files);
    assert!(files.len() > 40, "{} files", files.len());
    files
}

/// The words of a path that starts at `start`: `a::b::C` gives `a`, `b` and `C`.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (word, more) = rest.split_at(end.unwrap_or(rest.len()));
        words.push(word);
        match more.strip_prefix("::") {
            Some(more) if !word.is_empty() => rest = more,
            _ => return words,
        }
    }
}

/// The file that a path from the crate's root leads into: the deepest that its words name.
fn file_of(files: &Files, words: &[&str]) -> Option<String> {
    (1..=words.len()).rev().find_map(|depth| {
        let path = words[..depth].join("/");
        let named = [format!("{path}.rs"), format!("{path}/mod.rs")];
        named.into_iter().find(|file| files.contains_key(file))
    })
}

/// The module that a file is: `model/claim/hold.rs` is `model`, `claim`, `hold`.
fn module_of(file: &str) -> Vec<&str> {
    let path = file.strip_suffix("/mod.rs").or(file.strip_suffix(".rs"));
    path.expect("a source").split('/').collect()
}

/// The files that a file names, by `crate::…` and by `super::…`, with its line.
fn uses<'a>(files: &'a Files, file: &'a str) -> impl Iterator<Item = (usize, String)> + 'a {
    let lines = files[file].lines().enumerate();
    lines.flat_map(move |(at, line)| {
        let from_root = line.match_indices("crate::").map(|(at, word)| {
            let path = words(&line[at + word.len()..]);
            path.into_iter().map(str::to_owned).collect::<Vec<_>>()
        });
        // What a module of tests in the file calls `super::*` is the file itself.
        let from_above = line.find("super::").filter(|_| !line.contains("super::*"));
        let from_above = from_above.map(|at| {
            let mut path = module_of(file);
            let mut below = words(&line[at..]);
            while below.first() == Some(&"super") {
                path.pop();
                below.remove(0);
            }
            path.extend(below);
            path.into_iter().map(str::to_owned).collect::<Vec<_>>()
        });
        let paths: Vec<_> = from_root.chain(from_above).collect();
        paths.into_iter().filter_map(move |path| {
            let words: Vec<_> = path.iter().map(String::as_str).collect();
            let used = file_of(files, &words)?;
            (used != file).then_some((at + 1, used))
        })
    })
}

fn floor_of(file: &str) -> Option<(usize, &str)> {
    let room = module_of(file)[0];
    let floor = FLOORS.iter().position(|rooms| rooms.contains(&room))?;
    Some((floor, room))
}

/// Each use of what stands higher, or side by side; and each file that stands on no floor.
fn find_uses_upwards(files: &Files) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.keys() {
        let Some((floor, room)) = floor_of(file) else {
            found.push(format!("{file}: stands on no floor"));
            continue;
        };
        if files[file].contains("crate::{") {
            found.push(format!("{file}: `crate::{{` hides what it uses"));
        }
        for (line, used) in uses(files, file) {
            let Some((other_floor, other_room)) = floor_of(&used) else {
                continue;
            };
            if other_floor > floor || (other_floor == floor && other_room != room) {
                found.push(format!("{file}:{line}: uses {used}"));
            }
        }
    }
    found
}

/// A circle of files, each of which uses the next.
fn find_circle(files: &Files) -> Option<Vec<String>> {
    fn follow(files: &Files, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
        let file = way.last().expect("it begins somewhere").clone();
        for (_, used) in uses(files, &file) {
            if let Some(at) = way.iter().position(|it| *it == used) {
                way.drain(..at);
                return true;
            }
            if done.contains(&used) {
                continue;
            }
            way.push(used);
            if follow(files, way, done) {
                return true;
            }
        }
        done.extend(way.pop());
        false
    }
    let mut done = BTreeSet::new();
    for file in files.keys() {
        let mut way = vec![file.clone()];
        if !done.contains(file) && follow(files, &mut way, &mut done) {
            return Some(way);
        }
    }
    None
}

/// The types that are declared, outside tests, with the files that declare them.
fn types(files: &Files) -> BTreeMap<String, Vec<String>> {
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in files {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines() {
            let line = line.trim_start();
            let declared = ["pub(crate) ", "pub(super) ", "pub "];
            let line = declared
                .iter()
                .find_map(|it| line.strip_prefix(it))
                .unwrap_or(line);
            let named = ["struct ", "enum ", "trait ", "type "];
            if let Some(rest) = named.iter().find_map(|it| line.strip_prefix(it)) {
                let name = words(rest)[0].to_owned();
                // What a trait's implementation names is not declared there.
                if !matches!(name.as_str(), "Err" | "Error" | "Item" | "Target") {
                    types.entry(name).or_default().push(file.clone());
                }
            }
        }
    }
    types
}

fn house(files: &[(&str, &str)]) -> Files {
    files
        .iter()
        .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn no_file_uses_what_stands_higher() {
    let found = find_uses_upwards(&tool());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_files_go_round_in_a_circle() {
    let circle = find_circle(&tool());
    assert!(
        circle.is_none(),
        "{}",
        circle.unwrap_or_default().join(" uses ")
    );
}

#[test]
fn no_two_types_have_one_name() {
    let mut files = tool();
    let shim = Path::new(env!("CARGO_MANIFEST_DIR"))
        .with_file_name("shim")
        .join("src");
    read_all(&shim, "shim/", &mut files);
    // Each system has its own, and no program has two.
    files
        .remove("shim/system/windows.rs")
        .expect("one for Windows");
    let twice: Vec<_> = types(&files)
        .into_iter()
        .filter(|(_, at)| at.len() > 1)
        .collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn every_file_opens_with_a_sentence() {
    for (file, text) in tool() {
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! "), "{file} begins with `{first}`");
    }
}

#[test]
fn a_use_upwards_is_found_with_its_line() {
    let files = house(&[
        ("main.rs", "use crate::cli;"),
        (
            "cli.rs",
            "use crate::serve::live::run::Live;\nuse crate::model::claim;",
        ),
        ("serve/mod.rs", "fn f() { crate::commands::check::check() }"),
        ("serve/live/mod.rs", ""),
        (
            "serve/live/run.rs",
            "use crate::site::page;\nuse super::queue;",
        ),
        ("serve/live/queue.rs", "use crate::cli::main;"),
        ("commands/check.rs", "use crate::exec::runner::run;"),
        ("exec/runner.rs", "use crate::site::page;"),
        (
            "site/page.rs",
            "use super::super::exec::runner;\nuse crate::model::claim::Claim;",
        ),
        ("model/claim/mod.rs", "use super::problem;"),
        ("model/problem.rs", "use crate::book::house::House;"),
        ("book/house.rs", "mod tests { use super::*; }"),
        ("attic.rs", ""),
    ]);
    assert_eq!(
        find_uses_upwards(&files),
        [
            "attic.rs: stands on no floor",
            "exec/runner.rs:1: uses site/page.rs",
            "model/problem.rs:1: uses book/house.rs",
            "serve/live/queue.rs:1: uses cli.rs",
            "serve/mod.rs:1: uses commands/check.rs",
            "site/page.rs:1: uses exec/runner.rs",
        ]
    );
}

#[test]
fn a_circle_is_found() {
    let files = house(&[
        ("model/a.rs", "use crate::model::b::B;"),
        ("model/b.rs", "use super::c;"),
        ("model/c.rs", "fn f() -> crate::model::b::B {}"),
    ]);
    assert_eq!(
        find_circle(&files).expect("a circle"),
        ["model/b.rs", "model/c.rs"]
    );
    let files = house(&[
        ("model/a.rs", "use super::b;"),
        ("model/b.rs", "use super::*;"),
    ]);
    assert_eq!(find_circle(&files), None);
}
