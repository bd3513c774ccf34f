//! However a program behaves, its run has an end, which is told, and nothing is left of it.

use workbook_shim::protocol::{Control, Event, Stopped, Stream};

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
            Event::Began { .. } | Event::Taken => {}
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
fn a_program_reads_what_it_is_given_until_that_ends() {
    let mut job = job("repeats what it reads");
    job.input = true;
    let mut shim = Shim::start(&job);
    let mut lines = Vec::new();
    for bytes in [&b"tea "[..], b"and\ncups\n", b""] {
        shim.say(&Control::Input(bytes.to_vec()));
        while !bytes.is_empty() {
            match shim.next() {
                Some(Event::Taken) => break,
                Some(Event::Line { text, .. }) => lines.push(text),
                Some(Event::Began { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    while lines.last().is_none_or(|line| line != "read all") {
        lines.push("read ".to_owned() + &shim.line("read "));
    }
    let read: Vec<_> = lines.iter().filter(|it| it.starts_with("read ")).collect();
    assert_eq!(read, ["read tea and", "read cups", "read all"]);
    assert_eq!(shim.end().code, Some(0));
}

#[test]
fn what_nobody_reads_keeps_no_shim_from_its_end() {
    let mut job = job("waits");
    job.input = true;
    let mut shim = Shim::start(&job);
    shim.say(&Control::Input(vec![b'x'; 1 << 20]));
    shim.line("waiting");
    shim.let_go();
    assert_eq!(shim.end().stopped, Some(Stopped::Abandoned));
}

#[test]
#[cfg(unix)]
fn a_signal_is_passed_on_to_all_of_the_group() {
    let mut job = job("leaves one behind");
    job.program = "sh".to_owned();
    let script = "trap 'exit 4' INT; (trap 'echo child; exit' INT; echo ready; while :; do sleep 0.01; done)";
    job.args = ["-c", script].map(str::to_owned).into();
    job.environment.push((
        "PATH".to_owned(),
        std::env::var("PATH").expect("there is one"),
    ));
    let mut shim = Shim::start(&job);
    shim.line("ready");
    shim.say(&Control::Signal("INT".to_owned()));
    shim.line("child");
    assert_eq!(shim.end().code, Some(4));
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

/// The processes of a run of one of our own programs, whatever has become of them.
#[cfg(target_os = "linux")]
fn below(shim: &Shim) -> Vec<u32> {
    workbook_shim::tree::below(shim.id())
        .iter()
        .map(|it| it.pid)
        .collect()
}

#[cfg(target_os = "linux")]
fn are_gone(processes: &[u32]) -> bool {
    let is_there = |pid: &u32| workbook_shim::proc::stat(*pid).is_some_and(|it| it[0] != "Z");
    !processes.iter().any(is_there)
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_leaves_its_group_is_stopped() {
    let mut job = job("leaves its group and waits");
    job.environment
        .push(("PATH".to_owned(), std::env::var("PATH").expect("it is set")));
    let mut shim = Shim::start(&job);
    shim.line("joined ");
    let all = below(&shim);
    assert!(
        all.len() >= 4,
        "the watch, the program and its children: {all:?}"
    );
    let since = std::time::Instant::now();
    shim.let_go();
    let end = shim.end();
    assert_eq!(end.stopped, Some(Stopped::Abandoned));
    assert!(since.elapsed().as_secs_f64() < 1.0, "{:?}", since.elapsed());
    assert!(are_gone(&all), "{all:?}");

    job.deadline = 0.5;
    let end = Shim::start(&job).end();
    assert_eq!(end.stopped, Some(Stopped::AtDeadline));
    let wall = end.figures.wall.expect("every system has a clock");
    assert!((0.5..1.5).contains(&wall), "{wall}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_starts_another_for_each_that_ends_is_stopped() {
    let mut job = job("starts another for each that ends");
    job.environment
        .push(("PATH".to_owned(), std::env::var("PATH").expect("it is set")));
    let mut shim = Shim::start(&job);
    shim.line("one more");
    let all = below(&shim);
    shim.let_go();
    let end = shim.end();
    assert_eq!(end.stopped, Some(Stopped::Abandoned));
    assert!(are_gone(&all), "{all:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_ends_or_halts_its_watch_is_stopped() {
    for how in ["-KILL", "-STOP"] {
        let begun = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("begun-{}{how}", std::process::id()));
        let mut job = job("ends its watch");
        let path = std::env::var("PATH").expect("it is set");
        job.environment.extend([
            ("PATH".to_owned(), path),
            ("HOW".to_owned(), how.to_owned()),
            ("BEGUN".to_owned(), begun.display().to_string()),
        ]);
        let since = std::time::Instant::now();
        let mut shim = Shim::start(&job);
        let Some(Event::Began { process, .. }) = shim.next() else {
            panic!("it has not begun");
        };
        std::fs::write(&begun, "").expect("it is written");
        shim.fails();
        std::fs::remove_file(&begun).expect("it is there");
        assert!(since.elapsed().as_secs_f64() < 10.0, "{how}");
        assert!(are_gone(&[process]), "{how}: {process}");
    }
}

#[test]
fn a_shim_that_cannot_start_a_thread_leaves_nothing_running() {
    // No machine has so much for a stack.
    let stack = (1_u64 << 46).to_string();
    let mut shim = Shim::start_with(&job("waits"), &[("RUST_MIN_STACK", &stack)]);
    let Some(Event::Began { process, .. }) = shim.next() else {
        panic!("it has not begun");
    };
    let told = shim.next();
    assert!(matches!(told, Some(Event::Failed(_))), "{told:?}");
    #[cfg(target_os = "linux")]
    assert!(are_gone(&[process]), "{process}");
    let _ = process;
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_takes_too_much_memory_is_stopped() {
    for program in ["hoards", "lets others hoard"] {
        let mut job = job(program);
        job.environment
            .push(("PATH".to_owned(), std::env::var("PATH").expect("it is set")));
        job.memory_limit = 200 << 20;
        let end = Shim::start(&job).end();
        assert_eq!(end.stopped, Some(Stopped::ForMemory), "{program}");
        let peak = end.figures.max_rss.expect("Linux tells it");
        assert!(peak < 1 << 30, "{program}: {peak}");
    }
}

#[test]
fn what_is_only_reserved_is_not_in_use() {
    let mut job = job("reserves");
    job.memory_limit = 200 << 20;
    let end = Shim::start(&job).end();
    assert_eq!((end.stopped, end.code), (None, Some(0)));
}
