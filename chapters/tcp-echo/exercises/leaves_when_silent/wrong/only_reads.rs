//! Has patience with who does not send, and any amount with who does not take.

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
        let Ok(read) = timeout(patience, wire.read(&mut buffer)).await else {
            return Ok(End::Silence);
        };
        let n = read?;
        if n == 0 {
            return Ok(End::Goodbye);
        }
        wire.write_all(&buffer[..n]).await?;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_client, wire) = tokio::io::duplex(8);
    println!("{:?}", echo(wire, Duration::from_millis(50)).await);
}
