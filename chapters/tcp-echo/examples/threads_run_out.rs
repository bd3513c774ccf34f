//! A thread per connection, under a limit. Watch how many are served.
use anyhow::Result;
use std::{io, net, thread, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::{task::JoinSet, time::sleep};

const CLIENTS: usize = 300;

fn echo(socket: &net::TcpStream) -> io::Result<u64> {
    io::copy(&mut &*socket, &mut &*socket)
}

fn serve(listener: &net::TcpListener) -> io::Result<()> {
    loop {
        let (socket, _) = listener.accept()?;
        thread::spawn(move || echo(&socket));
    }
}

/// Says a word, hears it, and has no more to say half a second later.
async fn client(mut socket: TcpStream) -> io::Result<()> {
    socket.write_all(b"tea").await?;
    socket.read_exact(&mut [0; 3]).await?;
    sleep(Duration::from_millis(500)).await;
    socket.shutdown().await
}

/// From here on, this process may reserve no more than `bytes` of memory.
fn limit_own_memory(bytes: u64) -> Result<()> {
    #[cfg(unix)]
    rlimit::setrlimit(rlimit::Resource::AS, bytes, bytes)?;
    #[cfg(not(unix))]
    println!("no such limit on this system: {bytes} bytes not set");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    limit_own_memory(512 * 1024 * 1024)?;
    rlimit::increase_nofile_limit(2 * CLIENTS as u64 + 64)?;
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    let listener = socket.listen(CLIENTS as u32)?;
    let server = listener.local_addr()?;
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(client(TcpStream::connect(server).await?));
    }
    let listener = listener.into_std()?;
    listener.set_nonblocking(false)?;
    thread::spawn(move || serve(&listener));

    let ended = clients.join_all().await;
    let served = ended.iter().filter(|it| it.is_ok()).count();
    println!("{served} of {CLIENTS} clients were served");
    if let Some(Err(e)) = ended.iter().find(|it| it.is_err()) {
        println!("another one: {e}");
    }
    Ok(())
}
