//! One client talks, and one is silent. Watch how long each of them stays.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use timeline::LaneExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

#[derive(Debug, PartialEq)]
pub enum End {
    Goodbye,
    Silence,
}

/// Sends back every byte, until the stream ends or the patience.
pub async fn echo<W>(mut wire: W, patience: Duration) -> io::Result<End>
where
    W: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = [0; 1024];
    loop {
        let Ok(read) = timeout(patience, wire.read(&mut buffer)).await else {
            return Ok(End::Silence);
        };
        let n = read?;
        if n == 0 {
            return Ok(End::Goodbye);
        }
        let writing = wire.write_all(&buffer[..n]);
        let Ok(written) = timeout(patience, writing).await else {
            return Ok(End::Silence);
        };
        written?;
    }
}

async fn client(server: SocketAddr, words: u32) -> io::Result<()> {
    let mut wire = TcpStream::connect(server).await?;
    for _ in 0..words {
        wire.write_all(b"tea").await?;
        wire.read_exact(&mut [0; 3]).await?;
        sleep(Duration::from_millis(250)).await;
    }
    if words == 0 {
        let n = wire.read(&mut [0]).await?; // waits until it is let go
        println!("client, silent: heard {n} bytes, and the end");
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    let serve = async {
        for _ in 0..2 {
            let (socket, _) = listener.accept().await?;
            tokio::spawn(async {
                let end = echo(socket, Duration::from_millis(500)).await;
                println!("server: {end:?}");
            });
        }
        Ok(())
    };
    let talks = client(server, 4).lane("client, talks");
    let silent = client(server, 0).lane("client, silent");
    tokio::try_join!(serve, talks, silent)?;
    sleep(Duration::from_millis(50)).await; // hears the last one
    Ok(())
}

#[cfg(test)]
#[path = "../../../chapters/tcp-echo/exercises/leaves_when_silent/tests.rs"]
mod tests;
