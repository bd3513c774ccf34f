//! A small workbook with exercises, and a reader's folder `practice/` in it, as a clone has.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::book::{Book, Ran, redacted};

/// A workbook whose one chapter `tea` has exercises. It uses the crates that the repository has built for its own
/// `practice/`: nothing is compiled but the reader's file.
#[derive(Debug)]
pub(crate) struct Workshop {
    pub(crate) book: Book,
}

/// An exercise in the making: its files by name, and its entry in the manifest.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) name: &'static str,
    pub(crate) entry: String,
    pub(crate) files: BTreeMap<&'static str, String>,
}

/// Where the reader's file stands of the exercise that most tests use.
pub(crate) const FILE: &str = "practice/src/bin/pour.rs";

const TESTS: &str = r#"//! What `pour` must do.

use super::pour;

#[exercise::test]
fn two_are_poured() {
    let poured: Vec<u32> = pour(2);
    assert_eq!(poured, [1, 2], "the cups in their order");
}

#[exercise::test]
fn none_is_none() {
    let poured: Vec<u32> = pour(0);
    assert_eq!(poured.len(), 0, "cups that nobody wants");
}
"#;

const REST: &str = r#"
fn main() {
    println!("{:?}", pour(3));
}

#[cfg(test)]
#[path = "../../../chapters/tea/exercises/NAME/tests.rs"]
mod tests;
"#;

/// A program of the exercise `pour`, whose function has this body.
pub(crate) fn pours(body: &str) -> String {
    format!(
        "//! Pours.\n\npub fn pour(cups: u32) -> Vec<u32> {{\n    {body}\n}}\n{}",
        REST.replace("NAME", "pour")
    )
}

pub(crate) fn solution() -> String {
    pours("(1..=cups).collect()")
}

impl Draft {
    /// One with which nothing is wrong.
    pub(crate) fn sound(name: &'static str) -> Self {
        let program = |body| pours(body).replace("exercises/pour/", &format!("exercises/{name}/"));
        let files = [
            ("task.md", "Write `pour`.\n".to_owned()),
            ("starter.rs", program("vec![0; cups as usize]")),
            ("solution.rs", program("(1..=cups).collect()")),
            ("tests.rs", TESTS.to_owned()),
            ("wrong/backwards.rs", program("(1..=cups).rev().collect()")),
            ("wrong/one_too_many.rs", program("(1..=cups + 1).collect()")),
        ];
        let entry = "about = \"cups, one after the other\"\nkind = \"write\"\nminutes = 5\n\
                     hints = [\"Cups are counted from 1.\", \"A range can be collected.\"]\n\
                     starter = \"fails in two_are_poured\"\n\
                     wrong.backwards = \"fails in two_are_poured\"\n\
                     wrong.one_too_many = \"fails in none_is_none\"\n";
        Self {
            name,
            entry: entry.to_owned(),
            files: files.into(),
        }
    }

    /// With `from` as `to` in one of its files.
    pub(crate) fn with(mut self, file: &str, from: &str, to: &str) -> Self {
        let text = self.files.get_mut(file).expect("a file of the exercise");
        assert!(text.contains(from), "`{from}` is not in {file}:\n{text}");
        *text = text.replace(from, to);
        self
    }

    /// With another entry.
    pub(crate) fn said(mut self, from: &str, to: &str) -> Self {
        assert!(
            self.entry.contains(from),
            "`{from}` is not in\n{}",
            self.entry
        );
        self.entry = self.entry.replace(from, to);
        self
    }

    pub(crate) fn without(mut self, file: &str) -> Self {
        self.files.remove(file).expect("a file of the exercise");
        self
    }
}

impl Workshop {
    /// With the exercise `pour`, with which nothing is wrong.
    pub(crate) fn new() -> Self {
        Self::of([Draft::sound("pour")])
    }

    pub(crate) fn of(drafts: impl IntoIterator<Item = Draft>) -> Self {
        let book = Book::still();
        let workshop = Self { book };
        workshop.lay_out_practice();
        for draft in drafts {
            workshop.add("tea", &draft);
        }
        static BUILT: OnceLock<String> = OnceLock::new();
        let built = BUILT.get_or_init(|| {
            let first = Draft::sound("first");
            let this = Self {
                book: Book::still(),
            };
            this.lay_out_practice();
            this.add("tea", &first);
            this.book
                .write("practice/src/bin/first.rs", &first.files["solution.rs"]);
            this.book.run(["exercise", "first"]).succeeded();
            // By their own path: this workshop goes.
            let [from, to] =
                [this.book.path(""), repository()].map(|it| it.join("target/practice"));
            let [from, to] = [from, to].map(|it| it.display().to_string());
            this.book.read(BUILD).replace(&from, &to)
        });
        workshop.book.write(BUILD, built);
        workshop
    }

    pub(crate) fn add(&self, chapter: &str, draft: &Draft) {
        let name = draft.name;
        let entry = format!(
            "\n[package.metadata.workbook.exercise.{name}]\n{}",
            draft.entry
        );
        self.book
            .append(&format!("chapters/{chapter}/Cargo.toml"), &entry);
        for (file, text) in &draft.files {
            self.book
                .write(&format!("chapters/{chapter}/exercises/{name}/{file}"), text);
        }
    }

    /// The repository's own `practice/`, with its paths from here, and what cargo has built for it.
    fn lay_out_practice(&self) {
        let practice = repository().join("practice");
        let read =
            |name: &str| std::fs::read_to_string(practice.join(name)).expect("the clone has it");
        let above = format!("path = \"{}/", repository().display()).replace('\\', "/");
        let manifest = read("Cargo.toml").replace("path = \"../", &above);
        self.book.write("practice/Cargo.toml", &manifest);
        let members = "members = [\"chapters/*\"]\n";
        self.book.replace(
            "Cargo.toml",
            members,
            &format!("{members}exclude = [\"practice\"]\n"),
        );
        self.book.write("practice/Cargo.lock", &read("Cargo.lock"));
        self.book.write("practice/src/lib.rs", &read("src/lib.rs"));
        self.book.write("practice/.gitignore", &read(".gitignore"));
        std::fs::create_dir_all(self.book.path("target")).expect("a folder");
        #[cfg(unix)]
        {
            let built = repository().join("target/practice");
            std::fs::create_dir_all(&built).expect("a folder for what is built");
            std::os::unix::fs::symlink(built, self.book.path("target/practice")).expect("a link");
        }
    }

    /// Tries `pour` with this as the reader's file.
    pub(crate) fn tries(&self, text: impl AsRef<[u8]>) -> Ran {
        let file = self.book.path(FILE);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("the reader's file");
        self.exercise(["pour"])
    }

    pub(crate) fn exercise<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Ran {
        self.book.run(["exercise"].into_iter().chain(args))
    }

    /// What the tool says with `--json`: one line, whatever it is.
    pub(crate) fn told<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Value {
        let ran = self.exercise(args.into_iter().chain(["--json"]));
        assert_eq!(ran.stdout.lines().count(), 1, "{ran}");
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}\n{ran}"))
    }

    /// What it has said of the tries, with a word for how long each took.
    pub(crate) fn said(ran: &Ran) -> String {
        redacted(&ran.stdout, &[(r"\(([0-9.]+ m?s)\)", "SECONDS")])
    }
}

/// What is known of the build of the crates.
const BUILD: &str = "target/workbook/practice/built.json";

/// The clone that these tests are of.
pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("two folders up").to_owned()
}
