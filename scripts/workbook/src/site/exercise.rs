//! An exercise on a page: what there is to do, what one begins from, and, folded, the tests, the hints and a solution. The
//! live server's script puts the reader's own file in the place of the starter.

use crate::book::exercise::Exercise;
use crate::book::files;
use crate::book::library::Library;
use crate::model::problem::Problem;
use crate::site::html::{escape, unsearched};
use crate::site::listing::{self, listing_of_text};

/// The Markdown of an exercise.
///
/// # Errors
/// Where one of its files cannot be read.
pub(crate) fn exercise(library: &Library, exercise: &Exercise) -> Result<String, Problem> {
    let read = |name: &str| {
        let path = exercise.file(name);
        let text = files::text(&library.house.absolute(&path));
        let text = text.map_err(|error| error.problem(&path, "a file of the exercise"))?;
        Ok::<_, Problem>(text.replace("\r\n", "\n"))
    };
    let listing = |name: &str, class: &str| {
        let path = exercise.file(name);
        let text = without_tests(&listing::without_marks(&read(name)?));
        let attributes = format!("class=\"listing {class}\"");
        Ok::<_, Problem>(listing_of_text(&path, &text, &attributes))
    };
    // A name is made of letters, digits and `_`: as an anchor it stands as it is.
    let (id, name) = (escape(&exercise.id()), &exercise.name);
    let spec = &exercise.spec;
    let mut text = format!(
        "\n<section class=\"exercise\" data-exercise=\"{id}\" data-kind=\"{}\">\n\n### {} {{#{name}}}\n\n\
         <p class=\"about\"><span class=\"kind\">{}</span><span class=\"minutes\">about {} minutes, as we estimate\
         </span></p>\n\n{}\n\n{}",
        spec.kind.word(),
        with_capital(&spec.about),
        spec.kind.in_words(),
        spec.minutes,
        read("task.md")?.trim_end(),
        listing("starter.rs", "starter")?,
    );
    text.push_str(&format!(
        "```console\ncargo workbook exercise {}\n```\n\n",
        exercise.name
    ));
    text.push_str(&folded(
        "tests",
        "Its tests",
        &listing("tests.rs", "tests")?,
    ));
    for (at, hint) in spec.hints.iter().enumerate() {
        let summary = match spec.hints.len() {
            1 => "Hint".to_owned(),
            all => format!("Hint {} of {all}", at + 1),
        };
        text.push_str(&folded("hint", &summary, &format!("{hint}\n\n")));
    }
    text.push_str(&folded(
        "solution",
        "Solution",
        &listing("solution.rs", "solution")?,
    ));
    text.push_str("</section>\n\n");
    Ok(text)
}

fn folded(class: &str, summary: &str, inner: &str) -> String {
    let inner = inner.trim_end();
    let details =
        format!("<details class=\"{class}\"><summary>{summary}</summary>\n\n{inner}\n\n</details>");
    // Whoever searches for what an exercise is about is not to find how it is solved.
    format!("{}\n\n", unsearched("", &details))
}

/// A program without the lines by which it includes its tests: they are the same in all.
fn without_tests(text: &str) -> String {
    let end = text.find("\n#[cfg(test)]\n#[path = ");
    format!("{}\n", text[..end.unwrap_or(text.len())].trim_end())
}

fn with_capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_includes_the_tests_is_not_shown() {
        let text = "fn main() {}\n\n#[cfg(test)]\n#[path = \"../x.rs\"]\nmod tests;\n";
        assert_eq!(without_tests(text), "fn main() {}\n");
        assert_eq!(without_tests("fn main() {}\n"), "fn main() {}\n");
    }
}
