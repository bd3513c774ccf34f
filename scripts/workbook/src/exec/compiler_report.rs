//! What the compiler says of one program, and whether that is what the manifest says. Pure: its JSON in, verdicts out.

use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};

use crate::book::snippet::{ExpectedError, Snippet};
use crate::model::claim::Verdict;
use crate::model::normal::Scrubber;
use crate::model::problem::Problem;
use crate::model::run::Ending;

/// What the compiler said of one program.
#[derive(Debug)]
pub(crate) struct CompilerReport {
    pub(crate) accepted: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What the compiler said of a program that it must refuse.
#[derive(Debug)]
pub(crate) struct CompilerRefusal {
    pub(crate) ending: Ending,
    pub(crate) message: Vec<String>,
}

impl CompilerReport {
    /// Reads the compiler's JSON, a diagnostic a line.
    pub(crate) fn read<'a>(accepted: bool, lines: impl Iterator<Item = &'a str>) -> Self {
        let diagnostics = lines.filter_map(|line| serde_json::from_str(line).ok());
        Self {
            accepted,
            diagnostics: diagnostics.collect(),
        }
    }

    /// The report of a file without `main`, which is no program: the compiler was not asked.
    pub(crate) fn without_main(path: &str) -> Self {
        let message = "there is no `main` function in this file";
        let rendered = format!(
            "error: {message}\n --> {path}\n  = help: it is a program of its own: `main` shows what it does, and is as in \
             the starter"
        );
        let diagnostic = serde_json::json!({
            "message": message, "code": null, "level": "error", "spans": [], "children": [], "rendered": rendered,
        });
        Self::read(false, [diagnostic.to_string().as_str()].into_iter())
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        let all = self.diagnostics.iter();
        all.filter(|it| it.level == DiagnosticLevel::Error)
    }

    /// How a run ends that the compiler does not let begin.
    pub(crate) fn ending(&self) -> Ending {
        Ending::Refused(self.errors().find_map(code))
    }

    /// What it says that is about the program: not how many errors there were in all.
    pub(crate) fn remarks(&self) -> impl Iterator<Item = &Diagnostic> {
        let all = self.diagnostics.iter();
        all.filter(|it| {
            let counts = it.message.starts_with("aborting due to")
                || it.message.ends_with("warning emitted")
                || it.message.ends_with("warnings emitted");
            it.level != DiagnosticLevel::FailureNote && !(it.spans.is_empty() && counts)
        })
    }

    /// Whether it is what the manifest says; or else what it is.
    pub(crate) fn verdict(&self, failure: Option<&ExpectedError>, scrubber: &Scrubber) -> Verdict {
        if self.accepted {
            return Verdict::Failed("it compiles".to_owned());
        }
        let as_said = match failure {
            Some(ExpectedError::Code(wanted)) => {
                self.errors().any(|it| code(it).as_ref() == Some(wanted))
            }
            Some(ExpectedError::Message(regex)) => {
                regex.is_match(&self.message(scrubber).join("\n"))
            }
            None => true,
        };
        if as_said {
            return Verdict::Held;
        }
        let errors = self.errors().filter(|it| !it.spans.is_empty());
        let came = errors.map(|it| match code(it) {
            Some(code) => format!("{code} ({})", it.message),
            None => it.message.clone(),
        });
        let came: Vec<_> = came.collect();
        Verdict::Failed(format!("the compiler says {}", came.join("; ")))
    }

    /// Its words, line by line.
    fn message(&self, scrubber: &Scrubber) -> Vec<String> {
        let all = self.diagnostics.iter();
        // The last words, `aborting due to 1 previous error`, have no place in the source.
        all.filter(|it| !it.spans.is_empty())
            .flat_map(|it| rendered(it, scrubber))
            .collect()
    }
}

/// Whether the compiler refused as the manifest says.
///
/// # Errors
/// Says what it did instead.
pub(crate) fn judge(
    snippet: &Snippet,
    report: &CompilerReport,
    scrubber: &Scrubber,
) -> Result<CompilerRefusal, Problem> {
    let failure = snippet.spec.fails.as_ref();
    let id = snippet.id();
    let wrong = |what: String, help: &str| {
        Problem::new(snippet.manifest_path(), snippet.spec.line, what, help)
    };
    if report.accepted {
        let what = format!("`{id}` must not compile, and does");
        return Err(wrong(
            what,
            "bring the mistake back, or move the program to examples/",
        ));
    }
    if let Verdict::Failed(saw) = report.verdict(failure, scrubber) {
        let wanted = failure.map_or(String::new(), ToString::to_string);
        let what = format!("`{id}` must fail with {wanted}; {saw}");
        return Err(wrong(
            what,
            "mend the program, or say in `fails` what it shows",
        ));
    }
    Ok(CompilerRefusal {
        ending: snippet.expected_ending(),
        message: report.message(scrubber),
    })
}

fn code(diagnostic: &Diagnostic) -> Option<String> {
    Some(diagnostic.code.as_ref()?.code.clone())
}

/// The words of a diagnostic, line by line.
pub(crate) fn rendered(diagnostic: &Diagnostic, scrubber: &Scrubber) -> Vec<String> {
    let text = diagnostic
        .rendered
        .as_deref()
        .unwrap_or(&diagnostic.message);
    text.trim_end()
        .lines()
        .map(|line| scrubber.scrub(line.trim_end()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::pattern::Pattern;

    fn report(lines: &[&str]) -> CompilerReport {
        CompilerReport::read(false, lines.iter().copied())
    }

    fn diagnostic(level: &str, code: &str, message: &str, spans: &str) -> String {
        format!(
            "{{\"message\":\"{message}\",\"code\":{code},\"level\":\"{level}\",\"spans\":[{spans}],\
             \"children\":[],\"rendered\":\"{level}: {message}\\n\"}}"
        )
    }

    const SPAN: &str = "{\"file_name\":\"a.rs\",\"byte_start\":0,\"byte_end\":1,\"line_start\":1,\
        \"line_end\":1,\"column_start\":1,\"column_end\":2,\"is_primary\":true,\"text\":[],\"label\":null,\
        \"suggested_replacement\":null,\"suggestion_applicability\":null,\"expansion\":null}";

    #[test]
    fn what_counts_errors_is_no_remark() {
        let code = "{\"code\":\"E0425\",\"explanation\":null}";
        let lines = [
            diagnostic("warning", "null", "unused cup", SPAN),
            diagnostic("error", code, "no cup", SPAN),
            diagnostic("error", "null", "linking failed", ""),
            diagnostic("error", "null", "aborting due to 2 previous errors", ""),
            diagnostic("warning", "null", "1 warning emitted", ""),
            diagnostic("failure-note", "null", "for more about this error", ""),
            "no JSON".to_owned(),
        ];
        let report = report(&lines.each_ref().map(String::as_str));
        let remarks: Vec<_> = report.remarks().map(|it| it.message.as_str()).collect();
        assert_eq!(remarks, ["unused cup", "no cup", "linking failed"]);
        assert_eq!(report.ending().to_string(), "refused E0425");
        let scrubber = Scrubber::new(std::path::Path::new("/b"), None, &[]);
        let verdict = |failure: ExpectedError| report.verdict(Some(&failure), &scrubber);
        assert_eq!(verdict(ExpectedError::Code("E0425".into())), Verdict::Held);
        let other = verdict(ExpectedError::Code("E0308".into()));
        let saw = "the compiler says E0425 (no cup)".to_owned();
        assert_eq!(other, Verdict::Failed(saw));
        let pattern = Pattern::parse("/no cup/").unwrap();
        assert_eq!(verdict(ExpectedError::Message(pattern)), Verdict::Held);
    }
}
