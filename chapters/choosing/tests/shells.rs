//! Each shell holds the conversations of the core, over a real socket. Another shell is one more test here.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

use choosing::CONVERSATIONS;

#[path = "../examples/shell_of_our_own.rs"]
#[expect(dead_code, reason = "its `main` is for the page")]
mod shell_of_our_own;
#[path = "../examples/shell_of_threads.rs"]
#[expect(dead_code, reason = "its `main` is for the page")]
mod shell_of_threads;
#[path = "../examples/shell_of_tokio.rs"]
#[expect(dead_code, reason = "its `main` is for the page")]
mod shell_of_tokio;

/// Sends all of it, in pieces of `size`, and returns what came back until the end of the stream.
fn play(server: SocketAddr, sent: &str, size: usize) -> io::Result<String> {
    let mut socket = TcpStream::connect(server)?;
    socket.set_nodelay(true)?;
    for piece in sent.as_bytes().chunks(size) {
        socket.write_all(piece)?;
    }
    socket.shutdown(Shutdown::Write)?;
    let mut heard = String::new();
    socket.read_to_string(&mut heard)?;
    Ok(heard)
}

fn holds_all_conversations(server: SocketAddr) {
    for (sent, heard) in CONVERSATIONS {
        assert_eq!(play(server, sent, sent.len()).unwrap(), heard);
        // What comes after the end of a conversation may meet a closed socket.
        if !sent.contains("bye") {
            assert_eq!(play(server, sent, 1).unwrap(), heard);
        }
    }
}

#[test]
fn the_shell_of_threads_says_what_the_core_says() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let socket = socket.unwrap();
            thread::spawn(move || shell_of_threads::serve(socket));
        }
    });
    holds_all_conversations(server);
}

#[tokio::test]
async fn the_shell_of_tokio_says_what_the_core_says() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(shell_of_tokio::serve(socket));
        }
    });
    let guests =
        tokio::task::spawn_blocking(move || holds_all_conversations(server));
    guests.await.unwrap();
}

#[test]
fn the_shell_of_our_own_runtime_says_what_the_core_says() {
    let (done, is_done) = futures::channel::oneshot::channel();
    little_runtime::block_on(async {
        let any = "127.0.0.1:0".parse().unwrap();
        let listener = little_runtime::TcpListener::bind(any).unwrap();
        let server = listener.local_addr().unwrap();
        little_runtime::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                little_runtime::spawn(shell_of_our_own::serve(socket));
            }
        });
        let guests = thread::spawn(move || {
            holds_all_conversations(server);
            done.send(()).unwrap();
        });
        // It is dropped without a word where the guests panic.
        let _ = is_done.await;
        guests.join().unwrap();
    });
}
