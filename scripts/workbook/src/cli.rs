//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::book::house::House;
use crate::commands::agenda::AgendaOptions;
use crate::commands::exercise::Action;
use crate::commands::{agenda, build, bundle, check, doctor, exercise, new, paper, record, trace};
use crate::exec::interrupts::{Interrupted, unless_told};
use crate::exec::remains::adopt_orphans;
use crate::serve;
use crate::site::agenda::Clock;
use crate::site::mdbook;
use crate::terminal::complain;

/// Runs every program of the workbook, records what it shows, and puts it on the pages.
#[derive(Debug, Parser)]
#[command(
    name = "cargo workbook",
    bin_name = "cargo workbook",
    version,
    max_term_width = 100
)]
struct Cli {
    /// The clone's folder [default: found from the current folder upwards]
    #[arg(long, global = true, value_name = "FOLDER")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the book on this machine; pages reload when a file changes
    Serve {
        /// The port; 0 for any that is free [default: 3000, or any that is free]
        #[arg(long, short)]
        port: Option<u16>,
        /// Listen on this address, beyond this machine: who has the key can run the book's programs here
        #[arg(long, short = 'n', value_name = "ADDR")]
        hostname: Option<String>,
        /// How many programs run at once; the others wait
        #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
        slots: u16,
        /// Open the book in a browser
        #[arg(long, short)]
        open: bool,
        /// For authors: record a snippet again when it is saved
        #[arg(long)]
        record: bool,
        /// Answer to one more name: of a forwarded port, or `laptop.local`; may be given more than once
        #[arg(long, value_name = "NAME")]
        allow_host: Vec<String>,
        /// For teachers: a room that is asked the questions, and sees no run that is asked about before you reveal it
        #[arg(long, conflicts_with = "record")]
        class: bool,
        /// Save the counts of the class in this file, on each reveal and at the end
        #[arg(long, value_name = "FILE", requires = "class")]
        save: Option<PathBuf>,
        /// Join the class at this address: run and edit here, choose with the room
        #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["class", "hostname", "record"])]
        join: Option<String>,
    },
    /// Run snippets and write their recordings
    Record {
        /// Chapters (threads) or snippets (threads/main) [default: all]
        #[arg(value_name = "CHAPTER[/SNIPPET]")]
        names: Vec<String>,
        /// Only those whose recording is missing or stale
        #[arg(long)]
        stale: bool,
    },
    /// Run snippets again and find everything that is not as the pages say; writes nothing
    Check {
        /// Chapters (threads) or snippets (threads/main) [default: all]
        #[arg(value_name = "CHAPTER[/SNIPPET]")]
        names: Vec<String>,
        /// Run each this many times, and say which claims fail how often
        #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
        repeat: u32,
        /// Run those that do not hold again, up to this many times: for a busy machine
        #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(..=10))]
        retries: u32,
    },
    /// Build the static site under target/book
    Build,
    /// Make one archive with all that a room without a network needs: pages, clone and crates
    Bundle {
        /// The archive [default: target/workbook-kit.tar.gz]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// With what is not committed, as it stands on disk
        #[arg(long)]
        dirty: bool,
    },
    /// Print the book as a PDF, and a worksheet without answers for each chapter: needs Chromium, Chrome or Edge
    ///
    /// Without names: book.pdf, with all answers, hints and solutions at its end, and the worksheets of all chapters. With
    /// names: a PDF and a worksheet of each of these.
    Paper {
        /// Chapters (threads) [default: the whole book]
        #[arg(value_name = "CHAPTER")]
        chapters: Vec<String>,
        /// Where the PDFs go [default: target/paper]
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        /// For US Letter, not A4
        #[arg(long)]
        letter: bool,
        /// The browser [default: the variable CHROME, or one that is installed]
        #[arg(long, value_name = "PATH")]
        browser: Option<PathBuf>,
        /// Stop the browser when it takes so many seconds for one document
        #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
        deadline: f64,
    },
    /// Make the files of a new chapter, snippet or exercise
    New {
        /// The chapter: lower case, words joined by -
        chapter: String,
        /// The snippet: lower case, words joined by _; or `exercise` and its name
        #[arg(value_name = "SNIPPET | exercise NAME")]
        names: Vec<String>,
    },
    /// Solve exercises: your files are in practice/
    #[command(args_conflicts_with_subcommands = true)]
    Exercise {
        #[command(subcommand)]
        what: Option<ExerciseCommand>,
        /// Try this one, and make its file if there is none [default: list them all; `next`: the next one]
        #[arg(value_name = "EXERCISE")]
        name: Option<String>,
        /// Try it again whenever its file is saved
        #[arg(long, short, requires = "name")]
        watch: bool,
        /// Tell it as one line of JSON
        #[arg(long, global = true)]
        json: bool,
    },
    /// Say whether this machine can run every chapter, and how to mend what cannot
    Doctor,
    /// For who teaches: print the agendas of the pages, with measured minutes and the times of the clock
    Agenda {
        /// [default: all]
        #[arg(value_name = "AGENDA")]
        name: Option<String>,
        /// Tell it as one line of JSON
        #[arg(long)]
        json: bool,
        /// When it begins, as 09:00 [default: what the agenda says]
        #[arg(long, value_name = "TIME", value_parser = agenda::clock)]
        from: Option<Clock>,
        /// With what the notes in the pages' sources say to each section
        #[arg(long)]
        notes: bool,
    },
    /// Run any program, in or out of the clone, and write a page of what it did: output, times, cost, timeline
    ///
    /// The program reads what you type. You see what it prints line by line; of more than 1,000 lines the last 50 come at
    /// its end. The page is one file that needs nothing else.
    ///
    /// The exit code is the program's own; 128 and the signal's number if a signal ended it, 124 if it was stopped at its
    /// deadline, 127 if it could not be started, 125 if the page could not be written. Ctrl-C ends the program, and the
    /// page is written.
    #[command(override_usage = "cargo workbook trace [OPTIONS] -- PROGRAM [ARGS]")]
    Trace {
        /// Open the page in a browser
        #[arg(long, short)]
        open: bool,
        /// The page [default: trace-PROGRAM.html in this folder]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Stop it after so many seconds, and say which lanes were alive [default: never]
        #[arg(long, value_name = "SECONDS", value_parser = seconds)]
        deadline: Option<f64>,
        /// The program and its arguments; for one of cargo's, the program itself: target/debug/NAME
        #[arg(
            required = true,
            trailing_var_arg = true,
            value_name = "PROGRAM [ARGS]"
        )]
        command: Vec<String>,
    },
    /// mdBook's preprocessor protocol, for a stock mdbook to call
    Preprocess {
        #[command(subcommand)]
        question: Option<PreprocessQuestion>,
    },
}

#[derive(Debug, Subcommand)]
enum ExerciseCommand {
    /// List them all, with your progress
    List,
    /// Show a hint, and with each call one more
    Hint {
        /// [default: the one tried last]
        exercise: Option<String>,
    },
    /// Show the solution: when you have passed, or have asked twice
    Solution {
        /// [default: the one tried last]
        exercise: Option<String>,
    },
    /// Begin anew from the starter; your version is kept
    Reset {
        /// [default: the one tried last]
        exercise: Option<String>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Try all that you have begun
    CheckAll,
}

#[derive(Debug, Subcommand)]
enum PreprocessQuestion {
    /// Whether a renderer's pages can be filled in
    Supports { renderer: String },
}

pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse_from(arguments());
    match run(cli) {
        Ok(code) => code,
        Err(error) => match error.downcast_ref::<Interrupted>() {
            Some(interrupted) => interrupted.code().into(),
            None => {
                complain!("error: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

/// What was typed. As a command of its own cargo starts the tool with the command's name before that.
fn arguments() -> Vec<OsString> {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|it| it == "workbook") {
        arguments.remove(1);
    }
    arguments
}

/// Seconds above zero, and no more than a year.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok();
    seconds
        .filter(|it| (0.001..=31_536_000.0).contains(it))
        .ok_or_else(|| "it is a number of seconds, as 2 or 0.5".to_owned())
}

fn run(cli: Cli) -> Result<ExitCode> {
    if let Command::Trace {
        open,
        out,
        deadline,
        command,
    } = cli.command
    {
        let options = trace::TraceOptions {
            open,
            out,
            deadline,
            command,
        };
        return Ok(runtime()?.block_on(trace::trace(options)));
    }
    Ok(match of_book(cli)? {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// The commands that need the book. Returns whether all is well.
fn of_book(cli: Cli) -> Result<bool> {
    let find = || -> Result<House> {
        match &cli.root {
            Some(root) => House::find(root),
            None => House::find(&std::env::current_dir().context("failed to find this folder")?),
        }
    };
    let find_writable = || -> Result<House> {
        let house = find()?;
        let writable = house.is_writable();
        writable.map_err(|problem| anyhow::anyhow!("{problem}"))?;
        Ok(house)
    };
    match cli.command {
        Command::Serve {
            port,
            hostname,
            slots,
            open,
            record,
            allow_host,
            class,
            save,
            join,
        } => {
            let options = serve::Options {
                port,
                hostname,
                slots: slots.into(),
                open,
                record,
                allow_hosts: allow_host,
                class,
                save,
                join,
            };
            serve::serve(runtime()?, &find_writable()?, options)
        }
        Command::Record { names, stale } => runtime()?.block_on(unless_told(record::record(
            &find_writable()?,
            &names,
            stale,
        ))),
        Command::Check {
            names,
            repeat,
            retries,
        } => {
            let rounds = check::Rounds { repeat, retries };
            runtime()?.block_on(unless_told(check::check(&find_writable()?, &names, rounds)))
        }
        Command::Build => build::build(&find_writable()?),
        Command::Bundle { out, dirty } => {
            let options = bundle::BundleOptions { out, dirty };
            bundle::bundle(&find_writable()?, &options)
        }
        Command::Paper {
            chapters,
            out,
            letter,
            browser,
            deadline,
        } => {
            let options = paper::PaperOptions {
                out,
                browser,
                letter,
                deadline,
                chapters,
            };
            runtime()?.block_on(paper::paper(&find_writable()?, &options))
        }
        Command::New { chapter, names } => new::new(&find()?, &chapter, &names),
        Command::Exercise {
            what,
            name,
            watch,
            json,
        } => {
            let action = match (what, name) {
                (Some(ExerciseCommand::List), _) | (None, None) => Action::List,
                (None, name) => Action::Try { name, watch },
                (Some(ExerciseCommand::Hint { exercise: name }), _) => Action::Hint { name },
                (Some(ExerciseCommand::Solution { exercise: name }), _) => {
                    Action::Solution { name }
                }
                (
                    Some(ExerciseCommand::Reset {
                        exercise: name,
                        yes: sure,
                    }),
                    _,
                ) => Action::Reset { name, sure },
                (Some(ExerciseCommand::CheckAll), _) => Action::CheckAll,
            };
            let house = find_writable()?;
            runtime()?.block_on(unless_told(exercise::exercise(&house, action, json)))
        }
        Command::Doctor => doctor::doctor(&find()?),
        Command::Agenda {
            name,
            json,
            from,
            notes,
        } => {
            let options = AgendaOptions { json, from, notes };
            agenda::agenda(&find()?, name.as_deref(), options)
        }
        Command::Trace { .. } => unreachable!("it needs no book"),
        Command::Preprocess { question: None } => mdbook::preprocess().map(|()| true),
        // The directives become Markdown and HTML, which every renderer of HTML understands.
        Command::Preprocess {
            question: Some(PreprocessQuestion::Supports { renderer }),
        } => Ok(renderer == "html"),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    adopt_orphans();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("failed to start the tool's own runtime")
}
