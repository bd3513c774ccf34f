//! Libraries that know nothing of the little runtime, used hard on it: every byte and every count comes back.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use async_lock::{Mutex, RwLock, Semaphore};
use async_tungstenite::tungstenite::Message;
use async_tungstenite::{accept_async, client_async};
use bytes::Bytes;
use futures::future::try_join_all;
use futures::{SinkExt, StreamExt};
use h2::RecvStream;
use http::{Request, Response};
use little_runtime::{
    JoinSet, TcpListener, TcpStream, block_on, spawn, yield_now,
};
use tokio_util::codec::{Framed, LengthDelimitedCodec};
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt};

type Failure = Box<dyn Error>;

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Bytes that differ from place to place and from one `seed` to the next, so that none can be taken for another.
fn bytes(seed: usize, len: usize) -> Vec<u8> {
    (0..len)
        .map(|at| u8::try_from((at * 31 + at / 251 + seed * 7) % 256).unwrap())
        .collect()
}

async fn whole(mut body: RecvStream) -> Result<Vec<u8>, h2::Error> {
    let mut whole = Vec::new();
    while let Some(bytes) = body.data().await {
        let bytes = bytes?;
        whole.extend_from_slice(&bytes);
        body.flow_control().release_capacity(bytes.len())?;
    }
    Ok(whole)
}

/// Sends as much as the other side has room for, and waits for more.
async fn send(
    mut to: h2::SendStream<Bytes>,
    mut bytes: Bytes,
) -> Result<(), Failure> {
    while !bytes.is_empty() {
        to.reserve_capacity(bytes.len());
        let room = futures::future::poll_fn(|cx| to.poll_capacity(cx)).await;
        let room = room.ok_or("the stream is closed")??;
        to.send_data(bytes.split_to(room.min(bytes.len())), false)?;
    }
    to.send_data(Bytes::new(), true)?;
    Ok(())
}

async fn http2_server(listener: TcpListener) -> Result<(), Failure> {
    loop {
        let (stream, _) = listener.accept().await?;
        spawn(async {
            let mut connection =
                h2::server::handshake(stream.compat()).await.unwrap();
            while let Some(request) = connection.accept().await {
                let (request, mut respond) = request.unwrap();
                spawn(async move {
                    let body = whole(request.into_body()).await.unwrap();
                    let to = respond
                        .send_response(Response::new(()), false)
                        .unwrap();
                    send(to, body.into()).await.unwrap();
                });
            }
        });
    }
}

async fn http2_client(server: SocketAddr, seed: usize) -> Result<(), Failure> {
    let stream = TcpStream::connect(server).await?.compat();
    let (client, connection) = h2::client::handshake(stream).await?;
    spawn(connection);
    let requests = (0..10).map(|n| {
        let client = client.clone();
        async move {
            // More than a window of HTTP/2, so that both sides have to wait for room.
            let body = bytes(seed * 10 + n, 100_000 + n);
            let request = Request::post("http://us/").body(())?;
            let (answer, to) =
                client.ready().await?.send_request(request, false)?;
            let back = async { Ok(whole(answer.await?.into_body()).await?) };
            let (back, ()) =
                futures::try_join!(back, send(to, body.clone().into()))?;
            assert!(back == body, "request {n} of client {seed}");
            Ok::<_, Failure>(())
        }
    });
    try_join_all(requests).await.map(drop)
}

#[test]
fn http2_gives_every_byte_back_on_many_streams_at_once() {
    block_on(async {
        let (listener, server) = listener();
        let serving = spawn(http2_server(listener));
        try_join_all((0..10).map(|seed| http2_client(server, seed)))
            .await
            .unwrap();
        serving.abort();
    });
}

#[test]
fn web_sockets_echo_each_message_of_each_guest() {
    block_on(async {
        let (listener, server) = listener();
        let serving = spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                spawn(async {
                    let mut socket = accept_async(stream).await.unwrap();
                    while let Some(Ok(message)) = socket.next().await {
                        if message.is_binary() {
                            socket.send(message).await.unwrap();
                        }
                    }
                });
            }
        });
        let mut guests = JoinSet::new();
        for guest in 0..50 {
            guests.spawn(async move {
                let stream = TcpStream::connect(server).await.unwrap();
                let (mut socket, _) =
                    client_async("ws://us/", stream).await.unwrap();
                for n in 0..20 {
                    let message =
                        Message::binary(bytes(guest * 20 + n, n * n * 200));
                    socket.send(message.clone()).await.unwrap();
                    assert_eq!(socket.next().await.unwrap().unwrap(), message);
                }
                socket.close(None).await.unwrap();
                while let Some(Ok(_)) = socket.next().await {}
            });
        }
        while let Some(guest) = guests.join_next().await {
            guest.unwrap();
        }
        serving.abort();
    });
}

fn framed(
    stream: TcpStream,
) -> Framed<Compat<TcpStream>, LengthDelimitedCodec> {
    Framed::new(stream.compat(), LengthDelimitedCodec::new())
}

#[test]
fn a_codec_of_tokio_util_cuts_where_it_was_joined() {
    block_on(async {
        let (listener, server) = listener();
        let echo = spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let (to, from) = framed(stream).split::<Bytes>();
            from.map(|frame| frame.map(bytes::BytesMut::freeze))
                .forward(to)
                .await
                .unwrap();
        });
        let (mut to, mut from) =
            framed(TcpStream::connect(server).await.unwrap()).split::<Bytes>();
        let sending = async {
            for n in 0..500 {
                to.feed(bytes(n, n * 40).into()).await.unwrap();
            }
            to.close().await.unwrap(); // a half-close: the answers still come
        };
        let hearing = async {
            for n in 0..500 {
                let frame = from.next().await.unwrap().unwrap();
                assert!(frame == bytes(n, n * 40), "frame {n}");
            }
            assert!(from.next().await.is_none());
        };
        futures::join!(sending, hearing);
        echo.await.unwrap();
    });
}

#[test]
fn the_locks_of_async_lock_lose_no_update_and_let_no_more_in_than_they_may() {
    const TASKS: usize = 100;
    const EACH: usize = 20;
    let sum = Arc::new(Mutex::new(0));
    let seen = Arc::new(RwLock::new(BTreeMap::new()));
    let doors = Arc::new(Semaphore::new(3));
    let inside = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0))); // now, and the most
    block_on(async {
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (sum, seen) = (Arc::clone(&sum), Arc::clone(&seen));
            let (doors, inside) = (Arc::clone(&doors), Arc::clone(&inside));
            tasks.spawn(async move {
                for _ in 0..EACH {
                    let mut sum = sum.lock().await;
                    let read = *sum;
                    yield_now().await; // all others ask for the lock now
                    *sum = read + 1;
                    drop(sum);

                    *seen.write().await.entry(task).or_insert(0) += 1;
                    assert!(seen.read().await.len() <= TASKS);

                    let _permit = doors.acquire().await;
                    let (now, most) = &*inside;
                    most.fetch_max(now.fetch_add(1, Relaxed) + 1, Relaxed);
                    for _ in 0..10 {
                        yield_now().await; // so that others come to the door
                    }
                    now.fetch_sub(1, Relaxed);
                }
            });
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        assert_eq!(*sum.lock().await, TASKS * EACH);
        assert!(seen.read().await.values().all(|times| *times == EACH));
        assert_eq!(inside.0.load(Relaxed), 0);
        assert_eq!(inside.1.load(Relaxed), 3);
    });
}

#[test]
fn a_channel_between_threads_wakes_the_runtime_and_ends() {
    const EACH: usize = 1000;
    let (to, from) = async_channel::bounded(4);
    let senders: Vec<_> = (0..3)
        .map(|_| {
            let to = to.clone();
            thread::spawn(move || {
                (0..EACH).for_each(|n| to.send_blocking(n).unwrap());
            })
        })
        .collect();
    drop(to);
    let heard = block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..5 {
            let from = from.clone();
            tasks.spawn(async move {
                let mut sum = 0;
                while let Ok(n) = from.recv().await {
                    sum += n;
                }
                sum
            });
        }
        drop(from);
        let mut sum = 0;
        while let Some(task) = tasks.join_next().await {
            sum += task.unwrap();
        }
        sum
    });
    senders.into_iter().for_each(|it| it.join().unwrap());
    assert_eq!(heard, 3 * (EACH * (EACH - 1) / 2));
}
