//! Claims read from their words.

use super::{Assertion, Bound, Claim, Op};
use crate::model::metric::Metric;
use crate::model::normal::Order;
use crate::model::pattern::Pattern;
use crate::model::run::Ending;

impl Claim {
    /// # Errors
    /// Says what is not understood, and what would be.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        let kind = match word {
            "ends" => Assertion::Ends(Ending::parse(rest)?),
            "says" => match rest.strip_prefix("in order") {
                Some(list) => Assertion::SaysInOrder(string_list(list.trim())?),
                None => Assertion::Says(Pattern::parse(rest)?),
            },
            "order" => Assertion::Order(match rest {
                "exact" => Order::Exact,
                "any" => Order::Any,
                _ => return Err(format!("order is `exact` or `any`, not `{rest}`")),
            }),
            _ => comparison(text)?,
        };
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }
}

fn comparison(text: &str) -> Result<Assertion, String> {
    // A lane's name in parentheses may have spaces.
    let after_lanes = text
        .find(')')
        .filter(|at| !text[..*at].contains(['<', '=', '>']));
    let from = after_lanes.unwrap_or(0);
    let end = text[from..]
        .find([' ', '<', '=', '>'])
        .map_or(text.len(), |at| from + at);
    let metric = Metric::parse(&text[..end])?;
    let rest = text[end..].trim();
    if let Some(range) = rest.strip_prefix("in ") {
        let (low, high) = range
            .split_once("..")
            .ok_or_else(|| format!("`{range}` is not a range: write `1.0..1.6`"))?;
        let (low, high) = (number(low)?, number(high)?);
        if low > high {
            return Err(format!("the range `{range}` is empty"));
        }
        return Ok(Assertion::Within(metric, low, high));
    }
    const OPS: [(&str, Op); 5] = [
        ("<=", Op::AtMost),
        (">=", Op::AtLeast),
        ("<", Op::Less),
        (">", Op::More),
        ("=", Op::Equal),
    ];
    let (sign, op) = OPS
        .into_iter()
        .find(|(sign, _)| rest.starts_with(sign))
        .ok_or_else(|| format!("after `{metric}` comes <, <=, =, >=, > or in, not `{rest}`"))?;
    Ok(Assertion::Compare(
        metric,
        op,
        value(rest[sign.len()..].trim())?,
    ))
}

fn value(text: &str) -> Result<Bound, String> {
    if let Ok(number) = number(text) {
        return Ok(Bound::Number(number));
    }
    let (factor, call) = match text.split_once('*') {
        Some((factor, call)) => (number(factor)?, call.trim()),
        None => (1.0, text),
    };
    let (metric, id) = call
        .strip_suffix(')')
        .and_then(|call| call.split_once('('))
        .ok_or_else(|| format!("`{text}` is neither a number nor `0.2 * wall(CHAPTER/SNIPPET)`"))?;
    Ok(Bound::Of(
        factor,
        Metric::parse(metric.trim())?,
        id.trim().to_owned(),
    ))
}

fn number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let number = text.parse().ok().filter(|number: &f64| !number.is_nan());
    number.ok_or_else(|| format!("`{text}` is not a number"))
}

/// `["a", "b"]`, read as TOML reads it.
fn string_list(text: &str) -> Result<Vec<String>, String> {
    #[derive(serde::Deserialize)]
    struct List {
        list: Vec<String>,
    }
    toml::from_str::<List>(&format!("list = {text}"))
        .map(|list| list.list)
        .map_err(|_| format!("`{text}` is not a list: write `says in order [\"one\", \"two\"]`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_claim_is_refused() {
        let error = |text: &str| Claim::parse(text).unwrap_err();
        assert!(error("walls < 1").contains("unknown metric `walls`"));
        assert!(error("wall 1").contains("after `wall` comes"));
        assert!(error("wall in 2..1").contains("empty"));
        assert!(error("wall < nan").contains("neither a number"));
        assert!(error("wall in 1..NaN").contains("not a number"));
        assert!(error("wall < soon").contains("neither a number"));
        assert!(error("ends badly").contains("badly"));
        assert!(error("says hello").contains("between slashes"));
        assert!(error("says /(/").contains("not a regex"));
        assert!(error("says in order hello").contains("not a list"));
        assert!(error("order some").contains("`exact` or `any`"));
    }

    proptest::proptest! {
        #![proptest_config(crate::model::mutation::config())]
        #[test]
        fn no_damage_makes_it_panic(text in crate::model::mutation::damaged(
            &["wall in 1.0..1.6", "polls(tea 1) = 2", "overlap(tea 1, tea 2) > 0.9", "ends signal KILL", "order any",
              "wall < 0.2 * wall(threads/one_at_a_time)", "says /regex (a|b)/", "says in order [\"a\", \"b\"]"],
            &["(", ")", "/", "..", "*", "<=", "[", "\"", "says ", "ends ", "ends exit 99999999999", "polls(", ","],
        )) {
            if let Ok(claim) = Claim::parse(&text) {
                claim.can_fail();
                let run = crate::model::recording::tests::recording(&["a", "b"]).run;
                let unknown = |id: &str, _: &Metric| Err(crate::model::claim::Unknown::RecordingOf(id.into()));
                claim.hold(&run, Some(&run), &unknown);
                claim.hold(&run, None, &|_: &str, _: &Metric| Ok(0.0));
            }
        }
    }
}
