//! A question that a page asks before it shows a run. Which choice is right follows from the recording: each
//! choice is a claim, and exactly one may hold.

use serde::Deserialize;

use crate::model::claim::{Claim, Metric, Seen, Verdict};

/// A `predict` fence, as its author wrote it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// Markdown.
    pub(crate) ask: String,
    /// The run that it is about.
    pub(crate) run: String,
    #[serde(rename = "choice")]
    pub(crate) choices: Vec<Choice>,
    /// Markdown: said when the reader has chosen.
    pub(crate) why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    /// Markdown.
    pub(crate) say: String,
    /// A claim about the run.
    pub(crate) when: String,
}

impl Question {
    /// Reads a question. On failure, the byte in `text` at which it is wrong, and what.
    pub(crate) fn parse(text: &str) -> Result<Self, (usize, String)> {
        let question: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            (
                at,
                format!("the question is not as it should be: {}", error.message()),
            )
        })?;
        if question.choices.len() < 2 {
            return Err((0, "a question needs at least two choices".to_owned()));
        }
        Ok(question)
    }

    /// The number of the choice that is true of this run.
    ///
    /// # Errors
    /// Where none is true, or more than one, or one of them cannot be decided.
    pub(crate) fn key(
        &self,
        seen: Seen<'_>,
        other: &dyn Fn(&str, &Metric) -> Result<f64, String>,
    ) -> Result<usize, String> {
        let mut held = Vec::new();
        let mut saw = Vec::new();
        for (number, choice) in self.choices.iter().enumerate() {
            let claim = Claim::parse(&choice.when)
                .map_err(|error| format!("choice {}, `{}`: {error}", number + 1, choice.when))?;
            match claim.hold(seen, None, other) {
                Verdict::Held => held.push(number),
                Verdict::Failed(what) => saw.push(what),
                Verdict::NotChecked(why) => {
                    let when = &choice.when;
                    return Err(format!(
                        "choice {}, `{when}`, cannot be decided: {why}",
                        number + 1
                    ));
                }
            }
        }
        match held[..] {
            [key] => Ok(key),
            [] => Err(format!(
                "no choice is true of the recorded run ({})",
                saw.join("; ")
            )),
            _ => {
                let numbers: Vec<_> = held.iter().map(|n| (n + 1).to_string()).collect();
                Err(format!(
                    "choices {} are all true of the recorded run",
                    numbers.join(" and ")
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
        question.key(recording.seen(), &|_, _| Err("unknown".to_owned()))
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
        let unknown = "{ say = 'a', when = 'walls > 2' }, { say = 'b', when = 'lines = 1' }";
        assert!(
            key(unknown)
                .unwrap_err()
                .contains("choice 1, `walls > 2`: unknown metric")
        );
        let absent = "{ say = 'a', when = 'threads > 2' }, { say = 'b', when = 'lines = 1' }";
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
