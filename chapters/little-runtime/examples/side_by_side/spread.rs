//! Clocks, and what many rounds have in common.

/// CPU time of all threads, in nanoseconds.
pub(crate) fn process_cpu() -> f64 {
    clock::process()
}

/// CPU time of this thread, in nanoseconds.
pub(crate) fn thread_cpu() -> f64 {
    clock::thread()
}

/// CPU time of all threads but this one, in nanoseconds, that is not the
/// system's. The system notes it a clock tick at a time, so it takes many rounds.
#[cfg(target_os = "linux")]
pub(crate) fn others_user_cpu() -> f64 {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike,
    };
    let user = |who| getrusage(who).unwrap().user_time().num_microseconds();
    let own = user(UsageWho::RUSAGE_THREAD);
    (user(UsageWho::RUSAGE_SELF) - own) as f64 * 1000.0
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn others_user_cpu() -> f64 {
    0.0
}

/// For this thread, and those that it starts. Whether two threads that talk with
/// each other are on one core or on two changes what a word costs (threefold,
/// where this was written), and unless it is told, the system decides it anew in
/// each round.
#[cfg(target_os = "linux")]
pub(crate) fn stay_on_one_core() {
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;
    let this = Pid::from_raw(0);
    let cores = sched_getaffinity(this).unwrap();
    let is_ours = |core: &usize| cores.is_set(*core).unwrap();
    let mut one = CpuSet::new();
    one.set((0..CpuSet::count()).find(is_ours).unwrap())
        .unwrap();
    sched_setaffinity(this, &one).unwrap();
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn stay_on_one_core() {}

#[cfg(unix)]
mod clock {
    use rustix::time::{ClockId, clock_gettime};

    fn nanos(clock: ClockId) -> f64 {
        let time = clock_gettime(clock);
        time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
    }

    pub(crate) fn process() -> f64 {
        nanos(ClockId::ProcessCPUTime)
    }

    pub(crate) fn thread() -> f64 {
        nanos(ClockId::ThreadCPUTime)
    }
}

/// No more than it takes to compile: the page has no figures from here.
#[cfg(not(unix))]
mod clock {
    pub(crate) fn process() -> f64 {
        0.0
    }

    pub(crate) fn thread() -> f64 {
        0.0
    }
}

/// The value below which so large a part of all lies.
pub(crate) fn quantile(all: &mut [f64], part: f64) -> f64 {
    all.sort_unstable_by(f64::total_cmp);
    all[((all.len() - 1) as f64 * part).round() as usize]
}

/// `median (lower quartile to upper quartile)`
pub(crate) fn spread(mut all: Vec<f64>, digits: usize) -> String {
    let [low, middle, high] =
        [0.25, 0.5, 0.75].map(|part| quantile(&mut all, part));
    format!("{middle:.digits$} ({low:.digits$} to {high:.digits$})")
}
