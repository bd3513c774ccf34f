//! The runs that are known: each belongs to the stream that tells of it, and ends when that closes.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::Result;
use futures::Stream;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::serve::ids::random_id;
use crate::serve::live::events::RunEvent;

/// A run of which nobody opens the stream within this time is ended.
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// Runs that wait; more are refused.
pub(crate) const MAY_WAIT: usize = 200;
/// Events that wait for a reader that is slow: all lines that a run can have, and some pictures.
const ROOM: usize = 4096;
/// Pictures stop when so much of the room is left: there will be newer ones, but a line comes once.
const FOR_LINES: usize = 3072;

/// All runs of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunRegistry {
    known: Arc<Mutex<HashMap<String, KnownRun>>>,
    /// Once it is cancelled, all runs stop.
    ending: CancellationToken,
}

#[derive(Debug)]
struct KnownRun {
    phase: Phase,
    /// None once the stream is open.
    events: Option<mpsc::Receiver<RunEvent>>,
    stop: CancellationToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// For a build, for others, or for a slot.
    Waits,
    Runs,
    Ended,
}

/// The run's own end: where it tells its events, and learns that it is to stop.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) id: String,
    pub(crate) tell: Teller,
    pub(crate) stop: CancellationToken,
}

/// Where events go. A slow reader holds nobody up: there is room for all that a run can say.
#[derive(Debug, Clone)]
pub(crate) struct Teller(mpsc::Sender<RunEvent>);

/// The reader's end: the events of one run. When it is dropped, the run is ended.
#[derive(Debug)]
pub(crate) struct RunStream {
    id: String,
    runs: RunRegistry,
    events: mpsc::Receiver<RunEvent>,
}

/// Why there is no stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotTold {
    Unknown,
    /// There is one already.
    Elsewhere,
}

impl RunRegistry {
    pub(crate) fn new(ending: CancellationToken) -> Self {
        Self {
            ending,
            ..Self::default()
        }
    }

    /// Notes a new run; none where too many wait already.
    ///
    /// # Errors
    /// Where the system gives no random bits for its id.
    pub(crate) fn begin(&self) -> Result<Option<Begun>> {
        let id = random_id()?;
        let (sender, events) = mpsc::channel(ROOM);
        let stop = self.ending.child_token();
        let run = KnownRun {
            phase: Phase::Waits,
            events: Some(events),
            stop: stop.clone(),
        };
        {
            let mut known = self.lock();
            if count(&known, Phase::Waits) >= MAY_WAIT {
                return Ok(None);
            }
            known.insert(id.clone(), run);
        }
        Ok(Some(Begun {
            id,
            tell: Teller(sender),
            stop,
        }))
    }

    pub(crate) fn now(&self, id: &str, phase: Phase) {
        if let Some(run) = self.lock().get_mut(id) {
            run.phase = phase;
        }
    }

    /// How many are in this phase.
    pub(crate) fn count(&self, phase: Phase) -> usize {
        count(&self.lock(), phase)
    }

    /// Opens the stream of a run. There is one a run.
    ///
    /// # Errors
    /// Where there is no such run, or another has its stream.
    pub(crate) fn open(&self, id: &str) -> Result<RunStream, NotTold> {
        let mut known = self.lock();
        let run = known.get_mut(id).ok_or(NotTold::Unknown)?;
        let events = run.events.take().ok_or(NotTold::Elsewhere)?;
        Ok(RunStream {
            id: id.to_owned(),
            runs: self.clone(),
            events,
        })
    }

    /// Has a run stop, and says whether there is one of this id.
    pub(crate) fn stop(&self, id: &str) -> bool {
        let known = self.lock();
        let run = known.get(id);
        if let Some(run) = run {
            run.stop.cancel();
        }
        run.is_some()
    }

    fn forget(&self, id: &str) {
        if let Some(run) = self.lock().remove(id) {
            run.stop.cancel();
        }
    }

    /// Ends a run whose stream nobody opens in time.
    pub(crate) async fn forget_unopened_in_time(&self, id: &str) {
        tokio::select! {
            () = tokio::time::sleep(OPEN_WITHIN) => self.forget_unopened(id),
            () = self.ending.cancelled() => {}
        }
    }

    fn forget_unopened(&self, id: &str) {
        let is_open = |run: &KnownRun| run.events.is_none();
        if !self.lock().get(id).is_none_or(is_open) {
            self.forget(id);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, KnownRun>> {
        self.known.lock().expect("nobody panics with the lock")
    }
}

fn count(known: &HashMap<String, KnownRun>, phase: Phase) -> usize {
    known.values().filter(|run| run.phase == phase).count()
}

impl Teller {
    pub(crate) fn tell(&self, event: RunEvent) {
        let is_picture = matches!(event, RunEvent::Lane { .. });
        if is_picture && self.0.capacity() <= FOR_LINES {
            return;
        }
        // Where it fails, the reader has gone, and the run is about to end for that.
        let _ = self.0.try_send(event);
    }
}

impl Stream for RunStream {
    type Item = RunEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<RunEvent>> {
        self.events.poll_recv(cx)
    }
}

impl Drop for RunStream {
    fn drop(&mut self) {
        self.runs.forget(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;

    #[tokio::test]
    async fn a_run_that_nobody_listens_to_is_ended() {
        let runs = RunRegistry::default();
        let run = runs.begin().unwrap().unwrap();
        assert!(!run.stop.is_cancelled());
        runs.forget_unopened(&run.id);
        assert!(run.stop.is_cancelled());
        assert_eq!(runs.open(&run.id).unwrap_err(), NotTold::Unknown);
    }

    #[tokio::test]
    async fn a_run_ends_with_its_stream_and_not_before() {
        let runs = RunRegistry::default();
        let run = runs.begin().unwrap().unwrap();
        let stream = runs.open(&run.id).unwrap();
        assert_eq!(runs.open(&run.id).unwrap_err(), NotTold::Elsewhere);
        runs.forget_unopened(&run.id);
        assert!(!run.stop.is_cancelled());
        run.tell.tell(RunEvent::Start {});
        drop(stream);
        assert!(run.stop.is_cancelled());
        run.tell.tell(RunEvent::Start {});
        assert_eq!(runs.open(&run.id).unwrap_err(), NotTold::Unknown);
    }

    #[tokio::test]
    async fn only_so_many_wait() {
        let runs = RunRegistry::default();
        let waiting: Vec<_> = (0..MAY_WAIT)
            .map(|_| runs.begin().unwrap().unwrap())
            .collect();
        assert!(runs.begin().unwrap().is_none());
        runs.now(&waiting[0].id, Phase::Runs);
        assert!(runs.begin().unwrap().is_some());
    }

    #[tokio::test]
    async fn pictures_leave_room_for_lines() {
        let runs = RunRegistry::default();
        let run = runs.begin().unwrap().unwrap();
        for _ in 0..ROOM {
            let svg = String::new();
            run.tell.tell(RunEvent::Lane { svg });
        }
        for lines in 0..FOR_LINES {
            run.tell.tell(RunEvent::Cut { lines });
        }
        drop(run.tell);
        let told: Vec<_> = runs.open(&run.id).unwrap().collect().await;
        let is_line = |event: &&RunEvent| matches!(event, RunEvent::Cut { .. });
        assert_eq!(told.iter().filter(is_line).count(), FOR_LINES);
        assert!(told.len() > FOR_LINES);
    }
}
