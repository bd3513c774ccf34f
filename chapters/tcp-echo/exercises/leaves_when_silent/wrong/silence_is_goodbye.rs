//! Takes a silence for the end of the stream.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

#[derive(Debug, PartialEq)]
pub enum End {
    Goodbye,
    Silence,
}

pub async fn echo<W>(mut wire: W, patience: Duration) -> io::Result<End>
where
    W: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = [0; 1024];
    loop {
        let reading = timeout(patience, wire.read(&mut buffer));
        let n = reading.await.unwrap_or(Ok(0))?;
        if n == 0 {
            return Ok(End::Goodbye);
        }
        _ = timeout(patience, wire.write_all(&buffer[..n])).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_client, wire) = tokio::io::duplex(8);
    println!("{:?}", echo(wire, Duration::from_millis(50)).await);
}
