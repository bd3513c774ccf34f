//! Links between pages, and which pages there are: held against the pages as mdBook built them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::book::files;
use crate::book::house::House;
use crate::model::problem::{Problem, closest};
use crate::site::page::Page;

/// The pages as they stand on disk: path relative to the root, and text of each.
pub(crate) type PageTexts = Vec<(String, String)>;

/// The pages, and what looks like one and cannot be read. Copies that no summary lists are passed over, as is what
/// editors leave.
pub(crate) fn read_pages(house: &House) -> (PageTexts, Vec<Problem>) {
    let tree = files::tree(house.root(), &house.book());
    let summary = files::text(&house.absolute(SUMMARY)).unwrap_or_default();
    let is_page = |file: &&PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str());
        let stem = name.and_then(|name| name.strip_suffix(".md"));
        let listed = || name.is_some_and(|name| summary.contains(name));
        stem.is_some_and(|stem| files::is_name(stem) || (!files::is_left_behind(stem) && listed()))
    };
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    let all = tree.files.iter().chain(&tree.passed_over);
    for file in all.filter(is_page).filter(|file| !file.is_dir()) {
        let path = house.relative(file);
        match files::text(file) {
            Ok(text) => pages.push((path, text)),
            Err(error) => problems.push(error.problem(&path, "the page")),
        }
    }
    pages.sort();
    (pages, problems)
}

pub(crate) const SUMMARY: &str = "book/SUMMARY.md";

/// Pages that SUMMARY.md does not list, and pages that it lists and that are not there.
pub(crate) fn find_unlisted(
    pages: &BTreeMap<String, &Page>,
    unreadable: &[Problem],
) -> Vec<Problem> {
    let is_unreadable = |path: &str| unreadable.iter().any(|problem| problem.path == path);
    let Some(summary) = pages.get(SUMMARY) else {
        if is_unreadable(SUMMARY) {
            return Vec::new();
        }
        let help = "list the pages in it: - [Threads](threads.md)";
        return vec![Problem::new(SUMMARY, 0, "there is no summary", help)];
    };
    let listed: BTreeSet<_> = summary
        .links
        .iter()
        .map(|link| resolve(SUMMARY, &link.what))
        .collect();
    let mut problems = Vec::new();
    for path in pages.keys().filter(|path| *path != SUMMARY) {
        if !listed.contains(path) {
            let what = "the page is not in SUMMARY.md: nobody can find it".to_owned();
            let file = path.strip_prefix("book/").unwrap_or(path);
            let help = format!("add `- [Title]({file})` to {SUMMARY}");
            problems.push(Problem::new(path, 0, what, help));
        }
    }
    for link in &summary.links {
        let path = resolve(SUMMARY, &link.what);
        if !link.what.is_empty() && !pages.contains_key(&path) && !is_unreadable(&path) {
            let what = format!("`{}` is listed and is not there", link.what);
            let help = format!("write {path}, or drop the line");
            problems.push(Problem::new(SUMMARY, link.line, what, help));
        }
    }
    problems
}

/// Links to pages, headings or files that are not there. `site` is where the pages were built; headings are
/// looked up there, where there is one.
pub(crate) fn find_dead(
    house: &House,
    pages: &BTreeMap<String, &Page>,
    site: Option<&PathBuf>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut built = BuiltSite {
        site,
        pages: BTreeMap::new(),
    };
    for (path, page) in pages.iter().filter(|(path, _)| *path != SUMMARY) {
        for link in &page.links {
            if let Err((what, help)) = built.follow(house, pages, path, &link.what) {
                problems.push(Problem::new(path, link.line, what, help));
            }
        }
    }
    problems
}

struct BuiltSite<'a> {
    site: Option<&'a PathBuf>,
    /// The ids of each built page that was asked for.
    pages: BTreeMap<PathBuf, BTreeSet<String>>,
}

impl BuiltSite<'_> {
    fn follow(
        &mut self,
        house: &House,
        pages: &BTreeMap<String, &Page>,
        from: &str,
        link: &str,
    ) -> Result<(), (String, String)> {
        let is_address = |link: &str| {
            let scheme = link.split(':').next().unwrap_or_default();
            link.contains(':') && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if is_address(link) {
            return match link.strip_prefix("http:") {
                Some(rest) => Err((
                    format!("the link `{link}` is not encrypted"),
                    format!("write https:{rest}"),
                )),
                None => Ok(()),
            };
        }
        let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
        let target = if file.is_empty() {
            from.to_owned()
        } else {
            resolve(from, file)
        };
        if !pages.contains_key(&target) {
            if house.absolute(&target).is_file() && target.starts_with("book/") {
                return Ok(());
            }
            let names: Vec<_> = pages
                .keys()
                .filter_map(|path| path.strip_prefix("book/"))
                .collect();
            let help = match closest(file, names) {
                Some(close) => format!("did you mean `{close}`?"),
                None => "link to a page's Markdown file, relative to this one".to_owned(),
            };
            return Err((format!("dead link `{link}`: there is no `{target}`"), help));
        }
        let Some(site) = self.site.filter(|_| !anchor.is_empty()) else {
            return Ok(());
        };
        let ids = self.ids_of(site, &target);
        if ids.contains(anchor) {
            return Ok(());
        }
        let help = match closest(anchor, ids.iter().map(String::as_str)) {
            Some(close) => format!("did you mean `#{close}`?"),
            None => "open the page and copy the link of the heading".to_owned(),
        };
        Err((
            format!("dead link `{link}`: `{target}` has no such heading"),
            help,
        ))
    }

    fn ids_of(&mut self, site: &Path, page: &str) -> &BTreeSet<String> {
        let page = page.strip_prefix("book/").unwrap_or(page);
        let file = site.join(page).with_extension("html");
        self.pages.entry(file.clone()).or_insert_with(|| {
            let html = std::fs::read_to_string(&file).unwrap_or_default();
            html.split(" id=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_owned)
                .collect()
        })
    }
}

/// `link`, which stands in the page `from`, as a path relative to the root.
fn resolve(from: &str, link: &str) -> String {
    let link = link.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_to_their_page() {
        assert_eq!(resolve("book/a.md", "b.md"), "book/b.md");
        assert_eq!(resolve("book/x/a.md", "../b.md#c"), "book/b.md");
        assert_eq!(resolve("book/a.md", "./x/b.md"), "book/x/b.md");
    }
}
