//! Exercises are proven: every mistake that an author can make in one is told by name, with its place and what mends it.

use snapbox::{assert_data_eq, str};

use crate::workshop::{Draft, Workshop};

#[test]
fn an_exercise_with_which_nothing_is_wrong_is_proven() {
    let workshop = Workshop::new();
    let ran = workshop.book.run(["check", "tea/pour"]).succeeded();
    ran.complains("");
}
