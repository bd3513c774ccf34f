//! What every command says in the terminal in the same way.

use crate::model::problem::{self, Problem};

/// Prints problems on standard error, sorted by place, each once. Returns how many there were.
pub(crate) fn report(problems: Vec<Problem>) -> usize {
    let problems = problem::in_order(problems);
    for problem in &problems {
        eprintln!("{problem}");
    }
    problems.len()
}
