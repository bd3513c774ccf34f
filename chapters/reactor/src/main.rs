//! A thousand clients and their server, on a runtime of our own.
#[path = "../examples/own_tcp.rs"]
#[expect(dead_code, reason = "it is a program of the page too, with a `main`")]
mod own_tcp;

use own_tcp::{TcpListener, TcpStream, block_on, sleep, spawn};
use std::{io, net::SocketAddr, time::Duration};

const CLIENTS: usize = 1000;

async fn echo(socket: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            return Ok(()); // end of stream
        }
        socket.write_all(&buffer[..n]).await?;
    }
}

async fn serve(listener: TcpListener, clients: usize) {
    for _ in 0..clients {
        let socket = listener.accept().await.expect("a client connects");
        spawn(async { echo(socket).await.expect("it stays to the end") });
    }
}

/// Five rounds of a KiB, with a rest after each: half a second in all.
async fn client(n: usize, server: SocketAddr) -> io::Result<()> {
    let socket = TcpStream::connect(server)?;
    for round in 1..=5 {
        let sent = format!("client {n}, round {round}; ").repeat(50);
        socket.write_all(sent.as_bytes()).await?;
        let (mut back, mut have) = (vec![0; sent.len()], 0);
        while have < sent.len() {
            let n = socket.read(&mut back[have..]).await?;
            assert!(n > 0, "the server has hung up");
            have += n;
        }
        assert_eq!(back, sent.as_bytes(), "client {n}: these are not mine");
        sleep(Duration::from_millis(100)).await;
    }
    socket.shutdown()?; // no more to say
    assert_eq!(socket.read(&mut [0]).await?, 0, "client {n}: one too many");
    Ok(())
}

/// How many clients: each takes two open files, one at each end.
fn room() -> io::Result<usize> {
    let limit = rlimit::increase_nofile_limit(2 * CLIENTS as u64 + 64)?;
    let room = CLIENTS.min(limit.saturating_sub(64) as usize / 2);
    if room < CLIENTS {
        eprintln!("only {limit} open files: {room} clients");
        eprintln!("for more: `sudo prlimit --nofile=4096 --pid $$` on Linux,");
        eprintln!("`ulimit -n 4096` in a new terminal window on macOS");
    }
    Ok(room)
}

fn main() -> io::Result<()> {
    let clients = room()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = listener.local_addr()?;
    spawn(serve(listener, clients));
    block_on(async move {
        for n in 1..=clients {
            spawn(async move { client(n, server).await.expect("no errors") });
            if n % 100 == 0 {
                sleep(Duration::from_millis(1)).await; // room to accept
            }
        }
    });
    println!("{clients} clients, every byte came back");
    Ok(())
}
