//! The echo once more, on a runtime that waits for completion. Watch the calls.

#[cfg(target_os = "linux")]
#[path = "../side_by_side/calls.rs"]
mod calls;
#[cfg(target_os = "linux")]
mod completion;
#[cfg(target_os = "linux")]
#[path = "../side_by_side/crowd.rs"]
#[expect(dead_code, reason = "nobody is idle here")]
mod crowd;
#[cfg(target_os = "linux")]
#[path = "../side_by_side/runtimes.rs"]
#[expect(dead_code, reason = "only two of them are compared here")]
mod runtimes;
#[cfg(target_os = "linux")]
#[path = "../serves_hyper.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "it is a program of its own, too"
)]
mod serves_hyper;
#[cfg(target_os = "linux")]
#[path = "../side_by_side/spread.rs"]
#[expect(dead_code, reason = "only the servers are measured here")]
mod spread;
#[cfg(target_os = "linux")]
#[path = "../side_by_side/work.rs"]
#[expect(dead_code, reason = "only the servers are measured here")]
mod work;

#[cfg(target_os = "linux")]
fn main() {
    completion::compare();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    panic!("io_uring is Linux's");
}
