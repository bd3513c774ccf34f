//! What a run leaves where its shim could not end it: a program may end the shim, or halt it. It is found among the
//! tool's own descendants, and ended.

/// A run, as its processes are told from others.
#[derive(Debug)]
pub(crate) struct Remains {
    /// The shim's process.
    pub(crate) shim: Option<u32>,
    /// The program's, which leads a group of processes.
    pub(crate) program: Option<u32>,
    /// A variable that its environment has, and that of no other run.
    pub(crate) mark: Option<(String, String)>,
}

/// Makes the tool the parent of every descendant whose own parent ends, so that none is lost sight of. Linux only:
/// elsewhere, what a program starts goes on where both the program and its shim were killed.
pub(crate) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_child_subreaper(true);
}

impl Remains {
    /// Ends all that is left of the run. It takes a moment.
    pub(crate) fn end(&self) {
        #[cfg(unix)]
        unix::end(self);
    }
}

#[cfg(unix)]
mod unix {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    #[cfg(not(target_os = "linux"))]
    use nix::sys::signal::killpg;
    use nix::sys::signal::{Signal, kill};
    use nix::sys::wait::{WaitPidFlag, waitpid};
    use nix::unistd::Pid;
    use workbook_shim::proc::Process;
    use workbook_shim::tree::{below, end_all};

    use super::Remains;

    pub(super) fn end(remains: &Remains) {
        let pid = |number: u32| Pid::from_raw(number.cast_signed());
        let ended = RefCell::new(BTreeSet::new());
        end_all(|| {
            let found = find(remains);
            ended.borrow_mut().extend(found.iter().copied());
            found
        });
        // Where there is no `/proc` to find them in.
        #[cfg(not(target_os = "linux"))]
        if let Some(program) = remains.program {
            let _ = killpg(pid(program), Signal::SIGKILL);
        }
        if let Some(shim) = remains.shim {
            let _ = kill(pid(shim), Signal::SIGKILL);
            // Whoever has started it waits for it.
            ended.borrow_mut().remove(&shim);
        }
        // What was adopted is waited for by nobody else.
        for orphan in ended.into_inner() {
            let _ = waitpid(pid(orphan), Some(WaitPidFlag::WNOHANG));
        }
    }

    /// What is below the shim, also after its end.
    fn find(remains: &Remains) -> Vec<u32> {
        let all = below(std::process::id());
        let is_of_run = |it: &Process| {
            let (pid, group) = (Some(it.pid), Some(it.group));
            pid == remains.shim
                || pid == remains.program
                || group == remains.program
                || remains.mark.as_ref().is_some_and(|mark| has(it.pid, mark))
        };
        let mut found: BTreeSet<_> = all
            .iter()
            .filter(|it| is_of_run(it))
            .map(|it| it.pid)
            .collect();
        let mut grows = true;
        while grows {
            grows = false;
            for it in &all {
                grows |= found.contains(&it.parent) && found.insert(it.pid);
            }
        }
        found.into_iter().collect()
    }

    fn has(pid: u32, (name, value): &(String, String)) -> bool {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let wanted = format!("{name}={value}");
        environment
            .split(|byte| *byte == 0)
            .any(|it| it == wanted.as_bytes())
    }
}
