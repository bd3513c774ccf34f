//! Ten clients, and open files for three of them. Watch who is served.
use std::{io, time::Duration};
use timeline::LaneExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::{task::JoinSet, time::sleep};

const CLIENTS: usize = 10;
const FILES: usize = 3;

async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut socket, _) = listener.accept().await?;
        tokio::spawn(async move {
            let (mut from, mut to) = socket.split();
            copy(&mut from, &mut to).await
        });
    }
}

/// Says a word, hears it, and has no more to say a tenth of a second later.
async fn client(mut socket: TcpStream) -> io::Result<TcpStream> {
    socket.write_all(b"tea").await?;
    socket.read_exact(&mut [0; 3]).await?;
    sleep(Duration::from_millis(100)).await;
    socket.shutdown().await?;
    Ok(socket) // the client's end stays open
}

/// From here on, this process can open so many files more.
#[cfg(unix)]
fn allow_more(files: usize) -> io::Result<()> {
    use std::{fs::File, os::fd::AsRawFd};
    let opened: io::Result<Vec<_>> =
        (0..files).map(|_| File::open("/dev/null")).collect();
    let numbers = opened?.into_iter().map(|file| file.as_raw_fd() as u64);
    let hard = rlimit::Resource::NOFILE.get_hard()?;
    rlimit::Resource::NOFILE.set(1 + numbers.max().unwrap_or(0), hard)
}

#[cfg(not(unix))]
fn allow_more(_: usize) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    let mut clients = JoinSet::new();
    for n in 1..=CLIENTS {
        let socket = TcpStream::connect(server).await?;
        clients.spawn(client(socket).lane(format!("client {n}")));
    }
    allow_more(FILES)?;
    tokio::spawn(async {
        let done = serve(listener).lane("server").await;
        println!("server: {}", done.unwrap_err());
    });
    let mut served = Vec::new();
    while let Some(done) = clients.join_next().await {
        match done? {
            Ok(socket) => served.push(socket),
            Err(e) => println!("a client: {e}"),
        }
    }
    println!("{} of {CLIENTS} clients were served", served.len());
    Ok(())
}
