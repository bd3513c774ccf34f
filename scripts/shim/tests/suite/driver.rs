//! A shim with a job, and what it tells.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use workbook_shim::protocol::{Control, End, Event, Job};

use crate::programs::{ARGS, PROGRAM};

/// A job that runs one of our own programs, with nothing to stop it.
pub(crate) fn job(program: &str) -> Job {
    let text = |path: &std::path::Path| path.to_str().expect("ours is UTF-8").to_owned();
    let mut environment = vec![(PROGRAM.to_owned(), program.to_owned())];
    // Without it, Windows starts hardly anything.
    environment.extend(std::env::var("SYSTEMROOT").map(|it| ("SYSTEMROOT".to_owned(), it)));
    Job {
        program: text(&std::env::current_exe().expect("it was started")),
        args: ARGS.map(str::to_owned).into(),
        folder: text(&std::env::temp_dir()),
        environment,
        deadline: 60.0,
        output_limit: 1 << 20,
        line_limit: 4096,
        memory_limit: 2 << 30,
        signal: None,
        input: false,
    }
}

/// A shim that is at work.
pub(crate) struct Shim {
    process: Child,
    lifeline: Option<ChildStdin>,
    events: Lines<BufReader<ChildStdout>>,
}

impl Shim {
    pub(crate) fn start(job: &Job) -> Self {
        Self::start_with(job, &[])
    }

    /// A shim with these variables in its own environment.
    pub(crate) fn start_with(job: &Job, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_workbook-shim"))
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was built");
        let mut lifeline = process.stdin.take().expect("it is a pipe");
        let job = serde_json::to_string(job).expect("it can be written");
        writeln!(lifeline, "{job}").expect("it listens");
        let events = BufReader::new(process.stdout.take().expect("it is a pipe")).lines();
        Self {
            process,
            lifeline: Some(lifeline),
            events,
        }
    }

    /// Waits for the next event. There is none after the last.
    pub(crate) fn next(&mut self) -> Option<Event> {
        let line = self.events.next()?.expect("it speaks UTF-8");
        Some(serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }

    /// Waits for a line of the program that begins like this, and gives what follows.
    pub(crate) fn line(&mut self, start: &str) -> String {
        loop {
            match self.next() {
                Some(Event::Line { text, .. }) => {
                    if let Some(rest) = text.strip_prefix(start) {
                        return rest.to_owned();
                    }
                }
                Some(Event::Began { .. } | Event::Taken) => {}
                other => panic!("there is no line `{start}`, but {other:?}"),
            }
        }
    }

    /// Says something to it while its job goes on.
    pub(crate) fn say(&mut self, control: &Control) {
        let control = serde_json::to_string(control).expect("it can be written");
        let lifeline = self.lifeline.as_mut().expect("it is held");
        writeln!(lifeline, "{control}").expect("it listens");
    }

    /// Lets go of the shim, as a tool does that has lost interest, or has died.
    pub(crate) fn let_go(&mut self) {
        self.lifeline = None;
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits for the end of a shim that does not end well.
    #[cfg(target_os = "linux")]
    pub(crate) fn fails(mut self) {
        while self.events.next().is_some() {}
        assert!(!self.process.wait().expect("it is ours").success());
    }

    /// Waits for the end of the run, and of the shim.
    pub(crate) fn end(mut self) -> End {
        let mut end = None;
        while let Some(event) = self.next() {
            assert!(end.is_none(), "after the end it tells {event:?}");
            match event {
                Event::End(it) => end = Some(it),
                Event::Failed(error) => panic!("it could not be started: {error}"),
                _ => {}
            }
        }
        assert!(self.process.wait().expect("it is ours").success());
        end.expect("it told of an end")
    }
}

impl Drop for Shim {
    fn drop(&mut self) {
        // Its run ends with the lifeline, and then so does the shim.
        self.lifeline = None;
        let _ = self.process.wait();
    }
}
