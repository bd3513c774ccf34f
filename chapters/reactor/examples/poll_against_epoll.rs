//! A thousand busy sockets, then one among ten thousand. Watch both calls.
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, poll};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

const ROUNDS: usize = 100;

/// Both ends of each pair: there is nothing to read, until somebody writes.
fn sockets(count: usize) -> io::Result<Vec<UnixStream>> {
    let mut ends = Vec::new();
    while ends.len() < count {
        ends.extend(<[_; 2]>::from(UnixStream::pair()?));
    }
    Ok(ends)
}

// part: measure
/// The time to find out who has a byte, and to read it: the best round.
fn with_poll(watched: &[UnixStream], busy: usize) -> io::Result<Duration> {
    let to_entry = |socket| PollFd::new(socket, PollFlags::IN);
    let mut list: Vec<_> = watched.iter().map(to_entry).collect();
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        for mut socket in &watched[..busy] {
            socket.write_all(b"!")?; // to the other end of its pair
        }
        let start = Instant::now();
        poll(&mut list, None)?;
        for (entry, mut socket) in list.iter().zip(watched) {
            if !entry.revents().is_empty() {
                socket.read_exact(&mut [0])?;
            }
        }
        best = best.min(start.elapsed());
    }
    Ok(best)
}

/// The same.
fn with_epoll(watched: &[UnixStream], busy: usize) -> io::Result<Duration> {
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    for (n, socket) in watched.iter().enumerate() {
        let n = EventData::new_u64(n as u64);
        epoll::add(&epoll, socket, n, EventFlags::IN)?;
    }
    let mut events = Vec::with_capacity(watched.len());
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        for mut socket in &watched[..busy] {
            socket.write_all(b"!")?;
        }
        let start = Instant::now();
        events.clear();
        epoll::wait(&epoll, spare_capacity(&mut events), None)?;
        for event in &events {
            let n = event.data.u64() as usize;
            (&watched[n]).read_exact(&mut [0])?;
        }
        best = best.min(start.elapsed());
    }
    Ok(best)
}
// end: measure

fn compare(sockets: &[UnixStream], busy: usize) -> io::Result<()> {
    let poll = 1e6 * with_poll(sockets, busy)?.as_secs_f64();
    let epoll = 1e6 * with_epoll(sockets, busy)?.as_secs_f64();
    let (all, ratio) = (sockets.len(), poll / epoll);
    print!("{busy} of {all}: poll {poll:.1} µs, epoll {epoll:.1} µs");
    println!(", ratio {ratio:.1}");
    Ok(())
}

fn main() -> io::Result<()> {
    compare(&sockets(1000)?, 1000)?;
    let limit = rlimit::increase_nofile_limit(10_064)?;
    let room = limit.saturating_sub(64).min(10_000) as usize;
    if room < 10_000 {
        eprintln!("only {limit} open files: {room} sockets");
        eprintln!("for more: `sudo prlimit --nofile=10064 --pid $$`");
    }
    compare(&sockets(room)?, 1)
}
