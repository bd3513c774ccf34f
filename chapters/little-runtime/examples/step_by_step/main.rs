//! Instructions, counted one by one. Watch what they are spent on.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod compare;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../side_by_side/runtimes.rs"]
#[expect(dead_code, reason = "only two of them are compared here")]
mod runtimes;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../serves_hyper.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "it is a program of its own, too"
)]
mod serves_hyper;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod tracer;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod work;

/// Counts as a debugger could: the work is done by a process of its own, which
/// is stopped after each instruction. The first argument says which work, the
/// second on which runtime.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn count(args: [&str; 2]) -> tracer::Count {
    use nix::sys::signal::Signal;
    use nix::sys::{
        ptrace,
        wait::{WaitStatus, waitpid},
    };
    use std::collections::HashMap;
    use tracer::{Count, Kind, kind, read};

    let (pid, allocator) = tracer::start(args);
    let mut count = Count::default();
    // part: steps
    let mut is_counting = false;
    let mut kinds = HashMap::new();
    let mut leaves_allocator = None; // where to
    loop {
        match waitpid(pid, None).unwrap() {
            WaitStatus::Exited(_, 0) => return count,
            WaitStatus::Stopped(_, Signal::SIGSTOP) => {
                is_counting = !is_counting; // at a mark
                count.spans += u64::from(is_counting);
            }
            WaitStatus::Stopped(_, Signal::SIGTRAP) => {} // after a step
            other => panic!("{other:?}"),
        }
        if !is_counting {
            ptrace::cont(pid, None).unwrap();
            continue;
        }
        let registers = ptrace::getregs(pid).unwrap();
        let at = registers.rip; // where the next one is
        if leaves_allocator == Some(at) {
            leaves_allocator = None;
        }
        if leaves_allocator.is_none() && allocator.contains(&at) {
            // Whoever calls a function leaves on the stack where to return to.
            leaves_allocator = Some(read(pid, registers.rsp));
            count.allocations += u64::from(at != allocator[0]); // which is `free`
        }
        count.instructions += 1;
        count.allocator += u64::from(leaves_allocator.is_some());
        let look = || kind(read(pid, at).to_le_bytes());
        match kinds.entry(at).or_insert_with(look) {
            Kind::Plain => {}
            Kind::Atomic => count.atomic += 1,
            Kind::Call => count.calls += 1,
        }
        ptrace::step(pid, None).unwrap();
    }
    // end: steps
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() {
    compare::compare();
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() {
    panic!("this counts on Linux, and what an x86-64 processor executes");
}
