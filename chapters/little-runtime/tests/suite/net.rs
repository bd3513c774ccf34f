//! Sockets: every byte arrives, however they come.

use crate::Wakes;
use futures::io::{AsyncReadExt, AsyncWriteExt};
use futures::{FutureExt, join};
use little_runtime::{JoinSet, TcpListener, TcpStream};
use little_runtime::{block_on, sleep, spawn, timeout, yield_now};
use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};
use std::{rc::Rc, thread};

const LONG: Duration = Duration::from_secs(20);

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            n => stream.write_all(&buffer[..n]).await?,
        }
    }
}

/// An echo for as many as come.
fn echo_server() -> SocketAddr {
    let (listener, address) = listen();
    spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            spawn(echo(stream));
        }
    });
    address
}

/// Not in each round, as each look is a call to the system, and not never.
#[test]
fn sockets_are_looked_at_now_and_then_while_there_is_work() {
    block_on(async {
        let server = echo_server();
        let mut stream = TcpStream::connect(server).await.unwrap();
        let rounds = Rc::new(Cell::new(0));
        let counter = Rc::clone(&rounds);
        let worker = spawn(async move {
            loop {
                yield_now().await;
                counter.set(counter.get() + 1);
            }
        });
        for _ in 0..10 {
            stream.write_all(b"tea").await.unwrap();
            stream.read_exact(&mut [0; 3]).await.unwrap();
        }
        // Each echo takes two looks: one by the server, and one by the client.
        assert!(rounds.get() > 500, "{} rounds", rounds.get());
        worker.abort();
    });
}

#[test]
fn every_byte_comes_back_however_they_are_written() {
    block_on(async {
        let server = echo_server();
        let mut clients = JoinSet::new();
        for size in [1_usize, 7, 1023, 1024, 1025, 65_536, 3_000_000] {
            clients.spawn(async move {
                let sent: Vec<u8> = (0..size).map(|n| n as u8).collect();
                let stream = TcpStream::connect(server).await.unwrap();
                let (mut reader, mut writer) = stream.split();
                let mut back = Vec::new();
                let write = async {
                    for piece in sent.chunks(size.div_ceil(50)) {
                        writer.write_all(piece).await.unwrap();
                        yield_now().await;
                    }
                    writer.close().await.unwrap();
                };
                let ((), read) = join!(write, reader.read_to_end(&mut back));
                read.unwrap();
                assert_eq!(back.len(), sent.len());
                assert!(back == sent);
            });
        }
        while let Some(ended) =
            timeout(LONG, clients.join_next()).await.unwrap()
        {
            ended.unwrap();
        }
    });
}

#[test]
fn a_writer_waits_for_a_slow_reader() {
    block_on(async {
        let (listener, address) = listen();
        let reading = spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            sleep(Duration::from_millis(100)).await;
            let mut all = Vec::new();
            stream.read_to_end(&mut all).await.unwrap();
            all.len()
        });
        let mut stream = TcpStream::connect(address).await.unwrap();
        let lot = vec![7; 20_000_000]; // more than any buffer on the way
        let mut writing = Box::pin(stream.write_all(&lot).fuse());
        let early = timeout(Duration::from_millis(50), &mut writing).await;
        assert!(early.is_none());
        timeout(LONG, writing).await.unwrap().unwrap();
        drop(stream);
        assert_eq!(timeout(LONG, reading).await.unwrap(), Ok(lot.len()));
    });
}

/// The last bytes and the end of the stream often arrive together, in one
/// event. Who takes a short read to mean *no more for now* waits for ever.
#[test]
fn the_end_that_comes_with_the_last_bytes_is_seen() {
    block_on(async {
        let server = echo_server();
        for round in 0..200 {
            let client = thread::spawn(move || {
                let mut stream = std::net::TcpStream::connect(server).unwrap();
                stream.write_all(b"the last words").unwrap();
                stream.shutdown(Shutdown::Write).unwrap();
                let mut back = String::new();
                stream.set_read_timeout(Some(LONG)).unwrap();
                stream.read_to_string(&mut back).map(|_| back)
            });
            // The server sleeps meanwhile, so that both are there at once.
            thread::sleep(Duration::from_micros(round * 5));
            while !client.is_finished() {
                sleep(Duration::from_millis(1)).await;
            }
            let back = client.join().unwrap();
            assert_eq!(back.unwrap(), "the last words", "round {round}");
        }
    });
}

#[test]
fn a_half_closed_stream_can_still_be_read() {
    block_on(async {
        let (listener, address) = listen();
        spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut all = Vec::new();
            stream.read_to_end(&mut all).await.unwrap();
            sleep(Duration::from_millis(10)).await;
            stream.write_all(&all).await.unwrap();
        });
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"tea").await.unwrap();
        stream.shutdown().await.unwrap();
        let mut back = String::new();
        let read = timeout(LONG, stream.read_to_string(&mut back)).await;
        assert_eq!(read.unwrap().unwrap(), 3);
        assert_eq!(back, "tea");
        let read = stream.read(&mut [0]).await.unwrap();
        assert_eq!(read, 0, "the end stays the end");
    });
}

#[test]
fn a_reset_wakes_the_reader_with_an_error() {
    block_on(async {
        let (listener, address) = listen();
        let reading = spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read(&mut [0; 16]).await
        });
        let client = std::net::TcpStream::connect(address).unwrap();
        yield_now().await;
        sleep(Duration::from_millis(10)).await;
        let client = socket2::Socket::from(client);
        client.set_linger(Some(Duration::ZERO)).unwrap();
        drop(client); // with no linger, this resets the connection
        let read = timeout(LONG, reading).await.unwrap().unwrap();
        assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionReset);
    });
}

/// Also after the other end has reset the connection.
#[test]
fn a_connection_may_be_closed_twice() {
    block_on(async {
        let (listener, address) = listen();
        let near = TcpStream::connect(address);
        let (near, far) = join!(near, listener.accept());
        let (mut near, (mut far, _)) = (near.unwrap(), far.unwrap());
        for _ in 0..2 {
            near.close().await.unwrap();
            near.shutdown().await.unwrap();
        }
        far.close().await.unwrap();
        near.close().await.unwrap();

        let client = std::net::TcpStream::connect(address).unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        let client = socket2::Socket::from(client);
        client.set_linger(Some(Duration::ZERO)).unwrap();
        drop(client); // with no linger, this resets the connection
        let read = timeout(LONG, far.read(&mut [0])).await.unwrap();
        assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionReset);
        far.close().await.unwrap();
        far.shutdown().await.unwrap();
    });
}

#[test]
fn nobody_listens() {
    block_on(async {
        let (listener, address) = listen();
        drop(listener);
        let error = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    });
}

#[test]
fn many_tasks_may_accept_at_one_listener() {
    block_on(async {
        let (listener, address) = listen();
        let listener = Rc::new(listener);
        let mut accepted = JoinSet::new();
        for _ in 0..10 {
            let listener = Rc::clone(&listener);
            accepted.spawn(async move { listener.accept().await.map(drop) });
        }
        yield_now().await;
        for _ in 0..10 {
            drop(TcpStream::connect(address).await.unwrap());
        }
        while let Some(ended) =
            timeout(LONG, accepted.join_next()).await.unwrap()
        {
            ended.unwrap().unwrap();
        }
    });
}

#[test]
fn tasks_that_accept_at_one_listener_take_turns() {
    block_on(async {
        let (listener, address) = listen();
        let listener = Rc::new(listener);
        let seen = Rc::new(RefCell::new(Vec::new()));
        for name in ["a", "b", "c"] {
            let (listener, seen) = (Rc::clone(&listener), Rc::clone(&seen));
            spawn(async move {
                loop {
                    drop(listener.accept().await.unwrap());
                    seen.borrow_mut().push(name);
                }
            });
        }
        yield_now().await;
        // All are there before the first is accepted.
        let clients: Vec<_> = (0..30)
            .map(|_| std::net::TcpStream::connect(address).unwrap())
            .collect();
        let all = async {
            while seen.borrow().len() < 30 {
                yield_now().await;
            }
        };
        timeout(LONG, all).await.unwrap();
        drop(clients);
        assert_eq!(seen.borrow().concat(), "abc".repeat(10));
    });
}

#[test]
fn who_gave_up_accepting_passes_its_turn_on() {
    block_on(async {
        let (listener, address) = listen();
        let mut first = Box::pin(listener.accept());
        let mut second = Box::pin(listener.accept());
        let mut third = Box::pin(listener.accept());
        assert!(futures::poll!(&mut first).is_pending());
        assert!(futures::poll!(&mut second).is_pending());
        assert!(futures::poll!(&mut third).is_pending());
        drop(second);
        drop(first); // passes its turn on to the third
        let mut fourth = Box::pin(listener.accept());
        assert!(futures::poll!(&mut fourth).is_pending());
        let _client = TcpStream::connect(address).await.unwrap();
        timeout(LONG, third).await.unwrap().unwrap();
        let mut fifth = Box::pin(listener.accept());
        assert!(futures::poll!(&mut fifth).is_pending());
        drop(fourth); // has been given its turn, and has not been polled since
        let _client = TcpStream::connect(address).await.unwrap();
        timeout(LONG, fifth).await.unwrap().unwrap();
    });
}

/// One listener has clients for longer than anybody would want to wait.
#[test]
fn a_listener_with_many_clients_does_not_starve_another() {
    block_on(async {
        let (busy, flooded) = listen();
        let (quiet, address) = listen();
        let accepted = Rc::new(Cell::new(0));
        let counter = Rc::clone(&accepted);
        let busy = spawn(async move {
            let mut clients = Vec::new();
            while let Ok((client, _)) = busy.accept().await {
                clients.push(client);
                counter.set(counter.get() + 1);
            }
        });
        let clients: Vec<_> = (0..400)
            .map(|_| std::net::TcpStream::connect(flooded).unwrap())
            .collect();
        let _client = std::net::TcpStream::connect(address).unwrap();
        timeout(LONG, quiet.accept()).await.unwrap().unwrap();
        assert!(accepted.get() < 400, "{} before it", accepted.get());
        busy.abort();
        drop(clients);
    });
}

/// A stream that always has something to read.
#[test]
fn a_stream_with_much_to_read_does_not_starve_a_task() {
    block_on(async {
        let (listener, address) = listen();
        let near = TcpStream::connect(address);
        let (near, far) = join!(near, listener.accept());
        let (mut near, (mut far, _)) = (near.unwrap(), far.unwrap());
        near.write_all(&[7; 10_000]).await.unwrap();
        sleep(Duration::from_millis(5)).await;
        let read = Rc::new(Cell::new(0));
        let counter = Rc::clone(&read);
        let reading = spawn(async move {
            while far.read(&mut [0]).await.is_ok_and(|n| n > 0) {
                counter.set(counter.get() + 1);
            }
        });
        let mut turns = 0;
        while read.get() < 10_000 {
            yield_now().await;
            turns += 1;
        }
        assert!(turns > 50, "{turns} turns beside 10,000 reads");
        reading.abort();
    });
}

#[test]
fn a_stream_knows_its_peer_and_its_options() {
    block_on(async {
        let (listener, address) = listen();
        let near = TcpStream::connect(address);
        let (near, far) = join!(near, listener.accept());
        let (near, (mut far, told)) = (near.unwrap(), far.unwrap());
        assert_eq!(near.peer_addr().unwrap(), address);
        assert_eq!(far.peer_addr().unwrap(), told);
        for at_once in [true, false] {
            near.set_nodelay(at_once).unwrap();
        }
        near.set_zero_linger().unwrap();
        drop(near);
        let read = timeout(LONG, far.read(&mut [0])).await.unwrap();
        assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionReset);
    });
}

#[test]
fn a_cancelled_read_loses_nothing() {
    block_on(async {
        let server = echo_server();
        let mut stream = TcpStream::connect(server).await.unwrap();
        let mut buffer = [0; 4];
        for _ in 0..3 {
            let read = stream.read(&mut buffer);
            assert!(timeout(Duration::from_millis(5), read).await.is_none());
        }
        stream.write_all(b"milk").await.unwrap();
        timeout(LONG, stream.read_exact(&mut buffer)).await.unwrap().unwrap();
        assert_eq!(&buffer, b"milk");
    });
}

#[test]
fn whoever_gave_up_reading_is_forgotten() {
    block_on(async {
        let server = echo_server();
        let mut stream = TcpStream::connect(server).await.unwrap();
        let readers: Vec<_> =
            (0..10).map(|_| Arc::new(Wakes::default())).collect();
        for reader in &readers {
            let waker = Waker::from(Arc::clone(reader));
            let mut buffer = [0; 4];
            let mut read = pin!(stream.read(&mut buffer));
            let mut cx = Context::from_waker(&waker);
            assert!(read.as_mut().poll(&mut cx).is_pending());
        }
        let kept = readers.iter().filter(|it| Arc::strong_count(it) > 1);
        assert_eq!(kept.count(), 1, "the last, and no other");
        stream.write_all(b"milk").await.unwrap();
        while readers[9].seen() == 0 {
            yield_now().await;
        }
    });
}

#[test]
fn a_socket_may_outlive_its_block_on() {
    let (mut near, far) = block_on(async {
        let (listener, address) = listen();
        let (near, far) = join!(TcpStream::connect(address), listener.accept());
        (near.unwrap(), far.unwrap().0)
    });
    block_on(async {
        spawn(echo(far));
        near.write_all(b"again").await.unwrap();
        let mut back = [0; 5];
        timeout(LONG, near.read_exact(&mut back)).await.unwrap().unwrap();
        assert_eq!(&back, b"again");
    });
    drop(near);
}

/// As many connections as the limit on open files allows, at most 10,000.
#[test]
fn ten_thousand_connections_and_one_that_talks() {
    const WANTED: usize = 10_000;
    let limit = rlimit::increase_nofile_limit(2 * WANTED as u64 + 200).unwrap();
    let room = WANTED.min((limit.saturating_sub(200) / 2) as usize);
    if room < WANTED {
        eprintln!("only {room} connections: {limit} files may be open");
    }
    block_on(async {
        let (listener, address) = listen();
        let accepted = Rc::new(Cell::new(0));
        let counter = Rc::clone(&accepted);
        spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.set(counter.get() + 1);
                spawn(echo(stream));
            }
        });
        let mut clients = Vec::new();
        for _ in 0..room {
            clients.push(TcpStream::connect(address).await.unwrap());
        }
        while accepted.get() < room {
            yield_now().await;
        }
        let start = Instant::now();
        let last = clients.last_mut().unwrap();
        for _ in 0..100 {
            last.write_all(b"still there?").await.unwrap();
            let mut back = [0; 12];
            last.read_exact(&mut back).await.unwrap();
            assert_eq!(&back, b"still there?");
        }
        assert!(start.elapsed() < Duration::from_secs(1));
        for client in &mut clients {
            client.write_all(b"bye").await.unwrap();
        }
        for client in &mut clients {
            let mut back = [0; 3];
            client.read_exact(&mut back).await.unwrap();
            assert_eq!(&back, b"bye");
        }
    });
}
