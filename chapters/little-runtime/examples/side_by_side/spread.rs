//! Clocks, and what many rounds have in common.

/// CPU time of all threads, in nanoseconds.
pub(crate) fn process_cpu() -> f64 {
    clock::process()
}

/// CPU time of this thread, in nanoseconds.
pub(crate) fn thread_cpu() -> f64 {
    clock::thread()
}

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
