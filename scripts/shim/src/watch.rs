//! Watches one run: samples it, sends it its signal, ends it at the deadline, and tells what it cost.

use std::io::{self, BufRead, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use workbook_shim::peak::Peak;
use workbook_shim::protocol::{Control, End, Event, Job, Stopped, Stream};

use crate::events::{EventWriter, rounded, tell};
use crate::lines::PipeLines;
use crate::system::{self, Group};

/// How often the number of threads is looked at.
const SAMPLE_EVERY: Duration = Duration::from_millis(5);
/// And how often at first: what starts threads may be at its end before the first look.
const SAMPLE_AT_FIRST: Duration = Duration::from_micros(250);
const AT_FIRST: Duration = Duration::from_millis(20);
/// How often the memory of what it has started is looked at, and the part of a core that this may take.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOK_COSTS_AT_MOST_ONE_IN: u32 = 100;
/// How long descendants of a program that has ended may take to end by themselves.
const GRACE: Duration = Duration::from_millis(100);

/// What the threads that read tell the one that watches.
pub(crate) enum Notice {
    /// A pipe of the program is closed.
    Closed,
    Flooding,
    /// A signal is to be sent.
    Signal(String),
    /// Nobody wants to know any more.
    Abandoned,
}

/// Does the job, and tells of it from its beginning to its end.
pub(crate) fn run(job: Job) -> io::Result<()> {
    let teller = Arc::new(Mutex::new(io::stdout()));
    let (start, clock) = (Instant::now(), SystemTime::now());
    let began = clock
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64();
    match spawn(&job) {
        Ok((child, group)) => {
            let process = child.id();
            let told = tell(&teller, &Event::Began { at: began, process });
            let (mut watch, sender) = Watch::new(job, (child, group), (start, began), teller);
            if let Err(error) = watch.listen_to_all(sender) {
                let teller = watch.teller.clone();
                drop(watch);
                return tell(&teller, &Event::Failed(error.to_string()));
            }
            // With nobody to tell, there is nothing to run for: the pipe from the tool is closed too, and
            // what was started is ended for that.
            watch.until_end().and(told)
        }
        Err(error) => tell(&teller, &Event::Failed(error.to_string())),
    }
}

fn spawn(job: &Job) -> io::Result<(Child, Group)> {
    let mut command = Command::new(&job.program);
    command
        .args(&job.args)
        .current_dir(&job.folder)
        .env_clear()
        .envs(job.environment.iter().map(|(key, value)| (key, value)))
        .stdin(match job.input {
            true => Stdio::piped(),
            false => Stdio::null(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Group::spawn(&mut command)
}

/// Hears what the tool says, until its end of the pipe closes.
fn listen_to_tool(notices: &Sender<Notice>, mut input: Option<Sender<Vec<u8>>>) {
    for line in io::stdin().lock().lines() {
        let control = line.map(|line| serde_json::from_str(&line));
        match control {
            Ok(Ok(Control::Signal(name))) => {
                let _ = notices.send(Notice::Signal(name));
            }
            Ok(Ok(Control::Input(bytes))) if bytes.is_empty() => input = None,
            Ok(Ok(Control::Input(bytes))) => {
                let _ = input.as_ref().map(|input| input.send(bytes));
            }
            _ => return,
        }
    }
}

/// Writes what the program reads, and asks for more. One that reads nothing more is asked for nothing more.
fn write_input(mut stdin: ChildStdin, bytes: &Receiver<Vec<u8>>, teller: &EventWriter) {
    for bytes in bytes {
        if stdin.write_all(&bytes).is_err() || tell(teller, &Event::Taken).is_err() {
            return;
        }
    }
}

/// A run that is under way.
struct Watch {
    job: Job,
    child: Child,
    group: Group,
    start: Instant,
    /// The same moment in seconds since 1970.
    began: f64,
    teller: EventWriter,
    notices: Receiver<Notice>,
    open_pipes: usize,
    threads: Peak,
    stopped: Option<Stopped>,
    /// Seconds on a core and waiting for one, and when they were read, at the beginning of the last quarter.
    late: Option<((f64, f64), Instant)>,
    late_cpu: Option<f64>,
    /// Bytes that it has printed, and how many they were at the beginning of the last quarter.
    printed: Arc<AtomicUsize>,
    printed_late: Option<usize>,
    /// When the memory of all that the program has started is looked at again.
    next_look: Instant,
    /// Whether nothing is left to be ended.
    is_over: bool,
}

impl Watch {
    fn new(
        job: Job,
        (child, group): (Child, Group),
        (start, began): (Instant, f64),
        teller: EventWriter,
    ) -> (Self, Sender<Notice>) {
        let (sender, notices) = mpsc::channel();
        let watch = Self {
            job,
            child,
            group,
            start,
            began,
            teller,
            notices,
            open_pipes: 2,
            threads: Peak::default(),
            stopped: None,
            late: None,
            late_cpu: None,
            printed: Arc::default(),
            printed_late: None,
            next_look: start + LOOK_EVERY,
            is_over: false,
        };
        (watch, sender)
    }

    /// Starts the threads that read: one for each of the program's pipes, one for that from the tool; and
    /// the one that writes what the program reads.
    fn listen_to_all(&mut self, sender: Sender<Notice>) -> io::Result<()> {
        let stdout = self.child.stdout.take().expect("stdout is piped");
        let stderr = self.child.stderr.take().expect("stderr is piped");
        for (pipe, stream) in [
            (Box::new(stdout) as Box<dyn Read + Send>, Stream::Out),
            (Box::new(stderr), Stream::Err),
        ] {
            let lines = PipeLines {
                stream,
                start: self.start,
                limit: self.job.output_limit,
                line_limit: self.job.line_limit,
                teller: self.teller.clone(),
                printed: self.printed.clone(),
            };
            let sender = sender.clone();
            thread::Builder::new().spawn(move || lines.pass_on(pipe, &sender))?;
        }
        let mut input = None;
        if let Some(stdin) = self.child.stdin.take() {
            let (writer, bytes) = mpsc::channel();
            let teller = self.teller.clone();
            thread::Builder::new().spawn(move || write_input(stdin, &bytes, &teller))?;
            input = Some(writer);
        }
        thread::Builder::new().spawn(move || {
            listen_to_tool(&sender, input);
            let _ = sender.send(Notice::Abandoned);
        })?;
        Ok(())
    }

    fn until_end(mut self) -> io::Result<()> {
        let mut signal = self.job.signal.take();
        let deadline = Duration::from_secs_f64(self.job.deadline);
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            let elapsed = self.start.elapsed();
            self.sample(elapsed, deadline);
            if elapsed >= deadline.mul_f64(0.75) && self.printed_late.is_none() {
                self.printed_late = Some(self.printed.load(Ordering::Relaxed));
            }
            if signal
                .as_ref()
                .is_some_and(|signal| elapsed.as_secs_f64() >= signal.at)
            {
                let signal = signal.take().expect("it is there");
                self.group.send_signal(&signal.send);
            }
            if elapsed >= deadline && self.stopped.is_none() {
                self.note_late_cpu();
                self.stop(match self.prints_without_end() {
                    true => Stopped::ForFlooding,
                    false => Stopped::AtDeadline,
                });
            }
            // The pipes close when the program ends: that is what ends this wait early.
            let pause = if elapsed < AT_FIRST {
                SAMPLE_AT_FIRST
            } else if self.open_pipes == 0 {
                SAMPLE_EVERY / 5
            } else {
                SAMPLE_EVERY
            };
            self.listen(pause);
        };
        let wall = self.start.elapsed();
        let mut figures = system::figures_of_children();
        figures.wall = Some(rounded(wall.as_secs_f64()));
        figures.threads = self.threads.known();
        let left_behind = self.group.end_descendants(GRACE);
        self.is_over = true;
        let until = Instant::now() + Duration::from_secs(2);
        while self.open_pipes > 0 && Instant::now() < until {
            self.listen(Duration::from_millis(50));
        }
        let (code, signal) = system::code_and_signal(status);
        let busy = figures
            .user
            .zip(figures.system)
            .map(|(user, system)| user + system);
        let overall = busy.map(|busy| busy / wall.as_secs_f64());
        let end = End {
            began: self.began,
            code,
            signal,
            stopped: self.stopped,
            late_cpu: self.late_cpu.or(overall),
            figures,
            left_behind,
        };
        tell(&self.teller, &Event::End(end))
    }

    /// Waits for a notice, at most for `pause`.
    fn listen(&mut self, pause: Duration) {
        if self.open_pipes == 0 {
            thread::sleep(pause);
        }
        let mut next = self.notices.recv_timeout(pause).ok();
        while let Some(notice) = next {
            match notice {
                Notice::Closed => self.open_pipes -= 1,
                Notice::Flooding => self.stop(Stopped::ForFlooding),
                Notice::Signal(name) => self.group.send_signal_to_all(&name),
                Notice::Abandoned => self.stop(Stopped::Abandoned),
            }
            next = self.notices.try_recv().ok();
        }
    }

    fn stop(&mut self, why: Stopped) {
        if self.stopped.is_none() {
            self.stopped = Some(why);
            self.group.kill(&mut self.child);
        }
    }

    fn sample(&mut self, elapsed: Duration, deadline: Duration) {
        let Some((threads, memory)) = system::threads_and_memory(self.child.id()) else {
            return;
        };
        if memory > self.job.memory_limit || self.all_exceed_memory() {
            self.stop(Stopped::ForMemory);
        }
        self.threads.see(threads, elapsed);
        if self.late.is_none() && elapsed >= deadline.mul_f64(0.75) {
            let cpu = system::cpu_and_wait(self.child.id());
            self.late = cpu.map(|cpu| (cpu, Instant::now()));
        }
    }

    /// Looks at what the program has started, too, but not so often that this would cost much.
    fn all_exceed_memory(&mut self) -> bool {
        let now = Instant::now();
        if now < self.next_look {
            return false;
        }
        let exceeds = system::descendants_exceed(self.job.memory_limit);
        self.next_look = now + LOOK_EVERY.max(now.elapsed() * LOOK_COSTS_AT_MOST_ONE_IN);
        exceeds
    }

    /// Whether it has printed much, and went on with it in the last quarter.
    fn prints_without_end(&self) -> bool {
        let printed = self.printed.load(Ordering::Relaxed);
        self.job.is_much(printed) && self.printed_late.is_some_and(|before| printed > before)
    }

    fn note_late_cpu(&mut self) {
        if let Some((cpu, wait)) = system::cpu_and_wait(self.child.id()) {
            // On a very busy machine it may not have been read.
            let of_all = ((0.0, 0.0), self.start);
            let ((cpu_before, wait_before), since) = self.late.unwrap_or(of_all);
            let passed = since.elapsed().as_secs_f64();
            let used = (cpu - cpu_before).max(0.0) / passed;
            let wanted = used + (wait - wait_before).max(0.0) / passed;
            // On a busy machine a program that computes gets little of a core, and wants all of it.
            self.late_cpu = Some(if wanted > 0.5 { wanted } else { used });
        }
    }
}

impl Drop for Watch {
    /// Whatever went wrong, the program does not go on without its watch.
    fn drop(&mut self) {
        if !self.is_over {
            self.group.kill(&mut self.child);
            let _ = self.child.wait();
            self.group.end_descendants(Duration::ZERO);
        }
    }
}
