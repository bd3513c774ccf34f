//! A runtime small enough to read in an hour: it runs many futures on one
//! thread, with timers and sockets.
//!
//! Each file uses only those that stand below it.
//!
//! | file | concern |
//! |---|---|
//! | `net` | [`TcpListener`], [`TcpStream`] |
//! | `time` | [`sleep`], [`timeout`] |
//! | `join_set` | [`JoinSet`]: tasks that belong together |
//! | `task` | [`spawn`], a spawned future, and its [`JoinHandle`] |
//! | `runtime` | [`block_on`], and the loop that polls, or sleeps |
//! | `tasks` | what a thread has to poll, and in which order |
//! | `timers` | who is to be woken, and when |
//! | `reactor` | which socket is ready, and who waits for it |
//! | `outcome` | how a task ended |
//! | `wake` | what a waker holds, and how a wake gets to another thread |
//! | `room` | how much memory is kept when a burst is over |
//!
//! Futures stay on the thread that called [`block_on`], and need not be
//! `Send`. Wakers and handles go everywhere.

mod join_set;
mod net;
mod outcome;
mod reactor;
mod room;
mod runtime;
/// What threads share is made of these. The models in
/// `scripts/little-runtime-tests` put loom's types in their place.
mod sync {
    pub(crate) use mio::Waker as Bell;
    pub(crate) use std::sync::atomic::{AtomicBool, Ordering};
    pub(crate) use std::sync::{Arc, Mutex};
}
mod task;
mod tasks;
mod time;
mod timers;
mod wake;

pub use join_set::JoinSet;
pub use net::{TcpListener, TcpSocket, TcpStream};
pub use outcome::JoinError;
pub use runtime::{block_on, yield_now};
pub use task::{JoinHandle, spawn};
pub use time::{Sleep, sleep, timeout};
