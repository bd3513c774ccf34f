//! However a program behaves, its run has an end, which is told, and nothing is left of it.

use workbook_shim::protocol::{Event, Stopped, Stream};

use crate::driver::{Shim, job};

#[test]
fn an_exit_code_is_told() {
    let mut shim = Shim::start(&job("exits"));
    let began = shim.next();
    assert!(matches!(began, Some(Event::Began { .. })), "{began:?}");
    let end = shim.end();
    assert_eq!((end.code, end.signal), (Some(3), None));
    assert_eq!(end.stopped, None);
    assert_eq!(end.left_behind, 0);
    assert!(end.figures.wall.is_some_and(|wall| wall < 60.0), "{end:?}");
}

#[test]
fn a_program_past_its_deadline_is_stopped() {
    let mut job = job("waits");
    job.deadline = 0.2;
    let end = Shim::start(&job).end();
    assert_eq!(end.stopped, Some(Stopped::AtDeadline));
    assert_ne!(end.code, Some(0));
    let wall = end.figures.wall.expect("every system has a clock");
    assert!((0.2..10.0).contains(&wall), "{wall}");
}

#[test]
fn a_flood_is_stopped() {
    let mut job = job("floods");
    job.output_limit = 100_000;
    let mut shim = Shim::start(&job);
    let (mut lines, mut cut) = (0, 0);
    let end = loop {
        match shim.next().expect("it has an end") {
            Event::Line { stream, .. } => lines += usize::from(stream == Stream::Out),
            Event::Cut(some) => cut += some,
            Event::End(end) => break end,
            Event::Began { .. } => {}
            Event::Failed(error) => panic!("{error}"),
        }
    };
    assert_eq!(end.stopped, Some(Stopped::ForFlooding));
    assert!(lines < 2000, "{lines} lines are told");
    assert!(cut > 10_000, "{cut} are not");
}

#[test]
fn a_line_is_told_while_the_program_runs_and_a_closed_lifeline_ends_it() {
    let mut shim = Shim::start(&job("waits"));
    shim.line("waiting");
    shim.let_go();
    let end = shim.end();
    assert_eq!(end.stopped, Some(Stopped::Abandoned));
    assert_ne!(end.code, Some(0));
}

#[test]
fn what_is_left_behind_is_counted_and_ended() {
    let mut shim = Shim::start(&job("leaves one behind"));
    let left = shim.line("left ");
    let end = shim.end();
    assert_eq!(end.code, Some(0));
    assert_eq!(end.left_behind, 1, "{left} was left");
    // Elsewhere the system's first process has yet to take note of its end.
    #[cfg(target_os = "linux")]
    assert!(!std::fs::exists(format!("/proc/{left}")).expect("Linux has it"));
}

#[test]
#[cfg(unix)]
fn the_signal_of_the_job_is_sent() {
    let mut job = job("waits");
    job.signal = Some(workbook_shim::protocol::Signal {
        at: 0.0,
        send: "TERM".to_owned(),
    });
    let end = Shim::start(&job).end();
    let term = nix::sys::signal::Signal::SIGTERM as i32;
    assert_eq!((end.code, end.signal), (None, Some(term)));
    assert_eq!(end.stopped, None);
}

#[test]
fn a_job_that_cannot_start_says_why() {
    let mut job = job("exits");
    job.program = "no-such-kettle".to_owned();
    let mut shim = Shim::start(&job);
    let told = shim.next();
    assert!(
        matches!(&told, Some(Event::Failed(why)) if !why.is_empty()),
        "{told:?}"
    );
    let told = shim.next();
    assert!(told.is_none(), "{told:?}");
}
