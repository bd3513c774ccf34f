//! Ten thousand clients, in a process of their own. Watch the memory.
use anyhow::{Context, Result, ensure};
use std::{env, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::{process::Command, sync::Barrier, task::JoinSet, time::sleep};

const CLIENTS: usize = 10_000;

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

// part: clients
/// Is connected, waits for all others, and then talks for five rounds.
async fn client(
    n: usize,
    mut socket: TcpStream,
    all: Arc<Barrier>,
) -> Result<()> {
    if all.wait().await.is_leader() {
        println!("all are connected");
    }
    for round in 1..=5 {
        let sent = format!("client {n}, round {round}; ").repeat(50);
        socket.write_all(sent.as_bytes()).await?;
        let mut back = vec![0; sent.len()];
        socket.read_exact(&mut back).await?;
        ensure!(back == sent.as_bytes(), "client {n}: these are not mine");
        sleep(Duration::from_millis(100)).await;
    }
    socket.shutdown().await?;
    ensure!(
        socket.read(&mut [0]).await? == 0,
        "client {n}: one too many"
    );
    Ok(())
}

async fn all_clients(server: SocketAddr, count: usize) -> Result<()> {
    let all = Arc::new(Barrier::new(count));
    let mut clients = JoinSet::new();
    for n in 1..=count {
        let connecting = TcpStream::connect(server).await;
        let socket = connecting.context("failed to connect")?;
        clients.spawn(client(n, socket, Arc::clone(&all)));
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    println!("{count} clients, every byte came back");
    Ok(())
}
// end: clients

/// How many clients: each takes one open file in each process.
fn room() -> Result<usize> {
    let limit = rlimit::increase_nofile_limit(CLIENTS as u64 + 64)?;
    let room = CLIENTS.min(limit.saturating_sub(64) as usize);
    if room < CLIENTS {
        eprintln!("only {limit} open files: {room} clients");
        eprintln!("for more: `sudo prlimit --nofile=10064 --pid $$` on Linux,");
        eprintln!("`ulimit -n 10064` in a new terminal window on macOS");
    }
    ensure!(room > 0, "too few open files for any client");
    Ok(room)
}

// part: main
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    if let Some((server, count)) = env::args().nth(1).zip(env::args().nth(2)) {
        return all_clients(server.parse()?, count.parse()?).await;
    }
    let room = room()?;
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    let listener = socket.listen(1024)?;
    let server = listener.local_addr()?;
    tokio::spawn(serve(listener));

    let mut clients = Command::new(env::current_exe()?);
    clients.args([server.to_string(), room.to_string()]);
    let ended = clients.kill_on_drop(true).status().await?;
    ensure!(ended.success(), "the clients have failed");
    Ok(())
}
// end: main
