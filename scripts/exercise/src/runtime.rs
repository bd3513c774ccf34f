//! The runtime of an async test.

use timeline::LaneExt;
use tokio::runtime::Builder;

/// The clock of an async test, and the threads that it runs on.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// One thread; the clock stands while anything can go on, and goes to the next timer when everything waits.
    Paused,
    /// One thread, and the clock as it is.
    Real,
    /// So many worker threads, and the clock as it is.
    RealWithThreads(usize),
}

/// Runs the body of a test, in a lane of its own: what waits for ever is the test itself, where nothing else has one.
///
/// # Panics
/// Where the system has no thread or no file for the runtime.
pub fn block_on<T>(clock: Clock, body: impl Future<Output = T>) -> T {
    let mut builder = match clock {
        Clock::RealWithThreads(threads) => {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(threads);
            builder
        }
        Clock::Paused | Clock::Real => Builder::new_current_thread(),
    };
    builder.enable_all();
    if matches!(clock, Clock::Paused) {
        builder.start_paused(true);
    }
    let runtime = builder.build().expect("a runtime for the test");
    let output = runtime.block_on(body.lane("the test"));
    // What it has left on other threads is not waited for: the body has returned.
    runtime.shutdown_background();
    output
}
