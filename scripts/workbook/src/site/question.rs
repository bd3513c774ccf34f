//! A question that a page asks before it shows a run. Which choice is right follows from the recording: each
//! choice is a claim, and exactly one may hold.

use serde::Deserialize;
use toml::Spanned;

use crate::book::hashes::short_hash;
use crate::model::claim::{Claim, Unknown, Verdict};
use crate::model::metric::Metric;
use crate::model::run::Run;

/// A question, its claims read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    /// Markdown.
    pub(crate) ask: String,
    /// The run that it is about.
    pub(crate) run: String,
    pub(crate) choices: Vec<Choice>,
    /// Markdown: said when the reader has chosen.
    pub(crate) why: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    /// Markdown.
    pub(crate) say: String,
    /// When it is true of the run.
    pub(crate) when: Claim,
}

/// A `predict` fence, as its author wrote it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionFence {
    ask: String,
    run: String,
    #[serde(rename = "choice")]
    choices: Vec<ChoiceFence>,
    why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceFence {
    say: String,
    when: Spanned<String>,
}

impl Question {
    /// Reads a question. On failure, the byte in `text` at which it is wrong, and what.
    pub(crate) fn parse(text: &str) -> Result<Self, (usize, String)> {
        let fence: QuestionFence = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let error = error.message();
            (at, format!("the question is not as it should be: {error}"))
        })?;
        if fence.choices.len() < 2 {
            return Err((0, "a question needs at least two choices".to_owned()));
        }
        let read = |(number, choice): (usize, ChoiceFence)| {
            let when = choice.when.get_ref();
            let claim = Claim::parse(when).map_err(|error| {
                let what = format!("choice {}, `{when}`: {error}", number + 1);
                (choice.when.span().start, what)
            })?;
            Ok(Choice {
                say: choice.say,
                when: claim,
            })
        };
        let choices: Result<Vec<_>, _> = fence.choices.into_iter().enumerate().map(read).collect();
        Ok(Self {
            ask: fence.ask,
            run: fence.run,
            choices: choices?,
            why: fence.why,
        })
    }

    /// What tells this question from all others of the book: another where its words are others. `page` is the name of
    /// its page, without `.md`.
    pub(crate) fn id(&self, page: &str) -> String {
        let says = self.choices.iter().map(|choice| choice.say.as_str());
        let words: Vec<_> = [page, &self.run, &self.ask]
            .into_iter()
            .chain(says)
            .collect();
        short_hash(&words.join("\0"))
    }

    /// The number of the choice that is true of this run.
    ///
    /// # Errors
    /// Where none is true, or more than one, or one of them cannot be decided.
    pub(crate) fn key(
        &self,
        run: &Run,
        other: &dyn Fn(&str, &Metric) -> Result<f64, Unknown>,
    ) -> Result<usize, String> {
        let mut held = Vec::new();
        let mut saw = Vec::new();
        for (number, Choice { when, .. }) in self.choices.iter().enumerate() {
            match when.hold(run, None, other) {
                Verdict::Held => held.push(number),
                Verdict::Failed(what) => saw.push(what),
                Verdict::NotChecked(why) => {
                    let (number, when) = (number + 1, &when.text);
                    return Err(format!(
                        "choice {number}, `{when}`, cannot be decided: {why}"
                    ));
                }
            }
        }
        match held[..] {
            [key] => Ok(key),
            [] => {
                let saw = saw.join("; ");
                Err(format!("no choice is true of the recorded run ({saw})"))
            }
            _ => {
                let numbers: Vec<_> = held.iter().map(|n| (n + 1).to_string()).collect();
                let numbers = numbers.join(" and ");
                Err(format!(
                    "choices {numbers} are all true of the recorded run"
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recording::tests::recording;

    fn key(choices: &str) -> Result<usize, String> {
        let text = format!("ask = 'how?'\nrun = 'tea/main'\nwhy = 'so'\nchoice = [{choices}]");
        let question = Question::parse(&text).unwrap();
        let recording = recording(&["poured"]);
        question.key(&recording.run, &|_, _| Err(Unknown::Recorded))
    }

    #[test]
    fn the_key_follows_from_the_recording() {
        let one = "{ say = 'a', when = 'wall > 2' }, { say = 'b', when = 'wall in 0.9..1.1' }";
        assert_eq!(key(one), Ok(1));
    }

    #[test]
    fn exactly_one_choice_may_hold() {
        let none = "{ say = 'a', when = 'wall > 2' }, { say = 'b', when = 'lines = 7' }";
        assert!(key(none).unwrap_err().contains("no choice is true"));
        let two = "{ say = 'a', when = 'wall > 0' }, { say = 'b', when = 'lines = 1' }";
        assert!(
            key(two)
                .unwrap_err()
                .contains("choices 1 and 2 are all true")
        );
    }

    #[test]
    fn a_choice_about_nothing_is_refused() {
        let unknown = "ask = 'how?'\nrun = 'tea/main'\nwhy = 'so'\nchoice = [\n\
            { say = 'b', when = 'lines = 1' },\n{ say = 'a', when = 'walls > 2' } ]";
        let (at, what) = Question::parse(unknown).unwrap_err();
        assert_eq!(&unknown[at..at + 11], "'walls > 2'");
        assert!(
            what.contains("choice 2, `walls > 2`: unknown metric"),
            "{what}"
        );
        let absent =
            "{ say = 'a', when = 'wall < 2 * wall(tea/other)' }, { say = 'b', when = 'lines = 1' }";
        assert!(key(absent).unwrap_err().contains("cannot be decided"));
    }

    #[test]
    fn a_malformed_question_says_where() {
        let (at, what) = Question::parse("ask = 'how?'\nrum = 'tea/main'\n").unwrap_err();
        assert_eq!(at, 13);
        assert!(what.contains("rum"), "{what}");
        let (_, what) =
            Question::parse("ask=''\nrun=''\nwhy=''\nchoice=[{say='',when=''}]").unwrap_err();
        assert!(what.contains("at least two"));
    }
}
