//! Both sides of counting: the process that is watched, and what it takes to
//! look into it.

use nix::libc;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::ptrace;
use nix::sys::signal::{Signal, raise};
use nix::unistd::Pid;
use std::env::current_exe;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{ChildStdout, Command, Stdio};

/// In the process that is watched: where counting begins, and where it ends.
pub(crate) fn mark() {
    raise(Signal::SIGSTOP).unwrap();
}

/// In the process that is watched, before it begins: tells where the functions
/// of the allocator are, the one that takes memory back first.
pub(crate) fn be_watched() {
    let functions = [
        libc::free as *const (),
        libc::malloc as *const (),
        libc::calloc as *const (),
        libc::realloc as *const (),
        libc::posix_memalign as *const (),
        libc::aligned_alloc as *const (),
    ];
    println!("{:?}", functions.map(<*const ()>::addr));
    set_pdeathsig(Signal::SIGKILL).unwrap(); // not to outlive who watches
    ptrace::traceme().unwrap();
}

/// The functions of the allocator, as the process has told.
fn told(stdout: ChildStdout) -> Vec<u64> {
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let numbers = line.split(|c: char| !c.is_ascii_digit());
    numbers.filter_map(|number| number.parse().ok()).collect()
}

/// What was counted.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Count {
    /// How often it was begun and ended.
    pub(crate) spans: u64,
    pub(crate) instructions: u64,
    /// Those that read and change memory in one step, for all cores.
    pub(crate) atomic: u64,
    /// Calls to the system.
    pub(crate) calls: u64,
    /// How often the allocator was asked for memory.
    pub(crate) allocations: u64,
    /// Instructions of the allocator.
    pub(crate) allocator: u64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Plain,
    Atomic,
    Call,
}

/// What the instruction does that begins with these bytes. See the Intel 64
/// manual, volume 2, on prefixes, `SYSCALL` and `XCHG`.
pub(crate) fn kind(bytes: [u8; 8]) -> Kind {
    let is_prefix = |byte: &u8| {
        matches!(byte, 0x26 | 0x2e | 0x36 | 0x3e | 0x64..=0x67 | 0xf2 | 0xf3)
    };
    let mut rest = bytes.into_iter().skip_while(is_prefix);
    let mut first = rest.next();
    if let Some(0xf0) = first {
        return Kind::Atomic; // it has a lock
    }
    if let Some(0x40..=0x4f) = first {
        first = rest.next();
    }
    match (first, rest.next()) {
        (Some(0x0f), Some(0x05)) => Kind::Call,
        // An exchange with memory has a lock without saying so.
        (Some(0x86 | 0x87), Some(operands)) if operands < 0xc0 => Kind::Atomic,
        _ => Kind::Plain,
    }
}

/// Eight bytes of its memory, from there on.
pub(crate) fn read(pid: Pid, address: u64) -> u64 {
    let address = address as ptrace::AddressType;
    ptrace::read(pid, address).unwrap().cast_unsigned()
}

/// Starts this program once more, with these arguments, to be watched. Tells
/// where its allocator is.
#[expect(clippy::zombie_processes, reason = "`waitpid` waits for its end")]
pub(crate) fn start(args: [&str; 2]) -> (Pid, Vec<u64>) {
    let mut child = Command::new(current_exe().unwrap())
        .args(args)
        .stdout(Stdio::piped())
        .process_group(0) // a terminal's signals are not for it
        .spawn()
        .unwrap();
    let pid = Pid::from_raw(child.id().cast_signed());
    (pid, told(child.stdout.take().unwrap()))
}
