//! Clocks, and what many rounds have in common.

use rustix::time::{ClockId, clock_gettime};

fn nanos(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// CPU time of all threads, in nanoseconds.
pub(crate) fn process_cpu() -> f64 {
    nanos(ClockId::ProcessCPUTime)
}

/// CPU time of this thread, in nanoseconds.
pub(crate) fn thread_cpu() -> f64 {
    nanos(ClockId::ThreadCPUTime)
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
