//! A thousand echoes, with three kinds of interest. Watch the calls.
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use std::io::{self, ErrorKind::WouldBlock, Read, Write};
use std::os::unix::net::UnixStream;

const ECHOES: usize = 1000;

#[derive(Default)]
struct Calls {
    reads: usize,
    writes: usize,
    waits: usize,
    ctls: usize,
}

/// Echoes, and counts the server's calls. After a read that has not filled
/// the buffer, a server that `trusts` it does not read again, but waits.
fn server(kind: EventFlags, trusts: bool) -> io::Result<Calls> {
    let (mut client, mut server) = UnixStream::pair()?;
    server.set_nonblocking(true)?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let interest = EventFlags::IN | kind;
    epoll::add(&epoll, &server, EventData::new_u64(0), interest)?;
    let mut calls = Calls {
        ctls: 1,
        ..Calls::default()
    };
    let (mut buffer, mut events) = ([0; 64], Vec::with_capacity(1));
    let mut ready = !trusts; // an optimist tries first
    while calls.writes < ECHOES {
        if ready {
            calls.reads += 1;
            match server.read(&mut buffer) {
                Err(e) if e.kind() == WouldBlock => ready = false,
                n => {
                    let n = n?;
                    calls.writes += 1;
                    server.write_all(&buffer[..n])?;
                    client.read_exact(&mut [0; 3])?; // not counted
                    ready = !(trusts && n < buffer.len());
                }
            }
            continue;
        }
        if kind == EventFlags::ONESHOT && calls.waits > 0 {
            calls.ctls += 1;
            let data = EventData::new_u64(0);
            epoll::modify(&epoll, &server, data, interest)?;
        }
        client.write_all(b"tea")?; // not counted
        calls.waits += 1;
        events.clear();
        epoll::wait(&epoll, spare_capacity(&mut events), None)?;
        ready = true;
    }
    Ok(calls)
}

fn main() -> io::Result<()> {
    for (about, kind, trusts) in [
        ("one-shot", EventFlags::ONESHOT, false),
        ("edge", EventFlags::ET, false),
        ("edge, a short read trusted", EventFlags::ET, true),
    ] {
        let Calls {
            reads,
            writes,
            waits,
            ctls,
        } = server(kind, trusts)?;
        let each = (reads + writes + waits + ctls) / ECHOES;
        println!("{about}: {each} calls an echo");
        println!("  read {reads}, write {writes}");
        println!("  epoll_wait {waits}, epoll_ctl {ctls}");
    }
    Ok(())
}
