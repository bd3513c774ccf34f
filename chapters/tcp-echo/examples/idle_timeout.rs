//! A guest who chats, and one who falls silent. Watch whom the limit meets.
use std::{io, net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

const LIMIT: Duration = Duration::from_millis(700);

async fn echo(mut socket: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = timeout(LIMIT, socket.read(&mut buffer)).await??;
        if n == 0 {
            return Ok(()); // end of stream
        }
        socket.write_all(&buffer[..n]).await?;
    }
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(echo(socket));
    }
}

/// Says a word every 400 ms, and then nothing until the server hangs up.
#[timeline::lane("{name}")]
async fn guest(name: &str, words: u32, server: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect(server).await?;
    let mut heard = 0;
    for _ in 0..words {
        socket.write_all(b"tea").await?;
        if socket.read(&mut [0; 3]).await? == 0 {
            break; // the server has hung up
        }
        heard += 1;
        sleep(Duration::from_millis(400)).await;
    }
    while socket.read(&mut [0; 3]).await? > 0 {}
    println!("{name}: {heard} of {words} words came back");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(serve(listener));
    let (chatty, silent) =
        (guest("chatty", 4, server), guest("silent", 1, server));
    tokio::try_join!(chatty, silent)?;
    Ok(())
}
