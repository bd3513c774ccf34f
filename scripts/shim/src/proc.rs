//! What the kernel tells of a process.

/// A process, as it was at one moment.
#[derive(Debug)]
pub struct Process {
    pub pid: u32,
    pub parent: u32,
    pub group: u32,
    /// Whether it has not ended.
    pub living: bool,
    /// Bytes of memory that it has in use, with those that it shares.
    pub resident: u64,
}

/// All processes. None where there is no `/proc`.
pub fn processes() -> Vec<Process> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let fields = stat(pid)?;
            Some(Process {
                pid,
                parent: fields.get(4 - 3)?.parse().ok()?,
                group: fields.get(5 - 3)?.parse().unwrap_or_default(),
                living: !matches!(fields.first()?.as_str(), "Z" | "X"),
                resident: resident(&fields).unwrap_or_default(),
            })
        })
        .collect()
}

/// Bytes of memory that a process has in use, from the fields of its `stat`.
pub fn resident(stat: &[String]) -> Option<u64> {
    let pages: u64 = stat.get(24 - 3)?.parse().ok()?;
    Some(pages * page())
}

/// Bytes of memory that a process has in use, of what it shares with others its part alone: see
/// Documentation/filesystems/proc.rst of the kernel. It takes a while.
pub fn own_share(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024)
}

/// Bytes of the machine's memory. Nothing where there is no `/proc`.
pub fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(unix)]
fn page() -> u64 {
    let size = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE);
    let size = size.ok().flatten().and_then(|it| u64::try_from(it).ok());
    size.unwrap_or(4096)
}

#[cfg(not(unix))]
fn page() -> u64 {
    4096
}

/// The fields of `/proc/PID/stat` from the third, the state, on: see proc_pid_stat(5). Nothing where there is no `/proc`.
pub fn stat(pid: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses, which may hold anything.
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split(' ').map(str::to_owned).collect())
}
