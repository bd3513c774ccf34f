//! Tasks that belong together.

use crate::outcome::JoinError;
use crate::task::{JoinHandle, spawn};
use futures::stream::{FuturesUnordered, StreamExt};

// part: set
/// A set of tasks, joined as they end. Of those that ended before anybody asked,
/// the first that was spawned comes first. To drop the set is to abort them.
#[derive(Debug, Default)]
pub struct JoinSet<T> {
    handles: FuturesUnordered<JoinHandle<T>>,
}

impl<T: 'static> JoinSet<T> {
    /// A set without tasks.
    pub fn new() -> Self {
        Self { handles: FuturesUnordered::new() }
    }

    /// Spawns the future as a task of this set.
    ///
    /// # Panics
    /// If there is no `block_on` on this thread.
    #[track_caller]
    pub fn spawn(&mut self, future: impl Future<Output = T> + 'static) {
        self.handles.push(spawn(future));
    }

    /// The result of the next task that ends; `None` if there is none left.
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.handles.next().await
    }

    /// How many tasks are not joined yet.
    pub fn len(&self) -> usize {
        self.handles.len()
    }

    /// Whether all are joined.
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        self.handles.iter().for_each(JoinHandle::abort);
    }
}
// end: set
