//! What the order of the six lines follows from, rule by rule, and the run that
//! proves it.

use super::{Lines, ORDER, breakfast};

/// The place of a line in the order, from 1.
fn place(line: &str) -> usize {
    let at = ORDER.iter().position(|it| *it == line);
    at.unwrap_or_else(|| panic!("`{line}` is not in ORDER")) + 1
}

#[exercise::test]
fn the_arguments_of_a_call_are_evaluated_at_the_call() {
    assert!(
        place("shelf: a cup taken") < place("main: all ordered"),
        "`shelf` is called where `tea` is, and that is before `main` says its line"
    );
}

#[exercise::test]
fn nothing_of_a_body_runs_before_it_is_awaited() {
    for line in ["tea: kettle on", "milk: poured"] {
        assert!(
            place("main: all ordered") < place(line),
            "`{line}` stands in a future, and `main` awaits none before it says its line"
        );
    }
}

#[exercise::test]
fn a_future_begins_when_it_is_awaited_and_not_when_it_is_made() {
    assert!(
        place("milk: poured") < place("tea: kettle on"),
        "the tea is made first, but which of the two is awaited first?"
    );
}

#[exercise::test]
fn an_await_that_need_not_wait_lets_nobody_have_a_turn() {
    assert!(
        place("milk: poured") < place("toast: in the toaster"),
        "the toast is in Tokio's queue: does the await of the milk answer `Pending`?"
    );
}

#[exercise::test]
fn the_queue_has_its_turn_when_something_has_to_wait() {
    let toast = place("toast: in the toaster");
    assert!(
        place("tea: kettle on") < toast,
        "an await polls on the spot: nobody has a turn between it and the kettle"
    );
    assert!(
        toast < place("tea: poured"),
        "the tea waits for a second, and the thread has nothing else to do"
    );
}

#[exercise::test]
async fn it_is_the_order_of_the_run() {
    let lines = Lines::default();
    breakfast(lines.clone()).await;
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), 6, "lines of the run: `breakfast` is as it was");
    let right = lines.iter().zip(ORDER).filter(|(run, yours)| *run == yours);
    assert_eq!(right.count(), 6, "lines of ORDER that stand in their place");
    for line in ORDER {
        assert!(lines.contains(&line), "`{line}` is a line of the run");
    }
}
