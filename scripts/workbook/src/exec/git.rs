//! What git knows of the clone: its commit, the files that are in it, and what is not as it was committed.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The clone as git knows it.
#[derive(Debug)]
pub(crate) struct GitClone {
    pub(crate) commit: String,
    /// When it was committed, in seconds since 1970.
    pub(crate) committed: u64,
    /// The files that git tracks, by their paths relative to the root, each with whether it is a program.
    pub(crate) files: BTreeMap<String, bool>,
    /// What is changed, gone, or new and not ignored.
    pub(crate) uncommitted: Vec<String>,
}

impl GitClone {
    /// # Errors
    /// Where git is not there, the folder is not the top of a clone, nothing is committed, or something is tracked that
    /// not every system can have.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        // Above the book there may be another repository, of which this is no part.
        ensure!(
            root.join(".git").exists(),
            "`{}` is no clone: git's folder `.git` is not in it",
            root.display()
        );
        let commit = git(
            root,
            &["log", "-1", "--no-show-signature", "--format=%H %ct"],
        )?;
        let (commit, committed) = commit
            .trim()
            .split_once(' ')
            .context("git names no commit")?;
        let listed = git(root, &["ls-files", "--stage", "-z"])?;
        let mut files = BTreeMap::new();
        for (mode, path) in listed.split_terminator('\0').filter_map(listed_file) {
            ensure!(
                matches!(mode, "100644" | "100755"),
                "`{path}` is a link or a repository of its own, which not every system can unpack\n  \
                 help: put what it stands for in its place"
            );
            files.insert(path.to_owned(), mode == "100755");
        }
        let status = ["status", "--porcelain=v1", "-z", "--untracked-files=all"];
        Ok(Self {
            commit: commit.to_owned(),
            committed: committed.parse().context("git gives no date")?,
            files,
            uncommitted: changed_files(&git(root, &status)?),
        })
    }

    /// Takes in what is not committed, as it stands on disk: what is new, and without what is gone.
    pub(crate) fn take_uncommitted(&mut self, root: &Path) {
        for path in &self.uncommitted {
            self.files.entry(path.clone()).or_insert(false);
        }
        self.files.retain(|path, _| root.join(path).is_file());
    }
}

/// The mode and the path in a line of `git ls-files --stage`.
fn listed_file(line: &str) -> Option<(&str, &str)> {
    let (about, path) = line.split_once('\t')?;
    Some((about.split(' ').next()?, path))
}

/// The paths in what `git status --porcelain=v1 -z` says: of what was renamed, the new one and then the old one.
fn changed_files(status: &str) -> Vec<String> {
    let mut changed = Vec::new();
    let mut entries = status.split_terminator('\0');
    while let Some(entry) = entries.next() {
        let (states, path) = entry.split_at_checked(3).unwrap_or((entry, ""));
        changed.push(path.to_owned());
        if states.contains(['R', 'C']) {
            changed.extend(entries.next().map(str::to_owned));
        }
    }
    changed
}

/// What git says, which is paths and names in UTF-8.
fn git(root: &Path, arguments: &[&str]) -> Result<String> {
    let mut git = Command::new("git");
    git.arg("-C").arg(root).args(arguments);
    // Where another git has called this.
    for key in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        git.env_remove(key);
    }
    // To ask changes nothing, not even what git remembers of dates.
    git.env("GIT_OPTIONAL_LOCKS", "0");
    let output = git
        .output()
        .context("failed to start git: install it, or put its folder into PATH")?;
    let words = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "`git {}` failed ({}): {}",
        arguments[0],
        output.status,
        words.trim()
    );
    String::from_utf8(output.stdout).context("a file has a name that is not UTF-8: rename it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_is_understood() {
        assert_eq!(
            listed_file("100755 1f7a 0\tscripts/a tea"),
            Some(("100755", "scripts/a tea"))
        );
        let status = " M book/a.md\0R  new name\0old\0?? a\tb\0 D gone\0";
        assert_eq!(
            changed_files(status),
            ["book/a.md", "new name", "old", "a\tb", "gone"]
        );
        assert!(changed_files("").is_empty());
    }
}
