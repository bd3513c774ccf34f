//! Runs are judged: held against what their manifest claims, and against what is recorded.

use crate::book::freshness::Freshness;
use crate::book::library::Library;
use crate::book::snippet::Snippet;
use crate::model::claim::{Assertion, Claim, Unknown, Verdict};
use crate::model::metric::Metric;
use crate::model::problem::Problem;
use crate::model::recording::Recording;
use crate::model::run::Run;
use crate::model::timeline;
use crate::model::units::seconds;

/// Holds runs against their claims. Figures of other snippets are those of the runs that were made with them, where
/// there are any, and those recorded otherwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judge<'a> {
    library: &'a Library,
    made_now: &'a [(&'a Snippet, Recording)],
}

/// What was found in one run.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    pub(crate) problems: Vec<Problem>,
    /// Of each claim that this system cannot check, a line that says so.
    pub(crate) unchecked: Vec<String>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(library: &'a Library, made_now: &'a [(&'a Snippet, Recording)]) -> Self {
        Self { library, made_now }
    }

    /// Holds a run against its claims, one by one; those of order against this recorded run.
    pub(crate) fn verdicts<'s>(
        &self,
        snippet: &'s Snippet,
        run: &Run,
        recorded: Option<&Run>,
    ) -> Vec<(&'s Claim, Verdict)> {
        let other = |id: &str, metric: &Metric| self.figure(id, metric);
        let claims = snippet.spec.claims.iter();
        claims
            .map(|claim| (claim, claim.hold(run, recorded, &other)))
            .collect()
    }

    fn figure(&self, id: &str, metric: &Metric) -> Result<f64, Unknown> {
        let mut made_now = self.made_now.iter();
        match made_now.find(|(snippet, _)| snippet.id() == id) {
            Some((_, now)) => metric
                .of(&now.run)
                .ok_or_else(|| Unknown::Figure(metric.clone())),
            None => self.library.figure(id, metric),
        }
    }

    /// Holds a run against its claims, and against how it must end.
    pub(crate) fn of_itself(&self, snippet: &Snippet, run: &Run) -> Judgement {
        self.judge(snippet, run, None)
    }

    /// The same, and against what is recorded of the snippet: where the claims speak of order, in how it ended, and in
    /// what it shows where no claim speaks of that.
    pub(crate) fn of_what_is_recorded(&self, snippet: &Snippet, made: &Recording) -> Judgement {
        let (run, id) = (&made.run, snippet.id());
        let recorded = self.library.recording(&id).map(|recording| &recording.run);
        let mut judgement = self.judge(snippet, run, recorded);
        // What a stale one says otherwise is no wonder.
        if let Freshness::Fresh(recorded) = self.library.freshness(snippet) {
            let of_output = !snippet.spec.claims.iter().any(Claim::is_of_output);
            for saw in recorded.unclaimed_differences(made, of_output) {
                let what = format!("`{id}` does not show what is recorded of it");
                let help = format!(
                    "run `cargo workbook record {id}`, or claim what it says where that may differ"
                );
                let problem = Problem::new(snippet.recording_path(), 0, what, help);
                judgement.problems.push(problem.saw(saw));
            }
        }
        if let Some(recorded) = recorded.filter(|recorded| recorded.ending != run.ending) {
            let (id, was) = (snippet.id(), &recorded.ending);
            let what = format!("`{id}` ended with `{}`, recorded is `{was}`", run.ending);
            let help = format!("mend the program, or run `cargo workbook record {id}`");
            let problem = Problem::new(snippet.recording_path(), 0, what, help);
            judgement.problems.push(problem);
        }
        judgement
    }

    /// What a busy machine has made of a run: to be recorded it is no good, though nothing in it is untrue. So this is no
    /// matter of `check`.
    pub(crate) fn spoiled(&self, snippet: &Snippet, run: &Run) -> Option<Problem> {
        let cpu = Metric::Cpu.of(run)?;
        let wall = Metric::Wall.of(run)?;
        let (lane, off, of) = timeline::kept_off_by_others(&run.timeline, cpu, wall)?;
        let (id, name) = (snippet.id(), &lane.name);
        let (off, of) = (seconds(off), seconds(of));
        let what = format!(
            "`{id}` did not have the machine for itself: `{name}` had to wait for a core for {off} of {of}"
        );
        let help = format!("run `cargo workbook record {id}` when nothing else runs");
        Some(Problem::new(snippet.recording_path(), 0, what, help))
    }

    fn judge(&self, snippet: &Snippet, run: &Run, recorded: Option<&Run>) -> Judgement {
        let problem = |what: String, help: &str| {
            Problem::new(snippet.manifest_path(), snippet.spec.line, what, help)
        };
        let id = snippet.id();
        let mut judgement = Judgement::default();
        let expected = snippet.expected_ending();
        let says_how = |claim: &Claim| matches!(claim.kind, Assertion::Ends(_));
        if run.ending != expected && !snippet.spec.claims.iter().any(says_how) {
            let what = format!("`{id}` ended with `{}`, not `{expected}`", run.ending);
            let help = "mend the program, or claim `ends …` where that is the lesson";
            let help = match run.ending.is_at_deadline() {
                true => &format!("{help}; {}", later(snippet)),
                false => help,
            };
            judgement
                .problems
                .push(problem(what, help).saw(last_words(run)));
        }
        for (claim, verdict) in self.verdicts(snippet, run, recorded) {
            match verdict {
                Verdict::Held => {}
                Verdict::Failed(saw) => {
                    let what = format!("`{id}` does not hold its claim `{}`", claim.text);
                    let help = "mend the program, or claim what it shows";
                    let surprised = run.ending.is_at_deadline() && run.ending != expected;
                    let help = match surprised && says_how(claim) {
                        true => &format!("{help}; {}", later(snippet)),
                        false => help,
                    };
                    judgement.problems.push(problem(what, help).saw(saw));
                }
                Verdict::NotChecked(why @ (Unknown::Figure(_) | Unknown::FigureOf(..))) => {
                    let line = format!("not checked: `{id}` claims `{}`: {why}", claim.text);
                    judgement.unchecked.push(line);
                }
                // A recording that is missing is a finding of its own.
                Verdict::NotChecked(Unknown::Recorded | Unknown::RecordingOf(_)) => {}
            }
        }
        judgement
    }
}

/// What to do about a program that was stopped and would have come to its end.
fn later(snippet: &Snippet) -> String {
    let deadline = seconds(snippet.spec.deadline);
    format!("if it takes longer than {deadline}, say `deadline = …`, in seconds")
}

/// The last line that a program wrote to standard error in words of its own.
fn last_words(run: &Run) -> String {
    let is_own =
        |text: &str| !text.trim().is_empty() && !text.starts_with("note: run with `RUST_BACKTRACE");
    let mut lines = run.lines.iter().rev().filter(|line| !line.stream.is_out());
    let last = lines.find(|line| is_own(&line.text));
    last.map_or(String::new(), |line| {
        format!("its last words: {}", line.text)
    })
}
