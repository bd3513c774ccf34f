//! `cargo workbook new`: the files of a new chapter or snippet, ready to edit.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::book::exercise::exercise_folder;
use crate::book::files;
use crate::book::house::House;
use crate::book::library::Library;
use crate::book::snippet::manifest_path;
use crate::terminal::say;

const LEAD: &str = r#"//! TODO: one sentence: what to watch for in this run.

fn main() {
    println!("kettle on");
}
"#;

/// Makes a chapter, or a snippet or an exercise of a chapter that is there. Overwrites nothing.
///
/// # Errors
/// Where a name is not fit for a chapter, snippet or exercise, or is taken.
pub(crate) fn new(house: &House, chapter: &str, names: &[String]) -> Result<bool> {
    let library = Library::read(house);
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    match names[..] {
        [] => new_chapter(&library, chapter)?,
        ["exercise", name] => new_exercise(&library, chapter, name)?,
        ["exercise"] => bail!(
            "an exercise needs a name\n  help: cargo workbook new {chapter} exercise NAME, with words joined by _"
        ),
        [snippet] => new_snippet(&library, chapter, snippet)?,
        [_, surplus, ..] => bail!(
            "`{surplus}` is one name too many\n  help: cargo workbook new CHAPTER, CHAPTER SNIPPET, or CHAPTER exercise NAME"
        ),
    }
    Ok(true)
}

/// Folders of cargo's own under `target/`, and pages of mdBook's own: a chapter of this name cannot be built.
const KEPT: [&str; 9] = [
    "build",
    "deps",
    "examples",
    "incremental",
    "index",
    "print",
    "summary",
    "test",
    "toc",
];

fn new_chapter(library: &Library, chapter: &str) -> Result<()> {
    let house = &library.house;
    ensure!(
        is_slug(chapter, '-'),
        "`{chapter}` is no name for a chapter\n  help: use lower case words joined by -, like blocking-mistakes"
    );
    ensure!(
        !KEPT.contains(&chapter),
        "`{chapter}` is a name that cargo or mdBook keeps for itself\n  help: choose another name, like {chapter}-it"
    );
    let folder = house.chapters().join(chapter);
    let page = house.book().join(format!("{chapter}.md"));
    for path in [&folder, &page] {
        ensure!(
            !path.exists(),
            "`{}` is there already\n  help: choose another name",
            house.relative(path)
        );
    }
    ensure!(
        !library.lock.has_package(chapter),
        "`{chapter}` is the name of a package in Cargo.lock: `cargo run -p {chapter}` could not tell them apart\n  \
         help: choose another name, like lazy-{chapter}"
    );
    let manifest = format!(
        "[package]\nname = \"{chapter}\"\ndescription = \"TODO: the question that the chapter answers\"\n\
         version.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
         license.workspace = true\npublish.workspace = true\n\n\
         [[bin]]\nname = \"{chapter}\"\npath = \"src/main.rs\"\ntest = false\n\n\
         [dependencies]\n\n[lints]\nworkspace = true\n{}",
        entry("main", "kettle on")
    );
    let title = title(chapter);
    let text = format!(
        "# {title}\n\nTODO: the question.\n\n{{{{#snippet {chapter}/main}}}}\n\nTODO: why.\n\n\
         ## What you can now explain\n\n- TODO\n"
    );
    let summary = house.book().join("SUMMARY.md");
    let listed = files::text(&summary)
        .with_context(|| format!("failed to read `{}`", house.relative(&summary)))?;
    let mut listed = listed.trim_end().to_owned();
    listed.push_str(&format!("\n- [{title}]({chapter}.md)\n"));
    make(house, &folder.join("Cargo.toml"), &manifest)?;
    make(house, &folder.join("src/main.rs"), LEAD)?;
    make(house, &page, &text)?;
    house.write_whole(&summary, &listed)?;
    say!("added the page to the end of {}", house.relative(&summary));
    say!("next: write the program, then run `cargo workbook record {chapter}`");
    Ok(())
}

fn new_snippet(library: &Library, chapter: &str, name: &str) -> Result<()> {
    let house = &library.house;
    ensure_chapter(library, chapter)?;
    ensure!(
        is_slug(name, '_') && !["main", "exercise"].contains(&name),
        "`{name}` is no name for a snippet\n  help: use lower case words joined by _, that say what it shows"
    );
    if let Some(taken) = library.snippets.iter().find(|snippet| snippet.name == name) {
        bail!(
            "the name `{name}` is taken by `{}`\n  help: choose another: names are unique in the whole book",
            taken.source
        );
    }
    let path = manifest_path(chapter);
    let manifest = house.absolute(&path);
    let text = files::text(&manifest).with_context(|| format!("failed to read `{path}`"))?;
    let text = format!("{}\n{}", text.trim_end(), entry(name, "kettle on"));
    let program = house
        .chapters()
        .join(chapter)
        .join(format!("examples/{name}.rs"));
    make(house, &program, LEAD)?;
    house.write_whole(&manifest, &text)?;
    say!("added [package.metadata.workbook.{name}] to {path}");
    say!("next: write the program and its claims, run `cargo workbook record {chapter}/{name}`,");
    say!("and put this line on book/{chapter}.md:\n\n{{{{#snippet {chapter}/{name}}}}}\n");
    Ok(())
}

fn new_exercise(library: &Library, chapter: &str, name: &str) -> Result<()> {
    let house = &library.house;
    ensure_chapter(library, chapter)?;
    ensure!(
        is_slug(name, '_') && name != "main",
        "`{name}` is no name for an exercise\n  help: use lower case words joined by _, that say what is to be made"
    );
    if let Some(taken) = library.exercises.iter().find(|it| it.name == name) {
        bail!(
            "the name `{name}` is taken by `{}`\n  help: choose another: each exercise has a file of its name in practice/",
            taken.id()
        );
    }
    let folder = exercise_folder(chapter, name);
    ensure!(
        !house.absolute(&folder).exists(),
        "`{folder}` is there already\n  help: choose another name, or write its entry in {}",
        manifest_path(chapter)
    );
    let path = manifest_path(chapter);
    let manifest = house.absolute(&path);
    let text = files::text(&manifest).with_context(|| format!("failed to read `{path}`"))?;
    let entry = format!(
        "\n[package.metadata.workbook.exercise.{name}]\nabout = \"TODO: what there is to do\"\nkind = \"write\"\n\
         minutes = 10\nhints = [\"TODO: where to look\", \"TODO: what to use\"]\n\
         starter = \"panics in it_adds_up\"\nwrong.one_short = \"fails in it_adds_up\"\n\
         wrong.two_many = \"fails in it_adds_up\"\n"
    );
    let text = format!("{}\n{entry}", text.trim_end());
    let program = |body: &str| {
        format!(
            "//! TODO: one sentence: what is to be made.\n\n/// TODO: what it gives.\n\
             pub fn pour(cups: u32) -> u32 {{\n    {body}\n}}\n\nfn main() {{\n    println!(\"{{}}\", pour(3));\n}}\n"
        )
    };
    let tests = format!("{folder}/tests.rs");
    let module = format!("\n#[cfg(test)]\n#[path = \"../../../{tests}\"]\nmod tests;\n");
    let make =
        |file: &str, text: &str| make(house, &house.absolute(&format!("{folder}/{file}")), text);
    make(
        "task.md",
        "TODO: what is given, what is wanted, and what one sees when it is there.\n",
    )?;
    make("starter.rs", &(program("todo!()") + &module))?;
    make("solution.rs", &(program("cups") + &module))?;
    make(
        "tests.rs",
        "//! TODO: what `pour` must do.\n\nuse super::pour;\n\n#[exercise::test]\nfn it_adds_up() {\n    \
         assert_eq!(pour(3), 3);\n}\n",
    )?;
    make("wrong/one_short.rs", &program("cups - 1"))?;
    make("wrong/two_many.rs", &program("cups + 2"))?;
    house.write_whole(&manifest, &text)?;
    say!("added [package.metadata.workbook.exercise.{name}] to {path}");
    say!("next: write it, run `cargo workbook check {chapter}/{name}`,");
    say!("and put this line on book/{chapter}.md:\n\n{{{{#exercise {chapter}/{name}}}}}\n");
    Ok(())
}

fn ensure_chapter(library: &Library, chapter: &str) -> Result<()> {
    ensure!(
        library.chapters.iter().any(|known| known == chapter),
        "there is no chapter `{chapter}`\n  help: the chapters are {}; `cargo workbook new {chapter}` makes one",
        library.chapters.join(", ")
    );
    Ok(())
}

fn entry(name: &str, says: &str) -> String {
    format!(
        "\n[package.metadata.workbook.{name}]\nabout = \"TODO: what the run shows\"\n\
         claims = [\"says /{says}/\"]\n"
    )
}

fn make(house: &House, path: &Path, text: &str) -> Result<()> {
    house.write_whole(path, text)?;
    say!("made {}", house.relative(path));
    Ok(())
}

/// Lower case words of letters and digits, the first starting with a letter.
fn is_slug(text: &str, joint: char) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.split(joint).all(is_word)
}

fn title(slug: &str) -> String {
    let text = slug.replace('-', " ");
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lower_case_words() {
        assert!(is_slug("yield-now", '-'));
        assert!(is_slug("part3", '-'));
        for wrong in [
            "",
            "Yield",
            "yield--now",
            "-yield",
            "3yield",
            "yield_now",
            "a/b",
            "..",
        ] {
            assert!(!is_slug(wrong, '-'), "{wrong}");
        }
    }

    #[test]
    fn a_slug_gives_a_title() {
        assert_eq!(title("yield-now"), "Yield now");
    }
}
