//! A process and all that it has started, and what those have started: who they are, and how all of it is ended.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::proc::{Process, processes};

/// The living processes below this one. None where there is no `/proc`.
pub fn below(root: u32) -> Vec<Process> {
    let all = processes();
    let mut known = BTreeSet::from([root]);
    // A child may stand before its parent.
    let mut grows = true;
    while grows {
        grows = false;
        for it in &all {
            grows |= known.contains(&it.parent) && known.insert(it.pid);
        }
    }
    let is_below = |it: &Process| it.pid != root && it.living && known.contains(&it.pid);
    all.into_iter().filter(is_below).collect()
}

/// Ends every process that `find` finds, until it finds none, and says whether it came to that within some seconds.
/// All are halted first: one that starts another for each that ends would never be at an end.
pub fn end_all(find: impl Fn() -> Vec<u32>) -> bool {
    let send = |pid: u32, signal| kill(Pid::from_raw(pid.cast_signed()), signal);
    let until = Instant::now() + Duration::from_secs(2);
    let mut halted = BTreeSet::new();
    while Instant::now() < until {
        let found = find();
        if found.is_empty() {
            return true;
        }
        let mut is_new = false;
        for pid in &found {
            if halted.insert(*pid) {
                is_new = true;
                let _ = send(*pid, Signal::SIGSTOP);
            }
        }
        if is_new {
            continue;
        }
        for pid in found {
            let _ = send(pid, Signal::SIGKILL);
        }
        thread::sleep(Duration::from_millis(1));
    }
    false
}
