//! What the kernel tells of a process.

/// The fields of `/proc/PID/stat` from the third, the state, on: see proc_pid_stat(5). Nothing where there is no `/proc`.
pub fn stat(pid: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses, which may hold anything.
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split(' ').map(str::to_owned).collect())
}
