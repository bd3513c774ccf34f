//! Gives the patience to the conversation as a whole.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

#[derive(Debug, PartialEq)]
pub enum End {
    Goodbye,
    Silence,
}

async fn talk<W>(mut wire: W) -> io::Result<End>
where
    W: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = [0; 1024];
    loop {
        let n = wire.read(&mut buffer).await?;
        if n == 0 {
            return Ok(End::Goodbye);
        }
        wire.write_all(&buffer[..n]).await?;
    }
}

pub async fn echo<W>(wire: W, patience: Duration) -> io::Result<End>
where
    W: AsyncRead + AsyncWrite + Unpin,
{
    match timeout(patience, talk(wire)).await {
        Ok(end) => end,
        Err(_) => Ok(End::Silence),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_client, wire) = tokio::io::duplex(8);
    println!("{:?}", echo(wire, Duration::from_millis(50)).await);
}
