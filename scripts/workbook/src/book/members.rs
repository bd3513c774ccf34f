//! The packages of the workspace that `Cargo.lock` does not know: with one of them cargo builds nothing, as long as the
//! lock file is to stay as it is.

use crate::book::files;
use crate::book::house::{House, sorted_entries};
use crate::book::lock::Lock;
use crate::model::problem::{Problem, line_of};

/// Each package that a stray `cargo new` or a copied folder has brought into the workspace. None where the lock file
/// knows no member at all: then it is of something else.
pub(crate) fn unknown_to_lock(house: &House, lock: &Lock) -> Vec<Problem> {
    let Ok(text) = files::text(&house.absolute("Cargo.toml")) else {
        return Vec::new();
    };
    let Ok(workspace) = text.parse::<toml::Table>() else {
        return Vec::new();
    };
    let members = workspace.get("workspace").and_then(|it| it.get("members"));
    let members = members.and_then(toml::Value::as_array);
    let members = members
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str);
    let (mut problems, mut known) = (Vec::new(), false);
    for member in members {
        let (folders, line) = match member.strip_suffix("/*") {
            Some(folder) => (sorted_entries(&house.absolute(folder)), 0),
            None => {
                let at = text.find(&format!("\"{member}\"")).unwrap_or_default();
                (vec![house.absolute(member)], line_of(&text, at))
            }
        };
        for folder in folders {
            let Some(name) = package_name(&folder.join("Cargo.toml")) else {
                continue;
            };
            if lock.has_package(&name) {
                known = true;
                continue;
            }
            let path = house.relative(&folder);
            let what = format!("the package `{name}` in `{path}` is not in Cargo.lock");
            problems.push(match line {
                0 => {
                    let help = format!("move the folder `{path}` out of this clone");
                    Problem::new(format!("{path}/Cargo.toml"), 0, what, help)
                }
                line => {
                    let help = format!(
                        "move the folder `{path}` out of this clone, and take \"{member}\" out of `members`"
                    );
                    Problem::new("Cargo.toml", line, what, help)
                }
            });
        }
    }
    problems.retain(|_| known);
    problems
}

fn package_name(manifest: &std::path::Path) -> Option<String> {
    let table: toml::Table = files::text(manifest).ok()?.parse().ok()?;
    Some(table.get("package")?.get("name")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::small::SmallBook;

    #[test]
    fn a_package_that_came_into_the_workspace_is_named_with_the_cure() {
        let book = SmallBook::new();
        let write = |path: &str, text: &str| book.write(path, text);
        write(
            "Cargo.toml",
            "[workspace]\nmembers = [\n  \"chapters/*\",\n  \"scratch\",\n  \"gone\"]\n",
        );
        for (path, name) in [
            ("chapters/tea", "tea"),
            ("chapters/tea copy", "tea2"),
            ("scratch", "scratch"),
        ] {
            write(
                &format!("{path}/Cargo.toml"),
                &format!("[package]\nname = \"{name}\"\n"),
            );
        }
        write("chapters/notes/todo.txt", "");
        let house = book.house();
        let lock = Lock::parse("[[package]]\nname = \"tea\"\nversion = \"0.1.0\"\n").unwrap();
        let problems: Vec<_> = unknown_to_lock(&house, &lock)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            problems,
            [
                "chapters/tea copy/Cargo.toml: the package `tea2` in `chapters/tea copy` is not in Cargo.lock\n  \
                 help: move the folder `chapters/tea copy` out of this clone",
                "Cargo.toml:4: the package `scratch` in `scratch` is not in Cargo.lock\n  \
                 help: move the folder `scratch` out of this clone, and take \"scratch\" out of `members`"
            ]
        );
    }
}
