//! What the shim asks of Windows, which tells it little of a process. But a program and all that it starts are one
//! job, which ends as a whole.

use std::io;
use std::os::windows::io::AsRawHandle;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use win32job::{ExtendedLimitInfo, Job, JobError};
use workbook_shim::protocol::Figures;

/// A program and all that it starts.
pub(crate) struct Group {
    /// When it closes, the system ends every process in it, also where the shim itself was ended. Nothing where the
    /// system gave none: then only the program is ended.
    job: Option<Job>,
}

impl Group {
    /// Starts the program. What it starts before it is in the job is lost sight of: it has some microseconds.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<(Child, Self)> {
        let child = command.spawn()?;
        let job = job_of(&child).ok();
        Ok((child, Self { job }))
    }

    /// Ends all of it.
    pub(crate) fn kill(&mut self, child: &mut Child) {
        let _ = child.kill();
        self.job = None;
    }

    pub(crate) fn send_signal(&self, _: &str) {}

    pub(crate) fn send_signal_to_all(&self, _: &str) {}

    /// Ends whatever the program started and left behind, and says how many there were. Those that end by themselves
    /// within `grace` do not count.
    pub(crate) fn end_descendants(&mut self, grace: Duration) -> usize {
        let Some(job) = self.job.take() else {
            return 0;
        };
        // It fails where there are more than a thousand. They are ended for all that.
        let left = || job.query_process_id_list().map_or(0, |ids| ids.len());
        let until = Instant::now() + grace;
        while left() > 0 && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        left()
    }
}

fn job_of(child: &Child) -> Result<Job, JobError> {
    let mut limits = ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close();
    let job = Job::create_with_limit_info(&limits)?;
    job.assign_process(child.as_raw_handle() as isize)?;
    Ok(job)
}

pub(crate) fn adopt_orphans() {}

pub(crate) fn keep_open_files_from_programs() {}

pub(crate) fn reset_signal_handlers() {}

pub(crate) fn figures_of_children() -> Figures {
    Figures::default()
}

pub(crate) fn threads_and_memory(_: u32) -> Option<(u64, u64)> {
    None
}

pub(crate) fn descendants_exceed(_: u64) -> bool {
    false
}

pub(crate) fn cpu_and_wait(_: u32) -> Option<(f64, f64)> {
    None
}

pub(crate) fn code_and_signal(status: ExitStatus) -> (Option<i32>, Option<i32>) {
    (status.code(), None)
}
