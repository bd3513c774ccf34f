//! An installed Chromium, Chrome or Edge, which prints a document to a PDF: in an empty profile, without a network, under a
//! shim that ends it and all that it has started.

use std::env::{self, consts::EXE_SUFFIX};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use tokio_util::sync::CancellationToken;
use workbook_shim::protocol::{Event, Job, Stopped};

use crate::exec::runner::{self, PassedOn};

/// As they are called where programs are looked for.
const NAMES: [&str; 8] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
];
/// It says where it stands, and what becomes of it: no more than that is kept.
const OUTPUT_LIMIT: usize = 4 << 20;
/// Lines of what it has said that are told where it fails.
const SAID: usize = 4;

/// Finds a browser: the one that is named, the one of the variable `CHROME`, or one that is installed.
///
/// # Errors
/// Where there is none: says what to install.
pub(crate) fn find_browser(named: Option<&Path>) -> Result<PathBuf> {
    let by_variable = env::var_os("CHROME").filter(|it| !it.is_empty());
    let (named, by) = match (named, by_variable) {
        (Some(named), _) => (Some(named.to_owned()), "--browser"),
        (None, variable) => (variable.map(PathBuf::from), "the variable CHROME"),
    };
    let on_path = env::var_os("PATH").unwrap_or_default();
    if let Some(named) = named {
        return look_up(&named, &on_path).with_context(|| {
            format!(
                "there is no program `{}`, which {by} names\n  help: give the path of Chromium, Chrome or Edge",
                named.display()
            )
        });
    }
    let names = NAMES.iter().map(Path::new);
    let found = names.filter_map(|name| look_up(name, &on_path)).next();
    let found = found.or_else(|| usual_places().into_iter().find(|it| it.is_file()));
    found.with_context(|| {
        format!(
            "there is no browser that can print: neither Chromium nor Chrome nor Edge is here\n  help: {}, or name one \
             with --browser PATH",
            cure()
        )
    })
}

/// A program by its path, or by its name where programs are looked for.
fn look_up(program: &Path, on_path: &OsString) -> Option<PathBuf> {
    let is_path = program.components().count() > 1;
    let folders: Vec<_> = match is_path {
        true => vec![PathBuf::new()],
        false => env::split_paths(on_path).collect(),
    };
    let with_suffix = {
        let mut name = program.as_os_str().to_owned();
        name.push(EXE_SUFFIX);
        PathBuf::from(name)
    };
    let names = [program.to_owned(), with_suffix];
    let mut places = folders
        .iter()
        .flat_map(|folder| names.iter().map(|name| folder.join(name)));
    let found = places.find(|place| place.is_file())?;
    std::path::absolute(&found).ok()
}

/// Where it is installed on systems that have no such programs on their `PATH`.
fn usual_places() -> Vec<PathBuf> {
    if cfg!(target_os = "macos") {
        let apps = [
            ("Google Chrome.app", "Google Chrome"),
            ("Chromium.app", "Chromium"),
            ("Microsoft Edge.app", "Microsoft Edge"),
        ];
        let home = env::home_dir().unwrap_or_default();
        let folders = [PathBuf::from("/Applications"), home.join("Applications")];
        let inside = |folder: &PathBuf| {
            apps.map(|(app, program)| folder.join(app).join("Contents/MacOS").join(program))
        };
        return folders.iter().flat_map(inside).collect();
    }
    if cfg!(windows) {
        let folders = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"];
        let folders = folders.iter().filter_map(env::var_os).map(PathBuf::from);
        let programs = [
            r"Google\Chrome\Application\chrome.exe",
            r"Chromium\Application\chrome.exe",
            r"Microsoft\Edge\Application\msedge.exe",
        ];
        return folders
            .flat_map(|folder| programs.map(|program| folder.join(program)))
            .collect();
    }
    Vec::new()
}

fn cure() -> &'static str {
    match env::consts::OS {
        "macos" => "install Chrome from google.com/chrome, or `brew install --cask chromium`",
        "windows" => "install Chrome with `winget install Google.Chrome`",
        _ if Path::new("/etc/debian_version").is_file() => "`apt-get install chromium`",
        _ if Path::new("/etc/fedora-release").is_file() => "`dnf install chromium`",
        _ if Path::new("/etc/arch-release").is_file() => "`pacman -S chromium`",
        _ => "install the package `chromium`",
    }
}

/// How a browser is asked to print.
#[derive(Debug)]
pub(crate) struct Printer {
    pub(crate) shim: PathBuf,
    pub(crate) browser: PathBuf,
    /// Seconds that it may take for one document.
    pub(crate) deadline: f64,
    /// A folder for what it writes beside the PDF.
    pub(crate) folder: PathBuf,
}

impl Printer {
    /// Prints a document that is a file, and gives the PDF. None where `stop` was cancelled before it was done.
    ///
    /// # Errors
    /// Where it fails, takes too long, or writes nothing.
    pub(crate) async fn print(
        &self,
        document: &Path,
        stop: &CancellationToken,
    ) -> Result<Option<Vec<u8>>> {
        let profile = tempfile::tempdir_in(&self.folder)
            .with_context(|| format!("failed to make a folder in `{}`", self.folder.display()))?;
        let pdf = profile.path().join("printed.pdf");
        let job = Job {
            program: self.browser.display().to_string(),
            args: arguments(document, &pdf, profile.path()),
            folder: profile.path().display().to_string(),
            environment: env::vars_os()
                .filter_map(|(key, value)| {
                    Some((key.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
            deadline: self.deadline,
            output_limit: OUTPUT_LIMIT,
            line_limit: OUTPUT_LIMIT,
            memory_limit: u64::MAX,
            signal: None,
            input: false,
        };
        let mut said = Vec::new();
        let end = runner::drive(&self.shim, &job, PassedOn::default(), stop, |event| {
            if let Event::Line { text, .. } = event {
                said.push(text);
            }
        });
        let end = end.await.context("the browser did not print")?;
        let browser = self.browser.display();
        match end.stopped {
            Some(Stopped::Abandoned) => return Ok(None),
            Some(Stopped::AtDeadline) => bail!(
                "the browser `{browser}` was stopped: it had printed nothing after {} s\n  help: try once more, give it \
                 more time with --deadline SECONDS, or name another with --browser PATH",
                self.deadline
            ),
            Some(Stopped::ForFlooding | Stopped::ForMemory) => {
                bail!(
                    "the browser `{browser}` was stopped: it had too much to say{}",
                    last(&said)
                )
            }
            None => {}
        }
        let written = std::fs::read(&pdf).unwrap_or_default();
        ensure!(
            end.code == Some(0) && !written.is_empty(),
            "the browser `{browser}` printed nothing{}\n  help: {}",
            last(&said),
            match said.iter().any(|line| line.contains("sandbox")) {
                true =>
                    "it cannot shut itself in here; a script that starts it with --no-sandbox can be named with --browser",
                false => "name another with --browser PATH",
            }
        );
        Ok(Some(written))
    }
}

fn arguments(document: &Path, pdf: &Path, profile: &Path) -> Vec<String> {
    let mut arguments = vec![
        format!("--print-to-pdf={}", pdf.display()),
        format!("--user-data-dir={}", profile.join("profile").display()),
    ];
    let flags = [
        "--headless",
        "--no-pdf-header-footer",
        "--generate-pdf-document-outline",
        "--disable-gpu",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-sync",
        "--disable-quic",
        // No name has an address: nothing leaves this machine.
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ];
    arguments.extend(flags.map(str::to_owned));
    // It refuses to run as root otherwise, as in a container.
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        arguments.push("--no-sandbox".to_owned());
    }
    arguments.push(address(document));
    arguments
}

/// A file as a browser takes it.
fn address(file: &Path) -> String {
    let path = file.display().to_string().replace('\\', "/");
    let mut address = String::from(if path.starts_with('/') {
        "file://"
    } else {
        "file:///"
    });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b':' | b'-' | b'_' | b'.' | b'~' => {
                address.push(char::from(byte));
            }
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    address
}

/// The end of what it has said, on lines of their own.
fn last(said: &[String]) -> String {
    let lines = said.iter().filter(|line| !line.trim().is_empty());
    let lines: Vec<_> = lines.map(|line| format!("\n    {}", line.trim())).collect();
    match lines.len() {
        0 => String::new(),
        all => format!("; it said:{}", lines[all.saturating_sub(SAID)..].concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_file_has_an_address() {
        assert_eq!(
            address(Path::new("/a b/ü#.html")),
            "file:///a%20b/%C3%BC%23.html"
        );
        assert_eq!(address(Path::new(r"C:\a\b.html")), "file:///C:/a/b.html");
    }

    #[test]
    fn a_program_is_found_by_path_or_name() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("tea");
        std::fs::write(&program, "").unwrap();
        let on_path = folder.path().as_os_str().to_owned();
        assert_eq!(look_up(Path::new("tea"), &on_path), Some(program.clone()));
        assert_eq!(look_up(&program, &OsString::new()), Some(program));
        assert_eq!(look_up(Path::new("cups"), &on_path), None);
    }
}
