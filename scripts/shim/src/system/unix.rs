//! What Unix tells of processes, and how they are ended. More of it on Linux, which has `/proc`.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{SigHandler, Signal, kill, killpg, signal};
use nix::sys::time::TimeVal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use workbook_shim::proc::{Process, own_share, resident, stat};
use workbook_shim::protocol::Figures;
use workbook_shim::tree::{self, below};

use crate::events::rounded;

/// A program and all that it starts: a process group of its own.
pub(crate) struct Group {
    group: Pid,
    /// How many had left the group when all was ended.
    astray: usize,
}

impl Group {
    /// Starts the program.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<(Child, Self)> {
        let child = command.process_group(0).spawn()?;
        let group = Pid::from_raw(child.id().cast_signed());
        Ok((child, Self { group, astray: 0 }))
    }

    /// Ends all of it, wherever it may have gone.
    pub(crate) fn kill(&mut self, child: &mut Child) {
        let group = self.group.as_raw().cast_unsigned();
        let descendants = below(std::process::id());
        let is_astray = |it: &&Process| it.group != group && it.pid != child.id();
        self.astray = self
            .astray
            .max(descendants.iter().filter(is_astray).count());
        self.end_found();
        // Also where there is no `/proc` to find it in.
        let _ = child.kill();
    }

    fn end_found(&self) {
        tree::end_all(|| below(std::process::id()).iter().map(|it| it.pid).collect());
        let _ = killpg(self.group, Signal::SIGKILL);
    }

    /// Sends the program itself a signal.
    pub(crate) fn send_signal(&self, name: &str) {
        let _ = kill(self.group, signal_named(name));
    }

    /// Sends a signal to the program and those that it has started in its group.
    pub(crate) fn send_signal_to_all(&self, name: &str) {
        let _ = killpg(self.group, signal_named(name));
    }

    /// Ends whatever the program started and left behind, and says how many there were. Those that end by themselves
    /// within `grace` do not count.
    pub(crate) fn end_descendants(&mut self, grace: Duration) -> usize {
        let until = Instant::now() + grace;
        while self.some_left() && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        let mut killed = 0;
        let until = Instant::now() + Duration::from_secs(2);
        while self.some_left() && Instant::now() < until {
            killed = killed.max(below(std::process::id()).len()).max(1);
            self.end_found();
            thread::sleep(Duration::from_millis(5));
        }
        killed.max(self.astray)
    }

    fn some_left(&self) -> bool {
        // Those that have ended are waited for, so that only the living count.
        while let Ok(status) = waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG)) {
            if status == WaitStatus::StillAlive {
                break;
            }
        }
        killpg(self.group, None).is_ok() || !below(std::process::id()).is_empty()
    }
}

fn signal_named(name: &str) -> Signal {
    match name {
        "HUP" => Signal::SIGHUP,
        "TERM" => Signal::SIGTERM,
        _ => Signal::SIGINT,
    }
}

/// Makes this process the parent of every descendant whose own parent ends, so that none is lost
/// sight of. Linux only; elsewhere what leaves the process group is lost.
pub(crate) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_child_subreaper(true);
}

/// What a script starts in the background, or with nohup, ignores some signals, and so would all that it starts
/// in its turn. A run is the same wherever it is started.
#[expect(unsafe_code, reason = "a handler could do anything")]
pub(crate) fn reset_signal_handlers() {
    for ignored in [
        Signal::SIGHUP,
        Signal::SIGINT,
        Signal::SIGQUIT,
        Signal::SIGTERM,
    ] {
        // SAFETY: it takes handlers away, and sets none that could run in the middle of anything.
        let _ = unsafe { signal(ignored, SigHandler::SigDfl) };
    }
}

/// Whoever started the tool may have had files open, and left them to it. They are not the program's: a run is the same
/// wherever it is started.
#[expect(
    unsafe_code,
    reason = "a file of this number may be anybody's, or none"
)]
pub(crate) fn keep_open_files_from_programs() {
    use nix::libc::{F_SETFD, FD_CLOEXEC, fcntl};
    // Where there is no such folder, few are open.
    let open = std::fs::read_dir("/dev/fd").map_or_else(
        |_| (0..256).collect::<Vec<_>>(),
        |open| {
            let names = open.flatten().map(|it| it.file_name());
            let numbers = names.filter_map(|name| name.to_str()?.parse().ok());
            numbers.collect()
        },
    );
    for number in open.into_iter().filter(|&number: &i32| number > 2) {
        // SAFETY: it touches no memory and closes nothing. What is marked stays open here and is closed in what is
        // started, as all that the standard library opens; where nothing is open, it fails.
        let _ = unsafe { fcntl(number, F_SETFD, FD_CLOEXEC) };
    }
}

/// What the children that have ended have used. Called when the program itself has ended and none
/// of its orphans has been waited for.
pub(crate) fn figures_of_children() -> Figures {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else {
        return Figures::default();
    };
    let seconds = |time: TimeVal| {
        let micros = time.tv_usec() as f64;
        rounded(time.tv_sec() as f64 + micros / 1e6)
    };
    let count = |n: i64| u64::try_from(n).ok();
    // Kilobytes on Linux, bytes on macOS: getrusage(2) of each.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Figures {
        wall: None,
        user: Some(seconds(usage.user_time())),
        system: Some(seconds(usage.system_time())),
        max_rss: count(usage.max_rss()).map(|size| size * unit),
        threads: None,
        voluntary_switches: count(usage.voluntary_context_switches()),
        involuntary_switches: count(usage.involuntary_context_switches()),
    }
}

/// What a process is doing now: its threads, and bytes of memory in use. Nothing where there is no `/proc`.
pub(crate) fn threads_and_memory(pid: u32) -> Option<(u64, u64)> {
    let fields = stat(pid)?;
    let threads = fields.get(20 - 3)?.parse().ok()?;
    Some((threads, resident(&fields).unwrap_or_default()))
}

/// Whether all that this process has started has more memory in use than so many bytes.
pub(crate) fn descendants_exceed(limit: u64) -> bool {
    let descendants = below(std::process::id());
    let in_use: u64 = descendants.iter().map(|it| it.resident).sum();
    // What several share was counted for each.
    in_use > limit && {
        let share = |it: &Process| own_share(it.pid).unwrap_or(it.resident);
        descendants.iter().map(share).sum::<u64>() > limit
    }
}

/// Seconds that the threads of a process have had a core, and that they have waited for one: see
/// Documentation/scheduler/sched-stats.rst of the kernel. Nothing where the system does not tell.
pub(crate) fn cpu_and_wait(pid: u32) -> Option<(f64, f64)> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let times = tasks.flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        let mut fields = text.split_whitespace().map(str::parse::<u64>);
        Some((
            fields.next()?.ok()? as f64 / 1e9,
            fields.next()?.ok()? as f64 / 1e9,
        ))
    });
    times.reduce(|(a, b), (cpu, wait)| (a + cpu, b + wait))
}

/// How a program ended: its exit code, or the signal that ended it.
pub(crate) fn code_and_signal(status: ExitStatus) -> (Option<i32>, Option<i32>) {
    (status.code(), status.signal())
}
