//! What each connection does, and how it ends. The same seed gives the same
//! script, whoever runs it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

/// How often something has happened, by its name.
pub(crate) type Counts = BTreeMap<String, u64>;

pub(crate) fn count(counts: &mut Counts, name: &str, n: u64) {
    *counts.entry(name.to_owned()).or_default() += n;
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The client has heard all that it has said, and drops its end.
    Close,
    /// The client says that no more will come, and then reads to the end.
    HalfClose,
    /// The client resets it.
    Reset,
    /// The client waits for an answer that does not come, so long and no longer.
    TimeOut,
    /// The client's task is aborted while it reads.
    Abort,
    /// The client's task panics.
    Panic,
    /// The same by the server.
    ServerClose,
    ServerReset,
    ServerAbort,
    ServerPanic,
}

impl End {
    const ALL: [Self; 10] = [
        Self::Close,
        Self::HalfClose,
        Self::Reset,
        Self::TimeOut,
        Self::Abort,
        Self::Panic,
        Self::ServerClose,
        Self::ServerReset,
        Self::ServerAbort,
        Self::ServerPanic,
    ];

    /// What the client's side is to see of it, and what the server's.
    pub(crate) fn seen(self) -> (&'static str, &'static str) {
        match self {
            Self::Close => ("closed", "end of stream"),
            Self::HalfClose => ("half-closed, then end", "end of stream"),
            Self::Reset => ("reset", "ConnectionReset"),
            Self::TimeOut => ("timed out", "end of stream"),
            Self::Abort => ("aborted", "end of stream"),
            Self::Panic => ("panicked", "end of stream"),
            Self::ServerClose => ("end of stream", "closed"),
            Self::ServerReset => ("ConnectionReset", "reset"),
            Self::ServerAbort => ("end of stream", "aborted"),
            Self::ServerPanic => ("end of stream", "panicked"),
        }
    }
}

/// What one connection does.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) end: End,
    /// Wait so long, and then say so many bytes and hear them.
    pub(crate) words: Vec<(Duration, usize)>,
    /// Wait so long before the end.
    pub(crate) rest: Duration,
    /// The bytes of its words begin with this one.
    pub(crate) first: u8,
}

/// The whole of it: so many clients, each with one connection after another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    pub(crate) seed: u64,
    pub(crate) clients: u64,
    pub(crate) seconds: u64,
}

impl Script {
    /// A client's connections begin so long after each other. One client in
    /// fifty is quick: twenty connections in that time.
    pub(crate) fn period(&self, client: u64) -> Duration {
        let period = Duration::from_secs(60.min(self.seconds / 4));
        if client % 50 == 7 { period / 20 } else { period }
    }

    /// They come one by one, in the first period.
    pub(crate) fn begin(&self, client: u64) -> Duration {
        let share = client as f64 / self.clients as f64;
        self.period(0).mul_f64(share)
    }

    /// How many connections the client has, one after another.
    pub(crate) fn connections(&self, client: u64) -> u64 {
        let rest = self.seconds as f64 - self.period(0).as_secs_f64();
        (rest / self.period(client).as_secs_f64()).round() as u64
    }

    pub(crate) fn plan(&self, client: u64, connection: u64) -> Plan {
        let mut dice = Dice(self.seed ^ (client << 32 | connection));
        let end = End::ALL[dice.roll(0..10) as usize];
        let open = dice.roll(850..970) as u32;
        let open = self.period(client) * open / 1000;
        let words = dice.roll(1..4) as u32;
        let pause = open / (words + 1);
        let mut bytes = || match dice.roll(0..20) {
            0 => dice.roll(1..200_000) as usize,
            1..8 => dice.roll(1..4096) as usize,
            _ => dice.roll(1..200) as usize,
        };
        let words = (0..words).map(|_| (pause, bytes())).collect();
        Plan { end, words, rest: pause, first: dice.next() as u8 }
    }

    /// What is to be counted if all goes well.
    pub(crate) fn expected(&self) -> Counts {
        let mut counts = Counts::new();
        for client in 0..self.clients {
            for connection in 0..self.connections(client) {
                let plan = self.plan(client, connection);
                let (near, far) = plan.end.seen();
                count(&mut counts, &format!("client: {near}"), 1);
                count(&mut counts, &format!("server: {far}"), 1);
                count(&mut counts, "companions aborted", 1);
                let bytes = plan.words.iter().map(|it| it.1 as u64).sum();
                count(&mut counts, "bytes that came back", bytes);
            }
        }
        count(&mut counts, "words from another thread", self.calls());
        counts
    }

    /// How often another thread wakes this one.
    pub(crate) fn calls(&self) -> u64 {
        self.seconds * 10
    }
}

/// Numbers that look random (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        n ^ (n >> 31)
    }

    fn roll(&mut self, range: Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start)
    }
}
