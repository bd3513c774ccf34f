//! The timeline of a run, drawn again and again while the run goes on.

use std::convert::Infallible;
use std::path::PathBuf;
use std::slice;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::oneshot;

use crate::book::snippet::Snippet;
use crate::exec::timeline_file;
use crate::model::recording::Recording;
use crate::model::timeline::{self, Activity};
use crate::serve::live::events::RunEvent;
use crate::serve::live::registry::Teller;
use crate::site::picture::{self, PicturedRun};
use workbook_shim::proc::stat;

/// Between two pictures of a timeline is so much time at least, however long the first takes to draw.
const DRAW_EVERY: Duration = Duration::from_millis(150);
/// Of a timeline of more bytes only the last picture is drawn.
const DRAW_BYTES: u64 = 8 << 20;

/// What all pictures of a run have in common.
#[derive(Debug)]
pub(crate) struct Frame {
    title: String,
    /// Seconds that the recorded run took: the axis is as long from the beginning on.
    recorded: f64,
    /// Unique on a page.
    id: String,
}

/// When a run has begun, and what it is.
#[derive(Debug)]
pub(crate) struct Start {
    /// Seconds since 1970.
    pub(crate) at: f64,
    pub(crate) process: u32,
    /// The file that it writes its timeline to.
    pub(crate) timeline: PathBuf,
}

/// What the last picture was drawn from.
#[derive(Debug, Default)]
struct Drawn {
    bytes: u64,
    /// Whether a poll was open in it.
    open: bool,
    /// Seconds of CPU that the program had used, and when that was, in seconds since 1970.
    cpu: Option<(f64, f64)>,
}

impl Frame {
    pub(crate) fn new(snippet: &Snippet, recorded: Option<&Recording>, run: &str) -> Self {
        let wall = recorded.and_then(|recording| recording.run.figures.wall);
        Self {
            title: snippet.spec.about.clone(),
            recorded: wall.unwrap_or_default(),
            // The beginning of a random number is random enough.
            id: format!("run-{}", run.get(..8).unwrap_or(run)),
        }
    }

    pub(crate) fn picture(&self, run: &PicturedRun<'_>) -> String {
        picture::svg_until(&self.title, slice::from_ref(run), &self.id, self.recorded)
    }
}

/// Draws a run from its start on, without end.
pub(crate) async fn draw(
    start: oneshot::Receiver<Start>,
    frame: Arc<Frame>,
    tell: &Teller,
) -> Infallible {
    let Ok(start) = start.await else {
        return std::future::pending().await;
    };
    let start = Arc::new(start);
    let mut drawn = Drawn::default();
    loop {
        let (start, frame) = (start.clone(), frame.clone());
        // Reading and drawing a thousand lanes takes a while.
        let drawing = tokio::task::spawn_blocking(move || {
            let svg = drawn.again(&start, &frame);
            (drawn, svg)
        });
        let svg;
        (drawn, svg) = drawing.await.unwrap_or_default();
        if let Some(svg) = svg {
            tell.tell(RunEvent::Lane { svg });
        }
        tokio::time::sleep(DRAW_EVERY).await;
    }
}

impl Drawn {
    /// The picture as it is now, if it is another than the last.
    fn again(&mut self, start: &Start, frame: &Frame) -> Option<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let now = now.as_secs_f64();
        let cpu = cpu_of(start.process);
        let before = std::mem::replace(&mut self.cpu, cpu.map(|cpu| (cpu, now)));
        let bytes = start.timeline.symlink_metadata().ok()?.len();
        if bytes > DRAW_BYTES || (bytes == self.bytes && !self.open) {
            return None;
        }
        self.bytes = bytes;
        let text = timeline_file::read(&start.timeline, DRAW_BYTES).ok()?;
        let wall = (now - start.at).max(0.0);
        let mut lanes = timeline::parse(&text, start.at, wall).ok()?;
        let computes = before.zip(cpu).is_some_and(|((cpu, then), cpu_now)| {
            // More than half a core since the last picture.
            cpu_now - cpu > (now - then) / 2.0
        });
        let activity = match computes {
            true => Activity::Computing,
            false => Activity::Asleep,
        };
        self.open = timeline::close_open(&mut lanes, wall, activity);
        Some(frame.picture(&PicturedRun {
            heading: "",
            lanes: &lanes,
            wall,
            open: activity,
            at_deadline: false,
        }))
    }
}

/// Seconds of CPU that a process has used. Nothing where there is no `/proc`.
fn cpu_of(process: u32) -> Option<f64> {
    let fields = stat(process)?;
    let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
    // In hundredths of a second on every Linux that there is.
    Some((ticks(14)? + ticks(15)?) / 100.0)
}
