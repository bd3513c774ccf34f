//! Each read is dropped after half a line. Watch what is left of it.
use futures::FutureExt; // now_or_never: polls once, and drops
use std::io::Result;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::io::{BufReader, DuplexStream, duplex};

/// Half a line has been sent.
async fn half() -> Result<(DuplexStream, BufReader<DuplexStream>)> {
    let (mut guest, wire) = duplex(64);
    guest.write_all(b"tea wi").await?;
    Ok((guest, BufReader::new(wire)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (mut guest, wire) = half().await?;
    let mut lines = wire.lines();
    assert!(lines.next_line().now_or_never().is_none()); // dropped here
    guest.write_all(b"th milk\n").await?;
    let line = lines.next_line().await?.unwrap_or_default();
    println!("next_line:  {line:?}");

    let (mut guest, mut wire) = half().await?;
    let mut line = Vec::new();
    assert!(wire.read_until(b'\n', &mut line).now_or_never().is_none());
    guest.write_all(b"th milk\n").await?;
    wire.read_until(b'\n', &mut line).await?;
    println!("read_until: {:?}", String::from_utf8_lossy(&line));

    let (mut guest, mut wire) = half().await?;
    let mut line = String::new();
    assert!(wire.read_line(&mut line).now_or_never().is_none());
    guest.write_all(b"th milk\n").await?;
    wire.read_line(&mut line).await?;
    println!("read_line:  {line:?}");

    let (mut guest, mut wire) = half().await?;
    let mut line = [b'.'; 8];
    assert!(wire.read_exact(&mut line).now_or_never().is_none());
    guest.write_all(b"th milk\n").await?;
    wire.read_exact(&mut line).await?;
    println!("read_exact: {:?}", String::from_utf8_lossy(&line));
    Ok(())
}
