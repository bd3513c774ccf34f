//! The tasks that a server cannot be without: each has its owner here, and none ends unheard.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;

use anyhow::{Error, anyhow};
use futures::FutureExt;
use tokio::task::{Id, JoinError, JoinSet};

/// Owns tasks that work without end. They go with it.
#[derive(Debug, Default)]
pub(crate) struct Supervisor {
    tasks: JoinSet<()>,
    /// What each task does, as it follows "the task that".
    duties: HashMap<Id, &'static str>,
}

impl Supervisor {
    /// Starts a task. `duty` says what it does: "builds the pages".
    pub(crate) fn spawn(
        &mut self,
        duty: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        let handle = self.tasks.spawn(work);
        self.duties.insert(handle.id(), duty);
    }

    // part: failure
    /// Waits until a task ends, which none should, and says which and why. Where there is no task, it waits for ever.
    pub(crate) async fn failure(&mut self) -> Error {
        let (id, why) = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => (id, "ended".to_owned()),
            Some(Err(error)) => (error.id(), why(error)),
            None => std::future::pending().await,
        };
        let duty = self.duties.remove(&id).unwrap_or("has no name");
        anyhow!(
            "the task that {duty} {why}\n  help: start the server again; if it comes to that again, report these \
             words and what you had changed"
        )
    }
    // end: failure

    /// Ends all tasks, and waits until they have let go of what they hold.
    pub(crate) async fn end(mut self) {
        self.tasks.shutdown().await;
    }
}

fn why(error: JoinError) -> String {
    match error.try_into_panic() {
        Ok(panic) => format!("panicked: {}", words_of(panic.as_ref())),
        Err(error) => error.to_string(),
    }
}

/// Waits for what may panic.
///
/// # Errors
/// The panic's message.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    // What it held is dropped by the time that anybody hears of it.
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.map_err(|panic| words_of(panic.as_ref()))
}

/// The message of a panic.
fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a word").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a task's failure is told that works beside one which goes on.
    async fn told(work: impl Future<Output = ()> + Send + 'static) -> String {
        let mut supervisor = Supervisor::default();
        supervisor.spawn("boils water", std::future::pending());
        supervisor.spawn("pours", work);
        supervisor.failure().await.to_string()
    }

    #[tokio::test]
    async fn a_task_that_panics_is_named_with_its_last_words() {
        let fixed = told(async { panic!("no water") }).await;
        assert!(
            fixed.starts_with("the task that pours panicked: no water\n  help: "),
            "{fixed}"
        );
        let cups = 3;
        let formatted = told(async move { panic!("only {cups} cups") }).await;
        assert!(formatted.contains("panicked: only 3 cups\n"), "{formatted}");
    }

    #[tokio::test]
    async fn a_task_that_just_ends_is_a_failure_too() {
        let ended = told(async {}).await;
        assert!(ended.starts_with("the task that pours ended\n"), "{ended}");
    }

    #[tokio::test]
    async fn tasks_have_let_go_of_all_when_they_are_ended() {
        let mut supervisor = Supervisor::default();
        let (held, watched) = tokio::sync::watch::channel(());
        supervisor.spawn("holds something", async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        tokio::task::yield_now().await;
        supervisor.end().await;
        assert!(watched.has_changed().is_err(), "it is still held");
    }

    #[tokio::test]
    async fn a_panic_is_caught_with_its_words() {
        assert_eq!(caught(async { 3 }).await, Ok(3));
        let caught = caught(async { panic!("no {}", "milk") }).await;
        assert_eq!(caught, Err::<(), _>("no milk".to_owned()));
    }
}
