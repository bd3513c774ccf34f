//! What a page is told of a run that has ended. Pure: what was seen in, the last event out.

use crate::book::library::Library;
use crate::book::snippet::Snippet;
use crate::exec::compiler_report::Opinion;
use crate::exec::runner::Outcome;
use crate::exec::session;
use crate::model::claim::{Metric, Verdict};
use crate::model::normal::Scrubber;
use crate::model::recording::{Ending, Recording};
use crate::serve::live::drawing::Frame;
use crate::serve::live::edit;
use crate::serve::live::events::{Claim, End, Figure};

/// The end of a run, but for claims.
pub(crate) fn of_run(
    snippet: &Snippet,
    outcome: &Outcome,
    recorded: Option<&Recording>,
    frame: &Frame,
) -> End {
    let (stopped, end) = if outcome.abandoned {
        (None, End::stopped())
    } else {
        let end = of_ending(&outcome.ending, snippet);
        (outcome.ending.stopped(), end)
    };
    let wall = outcome.figures.wall.unwrap_or_default();
    let has_lanes = !outcome.timeline.is_empty();
    End {
        figures: figures(outcome, recorded),
        svg: has_lanes.then(|| frame.picture(&outcome.timeline, wall, stopped)),
        ..end
    }
}

/// What the run of a program as the book has it shows of what its manifest claims.
pub(crate) fn claims(library: &Library, snippet: &Snippet, outcome: &Outcome) -> Vec<Claim> {
    if outcome.abandoned {
        return Vec::new();
    }
    let recorded = library.recording(&snippet.id());
    session::verdicts(snippet, outcome.seen(), &[], library, recorded)
        .into_iter()
        .map(|(claim, verdict)| Claim::new(claim.text.clone(), verdict))
        .collect()
}

/// The end of edited code that does not compile.
pub(crate) fn of_mistake(snippet: &Snippet, opinion: &Opinion) -> End {
    of_ending(&opinion.ending(), snippet)
}

/// The end of a program that must not compile.
pub(crate) fn of_refusal(snippet: &Snippet, opinion: &Opinion, scrubber: &Scrubber) -> End {
    let failure = snippet.spec.fails.as_ref();
    let verdict = opinion.verdict(failure, scrubber);
    let end = match &verdict {
        Verdict::Held => of_ending(&snippet.expected_ending(), snippet),
        _ if !opinion.accepted => of_ending(&opinion.ending(), snippet),
        _ => End {
            ending: "compiles".to_owned(),
            words: "compiles, and must not".to_owned(),
            ..End::default()
        },
    };
    let claim = failure.map(|failure| Claim::new(format!("fails {failure}"), verdict));
    End {
        claims: claim.into_iter().collect(),
        compiler: edit::remarks(opinion, snippet, scrubber),
        ..end
    }
}

/// An end of which nothing but the ending is known.
fn of_ending(ending: &Ending, snippet: &Snippet) -> End {
    End {
        ending: ending.to_string(),
        words: ending.words(snippet.spec.deadline),
        ..End::default()
    }
}

fn figures(outcome: &Outcome, recorded: Option<&Recording>) -> Vec<Figure> {
    let named = [
        ("wall", Metric::Wall),
        ("CPU", Metric::Cpu),
        ("memory", Metric::MaxRss),
        ("threads", Metric::Threads),
    ];
    let figure = |(name, metric): (&'static str, Metric)| Figure {
        name,
        recorded: recorded
            .and_then(|it| metric.of(it.seen()))
            .map(|it| metric.show(it)),
        now: metric.of(outcome.seen()).map(|it| metric.show(it)),
    };
    named.map(figure).into()
}
