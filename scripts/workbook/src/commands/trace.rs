//! `cargo workbook trace`: runs any program under the recorder, and writes a page of what it did.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::book::house::write_by_way_of;
use crate::exec::interrupts::{Interrupted, unless_told};
use crate::exec::runner::{News, NotStarted};
use crate::exec::shim::find_shim;
use crate::exec::trace::{self, Seen, Traced};
use crate::model::run::{Ending, Run};
use crate::model::units;
use crate::model::verdict;
use crate::site::trace::{MARK, Report, page, summary};
use crate::terminal::{complain, say};

/// Exit codes of those who run another program, as `timeout` has them: stopped at the deadline, the tool itself failed,
/// the program could not be started.
const AT_DEADLINE: u8 = 124;
const FAILED: u8 = 125;
const NOT_STARTED: u8 = 127;

#[derive(Debug)]
pub(crate) struct TraceOptions {
    pub(crate) open: bool,
    pub(crate) out: Option<PathBuf>,
    pub(crate) deadline: Option<f64>,
    /// The program and its arguments.
    pub(crate) command: Vec<String>,
}

/// Runs the program and writes its page. Gives the program's own exit code, where it has one.
pub(crate) async fn trace(options: TraceOptions) -> ExitCode {
    let program = options.command.first().cloned().unwrap_or_default();
    let code = match run(options).await {
        Ok(code) => code,
        Err(error) => match error.downcast_ref::<Interrupted>() {
            Some(interrupted) => interrupted.code(),
            None => {
                complain!("error: {error:#}");
                match error.is::<NotStarted>() {
                    true => {
                        complain!("  help: {}", cure(&program));
                        NOT_STARTED
                    }
                    false => FAILED,
                }
            }
        },
    };
    ExitCode::from(code)
}

/// What to do about a program that cannot be started.
fn cure(program: &str) -> String {
    let places = ["target/debug", "target/debug/examples", "target/release"];
    let suffix = std::env::consts::EXE_SUFFIX;
    let paths = places.map(|place| format!("{place}/{program}{suffix}"));
    let found = paths.iter().find(|path| Path::new(path).is_file());
    match found {
        Some(path) if !program.contains('/') => format!("did you mean `{path}`?"),
        _ => "name a program that is on the PATH, or the path of one: target/debug/NAME for what `cargo build` has \
              built here"
            .to_owned(),
    }
}

async fn run(options: TraceOptions) -> Result<u8> {
    let mut words = options.command.into_iter();
    let traced = Traced {
        program: words.next().context("there is no program to run")?,
        args: words.collect(),
        deadline: options.deadline,
    };
    let out = options.out.unwrap_or_else(|| default_page(&traced.program));
    can_be_written(&out)?;
    let shim = unless_told(find_shim(true)).await?;
    let mut began = 0.0;
    let seen = trace::trace(&shim, &traced, |news| match news {
        News::Began { at, .. } => began = at,
        News::Line(line) if line.stream.is_out() => say!("{}", line.text),
        News::Line(line) => complain!("{}", line.text),
        News::Cut(lines) => complain!("… {} more lines …", units::thousands(lines as u64)),
    });
    let Seen {
        outcome,
        timeline,
        is_interrupted,
    } = seen.await?;
    let (mut run, abandoned) = (outcome.run, outcome.abandoned);
    let mut notes = Vec::new();
    match timeline {
        Ok(lanes) => run.timeline = lanes,
        Err(error) => notes.push(format!("No timeline: {error:#}.")),
    }
    let at_deadline = run.ending.is_at_deadline() && !abandoned;
    if at_deadline || abandoned {
        notes.extend(verdict::waiting(&run).iter().map(ToString::to_string));
    }
    let ending = match (abandoned, is_interrupted) {
        (true, _) => format!("stopped by Ctrl-C after {}", units::seconds(run.wall())),
        (false, false) => words_of(&run, traced.deadline),
        (false, true) => match words_of(&run, traced.deadline) {
            words if words.is_empty() => "ended after Ctrl-C, exit code 0".to_owned(),
            words => format!("{words}, after Ctrl-C"),
        },
    };
    let text = page(&Report {
        command: &typed(&traced),
        run: &run,
        ending: &ending,
        at_deadline,
        notes: &notes,
        place: &place(began),
    });
    let folder = folder_of(&out);
    write_by_way_of(folder, &out, &text)
        .with_context(|| format!("failed to write the page `{}`", out.display()))?;
    complain!("{}", summary(&ending, &run));
    for note in &notes {
        complain!("{note}");
    }
    complain!("wrote {}", out.display());
    if options.open {
        opener::open_browser(std::path::absolute(&out)?)
            .with_context(|| format!("failed to open `{}` in a browser", out.display()))?;
    }
    Ok(code(&run, abandoned))
}

fn words_of(run: &Run, deadline: Option<f64>) -> String {
    run.words_of_surprise(deadline.unwrap_or_default())
}

/// `trace-NAME.html` in this folder.
fn default_page(program: &str) -> PathBuf {
    let name = Path::new(program).file_stem().unwrap_or_default();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name = name.to_string_lossy().replace(|c| !is_plain(c), "-");
    PathBuf::from(format!("trace-{name}.html"))
}

fn folder_of(page: &Path) -> &Path {
    match page.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Looks before the program runs whether the page can be written, and that it takes the place of nothing else.
fn can_be_written(page: &Path) -> Result<()> {
    let help = "help: name another file with --out FILE";
    if page.exists() {
        let text = std::fs::read(page).unwrap_or_default();
        let is_page = text.windows(MARK.len()).any(|it| it == MARK.as_bytes());
        if !is_page {
            bail!(
                "`{}` is there already, and is no page of `trace`\n  {help}, or remove that",
                page.display()
            );
        }
    }
    let folder = folder_of(page);
    if let Err(error) = tempfile::tempfile_in(folder) {
        bail!(
            "nothing can be written to the folder `{}`: {error}\n  {help}",
            folder.display()
        );
    }
    Ok(())
}

/// The command as a shell would take it.
fn typed(traced: &Traced) -> String {
    let words = std::iter::once(&traced.program).chain(&traced.args);
    let quoted = words.map(|word| {
        let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
        match !word.is_empty() && word.chars().all(is_plain) {
            true => word.clone(),
            false => format!("'{}'", word.replace('\'', r"'\''")),
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

fn place(began: f64) -> String {
    let os = match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cores = units::count(cores, "core");
    let folder = std::env::current_dir().unwrap_or_default();
    format!(
        "Begun on {} on {os}, {cores}, in {}",
        units::date(began),
        folder.display()
    )
}

/// The program's own exit code, or what stands for its end where it has none: that of a shell for a signal.
fn code(run: &Run, abandoned: bool) -> u8 {
    const SIGNAL: u8 = 128;
    match &run.ending {
        _ if abandoned => SIGNAL + 2,
        Ending::Ok => 0,
        Ending::Panic => 101,
        Ending::Exit(code) => (code & 0xff) as u8,
        Ending::Signal(name) => SIGNAL + number_of(name),
        _ => AT_DEADLINE,
    }
}

#[cfg(unix)]
fn number_of(signal: &str) -> u8 {
    let known = format!("SIG{signal}").parse::<nix::sys::signal::Signal>();
    // One without a name is its number.
    let number = known.map_or_else(|_| signal.parse().ok(), |it| u8::try_from(it as i32).ok());
    number.unwrap_or_default()
}

#[cfg(not(unix))]
fn number_of(_: &str) -> u8 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_stands_as_a_shell_takes_it() {
        let args = ["-n", "two words", "it's", ""].map(str::to_owned);
        let traced = Traced {
            program: "target/debug/tea".into(),
            args: args.into(),
            deadline: None,
        };
        let typed = typed(&traced);
        assert_eq!(typed, r"target/debug/tea -n 'two words' 'it'\''s' ''");
    }

    #[test]
    fn every_end_has_its_code() {
        let code = |ending: &str| {
            let ending = Ending::parse(ending).unwrap();
            code(&Run::ended(ending), false)
        };
        let ends = ["ok", "panic", "exit 3", "hang", "spins"];
        assert_eq!(ends.map(code), [0, 101, 3, 124, 124]);
        #[cfg(unix)]
        assert_eq!(code("signal KILL"), 137);
    }

    #[test]
    fn a_page_is_named_after_its_program() {
        let page = |program| default_page(program).display().to_string();
        assert_eq!(page("target/debug/tea"), "trace-tea.html");
        assert_eq!(page("/usr/bin/tea time"), "trace-tea-time.html");
    }
}
