//! What a page is told of a run that has ended. Pure: what was seen in, the last event out.

use crate::book::library::Library;
use crate::book::snippet::Snippet;
use crate::exec::compiler_report::CompilerReport;
use crate::exec::judge::Judge;
use crate::exec::runner::Outcome;
use crate::model::claim::Verdict;
use crate::model::metric::Metric;
use crate::model::normal::Scrubber;
use crate::model::recording::Recording;
use crate::model::run::{Ending, Run};
use crate::serve::live::drawing::Frame;
use crate::serve::live::edit;
use crate::serve::live::events::{ClaimOutcome, EndKind, Figure, RunEnd};
use crate::site::picture::PicturedRun;

/// The end of a run, but for claims.
///
/// `edited` is a program that somebody has changed: what the book's own must show says nothing of it.
pub(crate) fn of_run(
    snippet: &Snippet,
    edited: bool,
    outcome: &Outcome,
    recorded: Option<&Recording>,
    frame: &Frame,
) -> RunEnd {
    let run = &outcome.run;
    let end = match outcome.abandoned {
        true => RunEnd::stopped(),
        false => RunEnd {
            words: words(run, snippet, edited),
            help: help(run, snippet, edited),
            ..of_ending(&run.ending, snippet)
        },
    };
    let svg = (!run.timeline.is_empty()).then(|| {
        let mut pictured = PicturedRun::of("", run);
        // It was stopped long before its deadline.
        pictured.at_deadline &= !outcome.abandoned;
        frame.picture(&pictured)
    });
    RunEnd {
        figures: figures(run, recorded.map(|recording| &recording.run)),
        svg,
        ..end
    }
}

/// What the run of a program as the book has it shows of what its manifest claims.
pub(crate) fn claims(library: &Library, snippet: &Snippet, outcome: &Outcome) -> Vec<ClaimOutcome> {
    if outcome.abandoned {
        return Vec::new();
    }
    let recorded = library.recording(&snippet.id()).map(|it| &it.run);
    Judge::new(library, &[])
        .verdicts(snippet, &outcome.run, recorded)
        .into_iter()
        .map(|(claim, verdict)| ClaimOutcome::new(claim.text.clone(), verdict))
        .collect()
}

/// The end of edited code that does not compile.
pub(crate) fn of_mistake(snippet: &Snippet, report: &CompilerReport) -> RunEnd {
    of_ending(&report.ending(), snippet)
}

/// The end of a program that must not compile.
pub(crate) fn of_refusal(
    snippet: &Snippet,
    report: &CompilerReport,
    scrubber: &Scrubber,
) -> RunEnd {
    let failure = snippet.spec.fails.as_ref();
    let verdict = report.verdict(failure, scrubber);
    let end = match &verdict {
        Verdict::Held => of_ending(&snippet.expected_ending(), snippet),
        _ if !report.accepted => of_ending(&report.ending(), snippet),
        _ => RunEnd::new(EndKind::Accepted, "compiles", "compiles, and must not"),
    };
    let claim = failure.map(|failure| ClaimOutcome::new(format!("fails {failure}"), verdict));
    RunEnd {
        claims: claim.into_iter().collect(),
        compiler: edit::remarks(report, &snippet.source, scrubber),
        ..end
    }
}

/// To wait for long is not to hang, unless the book says so of its own program.
fn words(run: &Run, snippet: &Snippet, edited: bool) -> String {
    let deadline = snippet.spec.deadline;
    if !edited && run.ending == snippet.expected_ending() {
        run.ending.words(deadline)
    } else {
        run.words_of_surprise(deadline)
    }
}

/// A slow program and one that goes on for ever look alike at the deadline.
fn help(run: &Run, snippet: &Snippet, edited: bool) -> String {
    let expected = !edited && run.ending == snippet.expected_ending();
    if !run.ending.is_at_deadline() || expected {
        return String::new();
    }
    format!(
        "If it only needs more time, give it that: `deadline = …`, in seconds, under \
         `[package.metadata.workbook.{}]` in {}.",
        snippet.name,
        snippet.manifest_path()
    )
}

/// An end of which nothing but the ending is known.
fn of_ending(ending: &Ending, snippet: &Snippet) -> RunEnd {
    let words = ending.words(snippet.spec.deadline);
    RunEnd::new(ending.into(), ending.to_string(), words)
}

fn figures(run: &Run, recorded: Option<&Run>) -> Vec<Figure> {
    let shown = |metric: &Metric, run: &Run| metric.of(run).map(|it| metric.show(it));
    let figure = |metric: Metric| Figure {
        name: metric.heading(),
        recorded: recorded.and_then(|recorded| shown(&metric, recorded)),
        now: shown(&metric, run),
    };
    Metric::OF_EVERY_RUN.map(figure).into()
}
