//! A thousand clients and their server. Watch the threads and the memory.
use anyhow::{Context, Result, ensure};
use futures::io::{AsyncReadExt, AsyncWriteExt};
use little_runtime::{self as tokio, JoinSet, block_on, sleep};
use little_runtime::{TcpListener, TcpSocket, TcpStream};
use std::{io, net::SocketAddr, time::Duration};

const CLIENTS: usize = 1000;

async fn echo(mut socket: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            return Ok(()); // end of stream
        }
        socket.write_all(&buffer[..n]).await?;
    }
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                tokio::spawn(echo(socket));
            }
            // ENFILE, EMFILE: no open file to be had, until somebody leaves
            Err(e) if matches!(e.raw_os_error(), Some(23 | 24)) => {
                sleep(Duration::from_millis(10)).await;
            }
            Err(e) => return Err(e),
        }
    }
}

/// Five rounds of a KiB, with a rest after each: half a second in all.
async fn client(n: usize, server: SocketAddr) -> Result<()> {
    let connecting = TcpStream::connect(server).await;
    let mut socket = connecting.context("failed to connect")?;
    for round in 1..=5 {
        let sent = format!("client {n}, round {round}; ").repeat(50);
        socket.write_all(sent.as_bytes()).await?;
        let mut back = vec![0; sent.len()];
        socket.read_exact(&mut back).await?;
        ensure!(back == sent.as_bytes(), "client {n}: these are not mine");
        sleep(Duration::from_millis(100)).await;
    }
    socket.shutdown().await?; // no more to say
    ensure!(
        socket.read(&mut [0]).await? == 0,
        "client {n}: one too many"
    );
    Ok(())
}

/// How many clients at a time: each takes two open files, one at each end,
/// and 64 are for the terminal, the listener, the runtime.
fn room() -> Result<usize> {
    let limit = rlimit::increase_nofile_limit(2 * CLIENTS as u64 + 64)?;
    let room = CLIENTS.min(limit.saturating_sub(64) as usize / 2);
    if room < CLIENTS {
        eprintln!("only {limit} open files: {room} clients at a time");
        eprintln!("for more: `sudo prlimit --nofile=4096 --pid $$` on Linux,");
        eprintln!("`ulimit -n 4096` in a new terminal window on macOS");
    }
    ensure!(room > 0, "too few open files for any client");
    Ok(room)
}

fn main() -> Result<()> {
    block_on(lead())
}

async fn lead() -> Result<()> {
    let room = room()?;
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    let listener = socket.listen(1024)?;
    let server = listener.local_addr()?;
    tokio::spawn(serve(listener));

    let mut clients = JoinSet::new();
    for n in 1..=CLIENTS {
        if clients.len() == room {
            clients.join_next().await.expect("room is not 0")??;
        }
        clients.spawn(client(n, server));
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    println!("{CLIENTS} clients, every byte came back");
    Ok(())
}
