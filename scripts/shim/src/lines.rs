//! Reads one pipe of the program, and tells its lines as they arrive.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::Instant;

use workbook_shim::protocol::{Event, Stream};

use crate::events::{EventWriter, rounded, tell};
use crate::watch::Notice;

/// So many lines of each pipe are told as they come; of the rest only the last, when it closes.
const TOLD_AT_ONCE: usize = 1000;
const KEPT_AT_END: usize = 50;

/// The lines of one pipe.
pub(crate) struct PipeLines {
    pub(crate) stream: Stream,
    pub(crate) start: Instant,
    /// Bytes after which it is a flood.
    pub(crate) limit: usize,
    /// Bytes after which a line is broken in two.
    pub(crate) line_limit: usize,
    pub(crate) teller: EventWriter,
    /// Bytes that came through all pipes.
    pub(crate) printed: Arc<AtomicUsize>,
}

impl PipeLines {
    /// Tells the first lines as they come. Of the others it keeps the last ones, for the end, and counts.
    pub(crate) fn pass_on(self, pipe: impl Read, notices: &Sender<Notice>) {
        let mut pipe = io::BufReader::with_capacity(64 << 10, pipe);
        let (mut total, mut told, mut cut) = (0, 0, 0);
        let mut kept: VecDeque<(f64, Vec<u8>)> = VecDeque::with_capacity(KEPT_AT_END + 1);
        let mut line = Vec::new();
        // The beginning of a character, or of a command to the terminal, that the limit has cut: the next line has it
        // whole.
        let mut begun = Vec::new();
        loop {
            line.clear();
            line.append(&mut begun);
            let limit = self.line_limit.saturating_sub(line.len()).max(1);
            match pipe
                .by_ref()
                .take(limit as u64)
                .read_until(b'\n', &mut line)
            {
                Ok(0) if !line.is_empty() => {}
                Ok(0) | Err(_) => break,
                Ok(bytes) => {
                    total += bytes;
                    self.printed.fetch_add(bytes, Ordering::Relaxed);
                    begun = line.split_off(whole_commands(&line[..whole_characters(&line)]));
                }
            }
            if total > self.limit {
                let _ = notices.send(Notice::Flooding);
                // Read on, or the program would block on a full pipe and look idle.
                let _ = io::copy(&mut pipe, &mut io::sink());
                break;
            }
            let t = rounded(self.start.elapsed().as_secs_f64());
            if told < TOLD_AT_ONCE {
                told += 1;
                if self.tell(t, &line).is_err() {
                    let _ = notices.send(Notice::Abandoned);
                }
                continue;
            }
            // The buffer of the line that leaves takes the one that comes.
            let mut buffer = Vec::new();
            if kept.len() == KEPT_AT_END {
                cut += 1;
                buffer = kept.pop_front().map_or(Vec::new(), |(_, buffer)| buffer);
            }
            std::mem::swap(&mut buffer, &mut line);
            kept.push_back((t, buffer));
        }
        if cut > 0 {
            let _ = tell(&self.teller, &Event::Cut(cut));
        }
        for (t, line) in kept {
            let _ = self.tell(t, &line);
        }
        let _ = notices.send(Notice::Closed);
    }

    fn tell(&self, t: f64, line: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\n', '\r']).to_owned();
        tell(
            &self.teller,
            &Event::Line {
                t,
                stream: self.stream,
                text,
            },
        )
    }
}

/// How many bytes of a line are not the beginning of a character that goes on after them.
fn whole_characters(line: &[u8]) -> usize {
    let last = line.len().saturating_sub(3)..line.len();
    let begun = last.rev().find(|&at| line[at] >= 0xc0);
    let goes_on = |at: &usize| {
        let error = std::str::from_utf8(&line[*at..]).err();
        *at > 0 && error.is_some_and(|error| error.error_len().is_none())
    };
    begun.filter(goes_on).unwrap_or(line.len())
}

/// Bytes that a command to the terminal has at the most: a colour has some ten, a link its address.
const COMMAND: usize = 512;

/// How many bytes of a line are not the beginning of a command to the terminal that goes on after them: of `ESC [31m`, or
/// of a title or link up to its bell or `ESC \`.
fn whole_commands(line: &[u8]) -> usize {
    let from = line.len().saturating_sub(COMMAND);
    let mut escapes = (from.max(1)..line.len()).filter(|&at| line[at] == 0x1b);
    let goes_on = |at: &usize| match &line[at + 1..] {
        [] => true,
        [b'[', rest @ ..] => rest.iter().all(|byte| (b' '..=b'?').contains(byte)),
        [b']' | b'P' | b'X' | b'^' | b'_', rest @ ..] => {
            !rest.contains(&7) && !rest.windows(2).any(|two| two == b"\x1b\\")
        }
        rest => rest.iter().all(|byte| (b' '..=b'/').contains(byte)),
    };
    // The first of them that goes on: an end of it, `ESC \`, may be cut as well.
    escapes.find(goes_on).unwrap_or(line.len())
}
