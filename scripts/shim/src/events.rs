//! Tells the tool of events, a line of JSON each on standard output.

use std::io::{self, Stdout, Write};
use std::sync::{Arc, Mutex};

use workbook_shim::protocol::Event;

/// Where the events go. Each pipe's own thread writes its lines, so that printing much does not keep the
/// one that watches the clock.
pub(crate) type EventWriter = Arc<Mutex<Stdout>>;

pub(crate) fn tell(teller: &EventWriter, event: &Event) -> io::Result<()> {
    let mut text = serde_json::to_vec(event)?;
    text.push(b'\n');
    let mut out = teller.lock().expect("nobody panics with the lock");
    out.write_all(&text)?;
    out.flush()
}

/// Seconds as they are told: microseconds are enough.
pub(crate) fn rounded(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}
