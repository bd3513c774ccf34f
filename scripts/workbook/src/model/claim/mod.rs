//! What a run must show: the small language of claims.

mod hold;
mod parse;

use std::fmt;

use crate::model::metric::Metric;
use crate::model::normal::Order;
use crate::model::pattern::Pattern;
use crate::model::run::Ending;

/// One claim, with the words in which it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claim {
    pub(crate) text: String,
    pub(crate) kind: Assertion,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Assertion {
    /// `METRIC OP VALUE`
    Compare(Metric, Op, Bound),
    /// `METRIC in LOW..HIGH`, both ends included
    Within(Metric, f64, f64),
    Ends(Ending),
    Says(Pattern),
    SaysInOrder(Vec<String>),
    Order(Order),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bound {
    Number(f64),
    /// `FACTOR * METRIC(CHAPTER/SNIPPET)`
    Of(f64, Metric, String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Held,
    /// With what was seen instead.
    Failed(String),
    NotChecked(Unknown),
}

/// What has to be known before a claim can be held against a run, and is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// This system does not give the figure.
    Figure(Metric),
    /// The program itself is not recorded yet.
    Recorded,
    /// Another is not recorded, with whose figure it is compared.
    RecordingOf(String),
    /// The recording of that other has no such figure: it is older than that, or from a system that does not give it.
    FigureOf(String, Metric),
}

impl Claim {
    /// Whether some run could fail it that ends as a run without claims must. `order any` and `ends ok`
    /// hold for each such run that says the same, and no figure is below zero.
    pub(crate) fn can_fail(&self) -> bool {
        match &self.kind {
            Assertion::Order(Order::Any) | Assertion::Ends(Ending::Ok) => false,
            Assertion::SaysInOrder(words) => !words.is_empty(),
            Assertion::Says(regex) => !regex.is_match(""),
            Assertion::Compare(_, Op::AtLeast, Bound::Number(bound)) => *bound > 0.0,
            Assertion::Compare(_, Op::More, Bound::Number(bound)) => *bound >= 0.0,
            Assertion::Compare(_, Op::Less | Op::AtMost, Bound::Number(bound)) => bound.is_finite(),
            Assertion::Within(_, low, high) => *low > 0.0 || high.is_finite(),
            Assertion::Compare(..) | Assertion::Ends(_) | Assertion::Order(Order::Exact) => true,
        }
    }

    /// The snippet with whose figure it compares.
    pub(crate) fn other(&self) -> Option<&str> {
        match &self.kind {
            Assertion::Compare(_, _, Bound::Of(_, _, id)) => Some(id),
            _ => None,
        }
    }

    /// Whether it says anything of what is printed, and not only how many lines.
    pub(crate) fn is_of_output(&self) -> bool {
        matches!(
            self.kind,
            Assertion::Says(_) | Assertion::SaysInOrder(_) | Assertion::Order(_)
        )
    }

    /// What it says of the order of the output, where it speaks of that.
    pub(crate) fn order(&self) -> Option<Order> {
        match self.kind {
            Assertion::Order(order) => Some(order),
            _ => None,
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Figure(metric) => write!(f, "this system does not give `{metric}`"),
            Self::Recorded => f.write_str("nothing is recorded yet"),
            Self::RecordingOf(id) => write!(f, "`{id}` has no recording"),
            Self::FigureOf(id, metric) => write!(f, "the recording of `{id}` has no `{metric}`"),
        }
    }
}
