//! The file that a timeline is written to, its clocks, and the numbers of threads.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Instant, SystemTime};

/// The timeline of this process. Nothing when it is off.
pub(crate) static TIMELINE: LazyLock<Option<Timeline>> = LazyLock::new(Timeline::open);

#[derive(Debug)]
pub(crate) struct Timeline {
    file: File,
    path: OsString,
    start: Instant,
}

impl Timeline {
    fn open() -> Option<Self> {
        let path = env::var_os("WORKBOOK_TIMELINE")?;
        let fail = |error| panic!("failed to open `{}`: {error}", path.display());
        let file = File::options().append(true).create(true).open(&path);
        let file = file.unwrap_or_else(fail);
        let start = Instant::now();
        let since_1970 = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let header = format_args!(r#""timeline":1,"start":{:.6}"#, since_1970.as_secs_f64());
        let timeline = Self { file, path, start };
        timeline.write_whole(format!("{{{header}}}\n").as_bytes());
        Some(timeline)
    }

    /// Seconds since the start.
    pub(crate) fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// Writes an event at once: the run may be killed in the next instant. It is one call, so that the
    /// lines of several threads stay whole.
    pub(crate) fn write(&self, t: f64, event: &str) {
        let line = format!("{{\"t\":{t:.6},{event}}}\n");
        let line = line.replace(r#","cpu":NaN"#, ""); // JSON has no such number
        self.write_whole(line.as_bytes());
    }

    /// A full disk does not end the program, but half a timeline is none: the file goes away, for which a disk needs
    /// no room, and who reads it knows.
    fn write_whole(&self, bytes: &[u8]) {
        if (&self.file).write_all(bytes).is_err() {
            let _ = fs::remove_file(&self.path);
        }
    }

    /// The number of this thread.
    pub(crate) fn thread(&self) -> u32 {
        static THREADS: AtomicU32 = AtomicU32::new(0);
        thread_local!(static NUMBER: u32 = THREADS.fetch_add(1, Relaxed));
        NUMBER.with(|number| *number)
    }
}

/// Seconds of CPU time that this thread has used. Not a number where the system cannot tell.
pub(crate) fn cpu_time() -> f64 {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    }
    #[cfg(not(unix))]
    f64::NAN
}

/// How often this thread has left its core until now: first of itself, to sleep or to wait for a lock, then because it
/// was put off it for another thread. None where the system does not tell it of a thread.
pub(crate) fn switches() -> Option<(i64, i64)> {
    #[cfg(target_os = "linux")]
    {
        use nix::sys::resource::{UsageWho, getrusage};
        let usage = getrusage(UsageWho::RUSAGE_THREAD).ok()?;
        let switches = (
            usage.voluntary_context_switches(),
            usage.involuntary_context_switches(),
        );
        // A `c_long`, which is as wide as the machine's words.
        #[allow(clippy::useless_conversion, reason = "not everywhere 64 bits")]
        Some((switches.0.into(), switches.1.into()))
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// The text as a string of JSON.
pub(crate) fn json(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        '\0'..' ' => format!("\\u{:04x}", u32::from(c)),
        _ => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}
