//! A chapter's `Cargo.toml`: its package name, and under `[package.metadata.workbook]` what each
//! snippet must show. Every mistake in it is found, each with its line.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::book::exercise::{ExerciseKind, ExerciseSpec, ExpectedFailure};
use crate::book::needs::Need;
use crate::book::snippet::{ExpectedError, Profile, Signal, Spec};
use crate::model::claim::Claim;
use crate::model::problem::{Problem, closest, line_of};

const KEYS: [&str; 11] = [
    "about",
    "alone",
    "args",
    "claims",
    "deadline",
    "fails",
    "needs",
    "platforms",
    "profile",
    "signal",
    "warns",
];
/// The name that no snippet can have: below it stand the exercises.
const EXERCISE: &str = "exercise";
const EXERCISE_KEYS: [&str; 7] = [
    "about", "deadline", "hints", "kind", "minutes", "starter", "wrong",
];
/// As `std::env::consts` names a system, or a system and its processor.
const PLATFORMS: [&str; 4] = ["linux", "linux-x86_64", "macos", "windows"];
const SIGNALS: [&str; 3] = ["HUP", "INT", "TERM"];

#[derive(Debug, Default)]
pub(crate) struct Manifest {
    /// `package.name`, and its line.
    pub(crate) name: Option<(String, usize)>,
    /// The snippets' entries by name.
    pub(crate) entries: BTreeMap<String, Spec>,
    /// The exercises' entries by name.
    pub(crate) exercises: BTreeMap<String, ExerciseSpec>,
}

type TomlValue<'i> = Spanned<DeValue<'i>>;

/// Reads a manifest. What can be understood is returned, what cannot is a problem.
pub(crate) fn parse(path: &str, text: &str) -> (Manifest, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        path,
        text,
        problems: Vec::new(),
    };
    if let Some(error) = errors.first() {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        let what = format!("the manifest is not valid TOML: {}", error.message());
        reader.problems.push(Problem::new(
            path,
            line,
            what,
            "mend the syntax in this line",
        ));
        return (Manifest::default(), reader.problems);
    }
    let manifest = reader.manifest(table.get_ref());
    (manifest, reader.problems)
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, at: usize, what: String, help: impl Into<String>) {
        let line = line_of(self.text, at);
        self.problems
            .push(Problem::new(self.path, line, what, help));
    }

    fn manifest(&mut self, table: &DeTable<'_>) -> Manifest {
        let package = table
            .get("package")
            .and_then(|package| package.get_ref().as_table());
        let name = package
            .and_then(|package| package.get("name"))
            .and_then(|name| {
                let line = line_of(self.text, name.span().start);
                Some((name.get_ref().as_str()?.to_owned(), line))
            });
        let entries = package
            .and_then(|package| package.get("metadata"))
            .and_then(|metadata| metadata.get_ref().as_table())
            .and_then(|metadata| metadata.get("workbook"));
        let mut manifest = Manifest {
            name,
            ..Manifest::default()
        };
        let Some(entries) = entries else {
            return manifest;
        };
        let Some(table) = entries.get_ref().as_table() else {
            let what = "`package.metadata.workbook` is not a table".to_owned();
            let help = "write one table a snippet: [package.metadata.workbook.main]";
            self.problem(entries.span().start, what, help);
            return manifest;
        };
        for (name, entry) in table {
            if name.get_ref() == EXERCISE {
                manifest.exercises = self.exercises(entry);
            } else if let Some(spec) = self.entry(name, entry) {
                manifest.entries.insert(name.get_ref().to_string(), spec);
            }
        }
        manifest
    }

    fn entry(&mut self, name: &Spanned<DeString<'_>>, entry: &TomlValue<'_>) -> Option<Spec> {
        let at = name.span().start;
        let Some(table) = entry.get_ref().as_table() else {
            let what = format!("`{}` is not a table", name.get_ref());
            let help = format!("write [package.metadata.workbook.{}]", name.get_ref());
            self.problem(at, what, help);
            return None;
        };
        let mut spec = Spec {
            line: line_of(self.text, at),
            ..Spec::default()
        };
        for (key, value) in table {
            self.key(key, value, &mut spec);
        }
        Some(spec)
    }

    fn exercises(&mut self, entries: &TomlValue<'_>) -> BTreeMap<String, ExerciseSpec> {
        let mut exercises = BTreeMap::new();
        let help = "write one table an exercise: [package.metadata.workbook.exercise.NAME]";
        let Some(table) = entries.get_ref().as_table() else {
            let what = "`exercise` is not a table".to_owned();
            self.problem(entries.span().start, what, help);
            return exercises;
        };
        for (name, entry) in table {
            let at = name.span().start;
            let Some(table) = entry.get_ref().as_table() else {
                let what = format!("`exercise.{}` is not a table", name.get_ref());
                self.problem(at, what, help);
                continue;
            };
            let mut spec = ExerciseSpec {
                line: line_of(self.text, at),
                ..ExerciseSpec::default()
            };
            for (key, value) in table {
                self.exercise_key(key, value, &mut spec);
            }
            exercises.insert(name.get_ref().to_string(), spec);
        }
        exercises
    }

    fn exercise_key(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: &TomlValue<'_>,
        spec: &mut ExerciseSpec,
    ) {
        let at = key.span().start;
        match key.get_ref().as_ref() {
            "about" => spec.about = self.string(at, "about", value).unwrap_or_default(),
            "deadline" => match number(value) {
                Some(seconds) if seconds > 0.0 && seconds <= 20.0 => spec.deadline = seconds,
                _ => self.wrong(at, "deadline", "a number of seconds, at most 20", value),
            },
            "hints" => spec.hints = self.strings(at, "hints", value).unwrap_or_default(),
            "kind" => {
                let word = value.get_ref().as_str();
                match ExerciseKind::ALL
                    .into_iter()
                    .find(|it| Some(it.word()) == word)
                {
                    Some(kind) => spec.kind = kind,
                    None => {
                        let words = ExerciseKind::ALL.map(ExerciseKind::word).join(", ");
                        self.wrong(at, "kind", &format!("one of {words}"), value);
                    }
                }
            }
            "minutes" => match number(value) {
                Some(minutes) if (1.0..=60.0).contains(&minutes) => spec.minutes = minutes as u32,
                _ => self.wrong(at, "minutes", "a number of minutes, from 1 to 60", value),
            },
            "starter" => spec.starter = self.expected(at, "starter", value),
            "wrong" => {
                let Some(table) = value.get_ref().as_table() else {
                    let wanted = "a table of wrong solutions: wrong.NAME = \"fails in TEST\"";
                    return self.wrong(at, "wrong", wanted, value);
                };
                for (name, value) in table {
                    let at = name.span().start;
                    let name = name.get_ref().to_string();
                    if let Some(expected) = self.expected(at, &format!("wrong.{name}"), value) {
                        let line = line_of(self.text, at);
                        spec.wrong.insert(name, (expected, line));
                    }
                }
            }
            unknown => self.unknown(at, unknown, &EXERCISE_KEYS),
        }
    }

    fn expected(&mut self, at: usize, key: &str, value: &TomlValue<'_>) -> Option<ExpectedFailure> {
        let text = self.string(at, key, value)?;
        let expected = ExpectedFailure::parse(&text);
        if let Err(error) = &expected {
            self.problem(at, format!("`{key}` says `{text}`"), error.clone());
        }
        expected.ok()
    }

    fn unknown(&mut self, at: usize, key: &str, keys: &[&str]) {
        let what = format!("unknown key `{key}`");
        let help = match closest(key, keys.iter().copied()) {
            Some(key) => format!("did you mean `{key}`?"),
            None => format!("the keys are {}", keys.join(", ")),
        };
        self.problem(at, what, help);
    }

    fn key(&mut self, key: &Spanned<DeString<'_>>, value: &TomlValue<'_>, spec: &mut Spec) {
        let at = key.span().start;
        match key.get_ref().as_ref() {
            "about" => {
                spec.about = self.string(at, "about", value).unwrap_or_default();
            }
            "alone" => match value.get_ref().as_bool() {
                Some(alone) => spec.alone = alone,
                None => self.wrong(at, "alone", "true or false", value),
            },
            "args" => spec.args = self.strings(at, "args", value).unwrap_or_default(),
            "claims" => self.claims(at, value, spec),
            "deadline" => match number(value) {
                Some(seconds) if seconds > 0.0 && seconds <= 600.0 => spec.deadline = seconds,
                _ => self.wrong(at, "deadline", "a number of seconds, at most 600", value),
            },
            "fails" => {
                if let Some(text) = self.string(at, "fails", value) {
                    spec.fails = self.failure(at, &text);
                }
            }
            "needs" => {
                for name in self.strings(at, "needs", value).unwrap_or_default() {
                    if let Some(need) = Need::parse(&name) {
                        spec.needs.push(need);
                    } else {
                        let what = format!("unknown need `{name}`");
                        self.problem(
                            at,
                            what,
                            format!("use {}", Need::ALL.map(Need::name).join(", ")),
                        );
                    }
                }
            }
            "platforms" => {
                for platform in self.strings(at, "platforms", value).unwrap_or_default() {
                    if PLATFORMS.contains(&platform.as_str()) {
                        spec.platforms.push(platform);
                    } else {
                        let what = format!("unknown platform `{platform}`");
                        self.problem(at, what, format!("use {}", PLATFORMS.join(", ")));
                    }
                }
            }
            "profile" => match value.get_ref().as_str() {
                Some("dev") => spec.profile = Profile::Dev,
                Some("release") => spec.profile = Profile::Release,
                _ => self.wrong(at, "profile", "\"dev\" or \"release\"", value),
            },
            "signal" => spec.signal = self.signal(at, value),
            "warns" => spec.warns = self.string(at, "warns", value),
            unknown => self.unknown(at, unknown, &KEYS),
        }
    }

    fn claims(&mut self, at: usize, value: &TomlValue<'_>, spec: &mut Spec) {
        let Some(list) = value.get_ref().as_array() else {
            return self.wrong(at, "claims", "a list of claims", value);
        };
        for item in list {
            let at = item.span().start;
            let Some(text) = item.get_ref().as_str() else {
                self.wrong(at, "claims", "a list of strings", item);
                continue;
            };
            match Claim::parse(text) {
                Ok(claim) => spec.claims.push(claim),
                Err(what) => {
                    let what = format!("claim `{text}`: {what}");
                    self.problem(at, what, "CONTRIBUTING.md lists what can be claimed");
                }
            }
        }
    }

    fn failure(&mut self, at: usize, text: &str) -> Option<ExpectedError> {
        let failure = ExpectedError::parse(text);
        if let Err(error) = &failure {
            let what = format!("`fails` is {error}");
            self.problem(at, what, "write \"E0728\" or \"/words of the error/\"");
        }
        failure.ok()
    }

    fn signal(&mut self, at: usize, value: &TomlValue<'_>) -> Option<Signal> {
        let table = value.get_ref().as_table();
        let send = table
            .and_then(|table| table.get("send"))
            .and_then(|send| send.get_ref().as_str())
            .filter(|name| SIGNALS.contains(name));
        let seconds = table.and_then(|table| table.get("at")).and_then(number);
        let seconds = seconds.filter(|at| (0.0..=600.0).contains(at));
        match (seconds, send) {
            (Some(at), Some(send)) => Some(Signal {
                at,
                send: send.to_owned(),
            }),
            _ => {
                self.wrong(
                    at,
                    "signal",
                    "{ at = 1.0, send = \"INT\" }, or TERM or HUP",
                    value,
                );
                None
            }
        }
    }

    fn string(&mut self, at: usize, key: &str, value: &TomlValue<'_>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(at, key, "a string", value);
        }
        text
    }

    fn strings(&mut self, at: usize, key: &str, value: &TomlValue<'_>) -> Option<Vec<String>> {
        let list = value.get_ref().as_array().and_then(|list| {
            list.iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect()
        });
        if list.is_none() {
            self.wrong(at, key, "a list of strings", value);
        }
        list
    }

    fn wrong(&mut self, at: usize, key: &str, wanted: &str, value: &TomlValue<'_>) {
        let what = format!(
            "`{key}` has the wrong value ({})",
            value.get_ref().type_str()
        );
        self.problem(at, what, format!("`{key}` takes {wanted}"));
    }
}

fn number(value: &TomlValue<'_>) -> Option<f64> {
    let value = value.get_ref();
    let text = value
        .as_float()
        .map(toml::de::DeFloat::as_str)
        .or_else(|| value.as_integer().map(toml::de::DeInteger::as_str))?;
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let (_, problems) = parse("chapters/a/Cargo.toml", text);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_entry_is_read_with_all_its_keys() {
        let text = r#"
            [package]
            name = "a"
            [package.metadata.workbook.main]
            about = "a run"
            claims = ["wall in 1.0..1.6", "order any"]
            deadline = 2
            alone = true
            profile = "release"
            args = ["7"]
            platforms = ["linux"]
            needs = ["io_uring"]
            signal = { at = 0.5, send = "INT" }
            warns = "unused_must_use"
        "#;
        let (manifest, problems) = parse("Cargo.toml", text);
        assert_eq!(problems, []);
        assert_eq!(manifest.name, Some(("a".into(), 3)));
        let spec = &manifest.entries["main"];
        assert_eq!(spec.about, "a run");
        assert_eq!(spec.claims.len(), 2);
        assert_eq!(spec.deadline, 2.0);
        assert!(spec.alone);
        assert_eq!(spec.profile, Profile::Release);
        assert_eq!(spec.args, ["7"]);
        assert_eq!(spec.platforms, ["linux"]);
        assert_eq!(spec.needs, [Need::IoUring]);
        assert_eq!(
            spec.signal,
            Some(Signal {
                at: 0.5,
                send: "INT".into()
            })
        );
        assert_eq!(spec.warns.as_deref(), Some("unused_must_use"));
        assert_eq!(spec.line, 4);
    }

    #[test]
    fn every_mistake_is_found_with_its_line() {
        let text = "[package]\nname = \"a\"\n[package.metadata.workbook.main]\nabuot = \"x\"\n\
                    deadline = \"soon\"\nclaims = [\"wall < 1\", \"walls < 1\"]\nalone = 1\n\
                    fails = \"E07\"\nplatforms = [\"amiga\"]\nprofile = \"fast\"\nsignal = 3\n\
                    needs = [\"io_urin\"]\n";
        let list = text.replace("[\"io_urin\"]", "\"io_uring\"");
        let words =
            ":12: `needs` has the wrong value (string)\n  help: `needs` takes a list of strings";
        assert!(problems(&list).iter().any(|it| it.contains(words)));
        let found = problems(text);
        let expect = [
            ":4: unknown key `abuot`\n  help: did you mean `about`?",
            ":5: `deadline` has the wrong value (string)",
            ":6: claim `walls < 1`: unknown metric `walls`",
            ":7: `alone` has the wrong value (integer)",
            ":8: `fails` is neither an error code nor a regex",
            ":9: unknown platform `amiga`",
            ":10: `profile` has the wrong value (string)",
            ":11: `signal` has the wrong value (integer)",
            ":12: unknown need `io_urin`\n  help: use io_uring",
        ];
        assert_eq!(found.len(), expect.len(), "{found:#?}");
        for words in expect {
            assert!(
                found.iter().any(|problem| problem.contains(words)),
                "{words}: {found:#?}"
            );
        }
    }

    #[test]
    fn an_exercise_is_read_with_all_its_keys() {
        let text = r#"
            [package]
            name = "a"
            [package.metadata.workbook.exercise.three_cups]
            about = "three cups"
            kind = "hang"
            minutes = 10
            hints = ["who wakes it?"]
            deadline = 3
            starter = "hangs in all_are_there"
            wrong.spinning = "spins in all_are_there"
            wrong.one = "does not compile E0277"
        "#;
        let (manifest, problems) = parse("Cargo.toml", text);
        assert_eq!(problems, []);
        assert!(manifest.entries.is_empty());
        let spec = &manifest.exercises["three_cups"];
        assert_eq!(
            (spec.kind, spec.minutes, spec.deadline, spec.line),
            (ExerciseKind::MendHang, 10, 3.0, 4)
        );
        assert_eq!(
            spec.starter.as_ref().unwrap().to_string(),
            "hangs in all_are_there"
        );
        let wrong: Vec<_> = spec
            .wrong
            .iter()
            .map(|(name, (it, line))| format!("{name}:{line} {it}"))
            .collect();
        assert_eq!(
            wrong,
            [
                "one:12 does not compile E0277",
                "spinning:11 spins in all_are_there"
            ]
        );
    }

    #[test]
    fn every_mistake_in_an_exercise_is_found_with_its_line() {
        let text = "[package]\nname = \"a\"\n[package.metadata.workbook.exercise.three]\nabuot = \"x\"\n\
                    kind = \"easy\"\nminutes = 0\nhints = \"no\"\ndeadline = 60\nstarter = \"sleeps\"\n\
                    wrong = [1]\n[package.metadata.workbook.exercise]\nfour = 4\n";
        let found = problems(text);
        for words in [
            ":4: unknown key `abuot`\n  help: did you mean `about`?",
            ":5: `kind` has the wrong value (string)\n  help: `kind` takes one of hang, slow, ",
            ":6: `minutes` has the wrong value",
            ":7: `hints` has the wrong value",
            ":8: `deadline` has the wrong value",
            ":9: `starter` says `sleeps`\n  help: write `does not compile E0277`",
            ":10: `wrong` has the wrong value",
            ":12: `exercise.four` is not a table",
        ] {
            assert!(
                found.iter().any(|it| it.contains(words)),
                "{words}: {found:#?}"
            );
        }
        assert_eq!(found.len(), 8, "{found:#?}");
    }

    #[test]
    fn broken_toml_names_its_line() {
        let found = problems("[package]\nname = \"a\"\nversion = \n");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("chapters/a/Cargo.toml:3: the manifest is not valid TOML"));
    }

    proptest::proptest! {
        #![proptest_config(crate::model::mutation::config())]
        #[test]
        fn no_damage_makes_it_panic(text in crate::model::mutation::damaged(
            &["[package]\nname = \"a\"\n[package.metadata.workbook.main]\nabout = \"a\"\n\
               claims = [\"wall in 1.0..1.6\", \"polls(tea 1) = 2\", \"says /a/\"]\ndeadline = 2\n\
               signal = { at = 1.0, send = \"INT\" }\nfails = \"E0728\"\nargs = [\"1\"]\n"],
            &["[package]", "[[package]]", "\"", "]", "{", "=", "fails = \"é728x\"", "metadata.workbook = 3\n",
              "deadline = nan\n", "at = -1", "= 0x_", "says in order [", "\"\"\""],
        )) {
            let (manifest, problems) = parse("Cargo.toml", &text);
            for spec in manifest.entries.values() {
                assert!(spec.deadline > 0.0 && spec.deadline <= 600.0, "{spec:?}");
                let at = spec.signal.as_ref().map_or(0.0, |signal| signal.at);
                assert!((0.0..=600.0).contains(&at), "{spec:?}");
            }
            assert!(problems.iter().all(|it| it.line > 0 && !it.help.is_empty()), "{problems:?}");
        }
    }
}
