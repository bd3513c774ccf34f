//! What changes from run to run, taken out of text: machine paths when a recording is written;
//! thread ids, ports, times and addresses when two runs are compared.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::model::run::Line;

/// Takes the paths of this machine out of a line before it is recorded.
#[derive(Debug, Clone)]
pub(crate) struct Scrubber {
    /// Pairs of what stands in the text and what takes its place, the longest first.
    places: Vec<(String, String)>,
    /// Each place begins with one of these: a text that has none of them has no place.
    marks: Vec<String>,
}

static RUSTC_HASH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"/rustc/[0-9a-f]{7,40}/").unwrap());
static REGISTRY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:[^\s'`\x22]*/|\b)registry/src/[^/\s]*-[0-9a-f]{4,}/").unwrap()
});
static TOOLCHAIN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[^\s'`\x22]*/lib/rustlib/src/rust/").unwrap());
/// Where the compiler has put the whole name of a type, beside what it makes: a file that nobody else has.
static LONG_TYPE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"'(?:[^']*[/\\])?([^'/\\]*\.long-type)-\d+\.txt'").unwrap());
/// `thread 'main' (1731) panicked`: the number changes each run.
static THREAD_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(thread '[^']*') \(\d+\)").unwrap());
static PORT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(127\.0\.0\.1|\[::1\]|localhost):\d+").unwrap());
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"0x[0-9a-f]{4,16}").unwrap());
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b\d+(\.\d+)?\s?(ns|µs|us|ms|s|seconds?|milliseconds?|microseconds?)\b").unwrap()
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+([.,]\d+)*").unwrap());

impl Scrubber {
    /// For a book at `root`, read by whoever has the folder `home`, and published packages in these folders, each with what
    /// is told instead of the folder.
    pub(crate) fn new(root: &Path, home: Option<&Path>, packages: &[(PathBuf, String)]) -> Self {
        let place = |from: String, to: &str| (from, to.to_owned());
        let mut places = match root.parent() {
            Some(_) => {
                let root = root.display();
                vec![place(format!("{root}/"), ""), place(root.to_string(), ".")]
            }
            // All paths begin with it: only what is the book's own can be told from the rest.
            None => ["book", "chapters", "scripts", "target"]
                .map(|name| (format!("/{name}/"), format!("{name}/")))
                .into(),
        };
        if let Some(home) = home {
            let home = home.display().to_string();
            if home.len() > 1 {
                places.push(place(home, "~"));
            }
        }
        // A kit has hundreds of packages, all in one folder, and most lines have no path at all.
        let folders = packages
            .iter()
            .map(|(folder, _)| folder.parent().unwrap_or(folder));
        let mut marks: Vec<_> = folders.map(|folder| folder.display().to_string()).collect();
        marks.extend(places.iter().map(|(from, _)| from.clone()));
        marks.sort();
        marks.dedup();
        let packages = packages.iter();
        places.extend(
            packages.map(|(folder, told)| (format!("{}/", folder.display()), format!("{told}/"))),
        );
        places.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        Self { places, marks }
    }

    pub(crate) fn scrub(&self, text: &str) -> String {
        // First what has a name on this machine, as that may have spaces in it.
        let mut text = text.to_owned();
        let marks: Vec<_> = self.marks.iter().filter(|it| text.contains(*it)).collect();
        for (from, to) in &self.places {
            if marks.iter().any(|it| from.starts_with(*it)) {
                text = replace_whole(&text, from, to);
            }
        }
        let text = RUSTC_HASH.replace_all(&text, "/rustc/…/");
        let text = REGISTRY.replace_all(&text, "…/");
        let text = LONG_TYPE.replace_all(&text, "'…/$1-….txt'");
        TOOLCHAIN.replace_all(&text, "/rustc/…/").into_owned()
    }
}

/// Replaces a path, and leaves alone a longer name that begins like it, and what ends like it inside of another path:
/// `/src/` is not where `tokio-1.54.1/src/task` is.
fn replace_whole(text: &str, from: &str, to: &str) -> String {
    let part_of_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        replaced.push_str(before);
        let within = |c: char| part_of_name(c) || matches!(c, '/' | '\\' | '~' | '…');
        let begins = !replaced.ends_with(within) || replaced.ends_with("://");
        let is_whole = begins && (from.ends_with('/') || !after.starts_with(part_of_name));
        replaced.push_str(if is_whole { to } else { from });
        rest = after;
    }
    replaced + rest
}

/// A line without what changes from run to run.
fn line(text: &str) -> String {
    let text = THREAD_ID.replace_all(text, "$1");
    let text = PORT.replace_all(&text, "$1:PORT");
    let text = ADDRESS.replace_all(&text, "ADDRESS");
    TIME.replace_all(&text, "TIME").into_owned()
}

/// What of the order of its output a run has to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Line by line.
    Exact,
    /// The same lines, whichever comes first.
    Any,
}

/// In what the outputs of two runs differ, apart from what changes from run to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Difference {
    /// A line, by its number from 1 in the output, or in the sorted output: what it was, and what it is.
    Line(usize, String, String),
    /// The one has all the lines of the other and more: how many it was, and how many it is.
    Length(usize, usize),
    /// Some line is new, or missing, whatever numbers are in it: the first that was and is not, and that is and was
    /// not.
    Kind(Option<String>, Option<String>),
}

/// Holds two outputs against each other: by `order`, or by what kinds of lines they have where there is none.
pub(crate) fn difference(order: Option<Order>, was: &[Line], is: &[Line]) -> Option<Difference> {
    let Some(order) = order else {
        return differ_in_kind(&shapes(was), &shapes(is));
    };
    let (mut was, mut is) = (lines(was), lines(is));
    if order == Order::Any {
        was.sort();
        is.sort();
    }
    if was == is {
        return None;
    }
    let differs = was.iter().zip(&is).position(|(a, b)| a != b);
    Some(match differs {
        Some(at) => Difference::Line(at + 1, was[at].clone(), is[at].clone()),
        None => Difference::Length(was.len(), is.len()),
    })
}

/// In what two sets of shapes differ.
pub(crate) fn differ_in_kind(was: &[String], is: &[String]) -> Option<Difference> {
    let first_without =
        |these: &[String], those: &[String]| these.iter().find(|it| !those.contains(it)).cloned();
    let (gone, new) = (first_without(was, is), first_without(is, was));
    (gone.is_some() || new.is_some()).then_some(Difference::Kind(gone, new))
}

/// The compiler's words up to the first place in the standard library that they name. Where its sources are installed, the
/// compiler shows their lines there, has other notes about them, and makes room for longer numbers before all lines.
pub(crate) fn before_library_source(words: &[String]) -> Vec<String> {
    static GUTTER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^ *(\d*) *\|").expect("the regex is valid"));
    static PLACE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^ *(?:-->|:::) \S*(?:/rustc/\S*?|/rustlib/src/rust)/library/")
            .expect("the regex is valid")
    });
    let own = words.iter().take_while(|line| !PLACE.is_match(line));
    let plain = own.map(|line| match GUTTER.captures(line) {
        Some(gutter) => format!("{}|{}", &gutter[1], &line[gutter[0].len()..]),
        None => line.trim_start().to_owned(),
    });
    plain.collect()
}

/// Lines without what changes from run to run. Standard error is printed by whole lines as standard
/// output is, but the two are not in step: first all of the one, then all of the other.
fn lines(lines: &[Line]) -> Vec<String> {
    let (out, err): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.stream.is_out());
    out.into_iter()
        .chain(err)
        .map(|line| self::line(&line.text))
        .collect()
}

/// The different lines with every number taken out: what stays the same of an output that nothing claims to be in any
/// order.
fn shapes(lines: &[Line]) -> Vec<String> {
    shapes_of(self::lines(lines).iter().map(String::as_str))
}

/// The different texts with every number taken out.
pub(crate) fn shapes_of<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let shapes = texts.map(|text| NUMBER.replace_all(text, "N").into_owned());
    let mut shapes: Vec<_> = shapes.collect();
    shapes.sort();
    shapes.dedup();
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_librarys_sources_make_no_difference_to_the_compilers_words() {
        let words = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let without = words(
            "error[E0597]: `guests` is gone\n  --> chapters/a.rs:12:18\n   |\n11 |     let guests = 1;\n   |         ---\n\
             ...\n16 | }\n   |\nnote: introduced here\n  --> /rustc/\u{2026}/library/std/src/thread/functions.rs:128:14\n\
             help: a word",
        );
        let with = words(
            "error[E0597]: `guests` is gone\n   --> chapters/a.rs:12:18\n    |\n 11 |     let guests = 1;\n    |         ---\n\
             ...\n 16 | }\n    |\nnote: introduced here\n   --> ~/.rustup/toolchains/stable/lib/rustlib/src/rust/library/std/src/thread/functions.rs:128:15\n\
                |\n128 |     F: Send + 'static,\n    |               ^^^^^^^\nhelp: a word",
        );
        assert_eq!(
            before_library_source(&with),
            before_library_source(&without)
        );
        let other = words("11 |     let guests = 2;");
        assert!(!before_library_source(&with).contains(&before_library_source(&other)[0]));
    }

    #[test]
    fn paths_of_this_machine_are_not_recorded() {
        let (root, home) = (Path::new("/home/ann/book"), Path::new("/home/ann"));
        let scrubber = Scrubber::new(root, Some(home), &[]);
        let scrub = |text| scrubber.scrub(text);
        assert_eq!(
            scrub("panicked at /home/ann/book/chapters/a/src/main.rs:3:5:"),
            "panicked at chapters/a/src/main.rs:3:5:"
        );
        assert_eq!(
            scrub("at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/x.rs:1:1"),
            "at /rustc/…/library/std/x.rs:1:1"
        );
        assert_eq!(
            scrub("at /home/ann/.cargo/registry/src/index.example-1949/tokio-1.54.1/src/a.rs:2"),
            "at …/tokio-1.54.1/src/a.rs:2"
        );
        assert_eq!(
            scrub("--> /opt/rust/lib/rustlib/src/rust/library/std/src/thread.rs:1:1"),
            "--> /rustc/…/library/std/src/thread.rs:1:1"
        );
        assert_eq!(scrub("/home/ann/notes.txt"), "~/notes.txt");
        assert_eq!(scrub("/home/anna/notes.txt"), "/home/anna/notes.txt");
        assert_eq!(scrub("in \"/home/ann/book\""), "in \".\"");
    }

    #[test]
    fn wherever_the_clone_stands_paths_are_told_alike() {
        let library = "at /cargo/registry/src/index.example-1949/tokio-1.54.1/src/task/spawn.rs:2";
        for root in [
            "/src",
            "/a",
            "/home",
            "/",
            "/task",
            "/cargo",
            "/home/ann lee/the book",
            "/home/ann/büch",
            "/home/ann/.cargo",
        ] {
            for home in [
                None,
                Some("/home/ann"),
                Some("/home/ann lee"),
                Some("/"),
                Some("/src"),
            ] {
                let scrubber = Scrubber::new(Path::new(root), home.map(Path::new), &[]);
                let scrub = |text: &str| scrubber.scrub(text);
                assert_eq!(
                    scrub(library),
                    "at …/tokio-1.54.1/src/task/spawn.rs:2",
                    "{root}"
                );
                let own = Path::new(root).join("chapters/a/src/main.rs");
                let own = format!("panicked at {}:3:5:", own.display());
                assert_eq!(
                    scrub(&own),
                    "panicked at chapters/a/src/main.rs:3:5:",
                    "{root}"
                );
                let relative = "panicked at chapters/a/src/task/home.rs:3:5: a/src /b";
                assert_eq!(scrub(relative), relative, "{root} {home:?}");
                let std = "at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/task/x.rs:1";
                assert_eq!(
                    scrub(std),
                    "at /rustc/…/library/std/src/task/x.rs:1",
                    "{root}"
                );
            }
        }
        let lee = Scrubber::new(Path::new("/b"), Some(Path::new("/home/ann lee")), &[]);
        assert_eq!(
            lee.scrub("at /home/ann lee/.cargo/registry/src/index-1949/tokio-1/src/a.rs:2"),
            "at …/tokio-1/src/a.rs:2"
        );
        assert_eq!(lee.scrub("file:///b/book/x.md, /b"), "file://book/x.md, .");
        let system = Scrubber::new(Path::new("/"), None, &[]);
        assert_eq!(system.scrub("reads /etc/hosts / 3"), "reads /etc/hosts / 3");
    }

    #[test]
    fn where_the_compiler_puts_a_long_name_is_told_alike() {
        let scrubber = Scrubber::new(Path::new("/home/ann lee/book"), None, &[]);
        for place in [
            "/home/ann lee/book/target/workbook/7-x1/compile_fail/pour",
            "target/debug/deps/pour",
            r"C:\book\target\pour",
            "pour",
        ] {
            let told = scrubber.scrub(&format!(
                "= note: written to '{place}.long-type-625460.txt'"
            ));
            assert_eq!(
                told, "= note: written to '…/pour.long-type-….txt'",
                "{place}"
            );
        }
        let other = "it's 'a.txt' and not 'a/b.long-type.txt'";
        assert_eq!(scrubber.scrub(other), other);
    }

    /// A program that prints without end is stopped by what it has printed, and each line is looked through.
    #[test]
    fn many_packages_make_a_line_without_their_folder_no_dearer() {
        let package = |n| (format!("/kit/vendor/cup-{n}").into(), format!("…/cup-{n}"));
        let packages: Vec<_> = (0..2_000).map(package).collect();
        let scrubber = |packages| Scrubber::new(Path::new("/kit/book"), None, packages);
        let cost = |scrubber: &Scrubber| {
            let line = "tea ".repeat(1000);
            let times = (0..5).map(|_| {
                let start = std::time::Instant::now();
                assert_eq!(scrubber.scrub(&line), line);
                start.elapsed()
            });
            times.min().unwrap()
        };
        let (few, many) = (cost(&scrubber(&packages[..1])), cost(&scrubber(&packages)));
        assert!(many < 3 * few, "{few:?}, and {many:?} with many");
        let told = scrubber(&packages).scrub("at /kit/vendor/cup-7/src/lib.rs:1:1");
        assert_eq!(told, "at …/cup-7/src/lib.rs:1:1");
    }

    #[test]
    fn published_packages_are_told_alike_wherever_they_stand() {
        let packages = ["/home/ann/book/vendor", "/opt/crates"].map(|folder| {
            let folder = Path::new(folder).join("tokio");
            (folder, "…/tokio-1.54.1".to_owned())
        });
        for (root, home) in [
            ("/home/ann/book", "/home/ann"),
            ("/", "/opt"),
            ("/opt", "/src"),
        ] {
            let home = Some(Path::new(home));
            let scrubber = Scrubber::new(Path::new(root), home, &packages);
            for place in [
                "/home/ann/book/vendor/tokio",
                "/opt/crates/tokio",
                "/home/ann/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1",
                "/cargo/registry/src/-0f3c5a1b9e/tokio-1.54.1",
            ] {
                let told = scrubber.scrub(&format!("panicked at {place}/src/task/spawn.rs:2:3:"));
                assert_eq!(
                    told, "panicked at …/tokio-1.54.1/src/task/spawn.rs:2:3:",
                    "{root}"
                );
            }
            let other = "at /data/opt/crates/tokio/src and /opt/crates/tokio-util/src";
            let other = scrubber.scrub(other);
            assert!(other.contains("/data/opt/crates/tokio/src"), "{other}");
            assert!(other.contains("crates/tokio-util/src"), "{other}");
        }
    }

    #[test]
    fn what_changes_from_run_to_run_is_disregarded() {
        assert_eq!(
            line("thread 'main' (1731) panicked at a.rs:3:5:"),
            "thread 'main' panicked at a.rs:3:5:"
        );
        assert_eq!(
            line("serving on 127.0.0.1:40123"),
            "serving on 127.0.0.1:PORT"
        );
        assert_eq!(line("took 1.003 s, 12ms each"), "took TIME, TIME each");
        assert_eq!(line("at 0x7ffd0a"), "at ADDRESS");
        assert_eq!(line("tea 3: poured"), "tea 3: poured");
    }
}
