//! What is said where something cannot be done: in a run's stream, or as the answer to a request.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::model::problem::Problem;

/// A request that is refused, with its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) problem: Problem,
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        what: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self::of(status, Problem::nowhere(what, help))
    }

    pub(crate) fn of(status: StatusCode, problem: Problem) -> Self {
        Self { status, problem }
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_problem(&self.problem, serializer)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        let text = serde_json::to_string(&self).expect("a refusal is plain data");
        (self.status, kind, text).into_response()
    }
}

/// A problem as pages are told of it: `error` is what is wrong, `help` what to do.
///
/// # Errors
/// Where the serializer fails.
pub(crate) fn serialize_problem<S: Serializer>(
    problem: &Problem,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut told = serializer.serialize_struct("Problem", 2)?;
    told.serialize_field("error", &problem.what)?;
    told.serialize_field("help", &problem.help)?;
    told.end()
}
