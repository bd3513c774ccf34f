//! One answer, in one piece and in four. Watch what the client reads.
use paused::{tokio, tokio_test};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio_test::io::Builder;

/// Reads a line with a price.
async fn price(mut stream: impl AsyncRead + Unpin) -> u32 {
    let mut line = [0; 64];
    let read = stream.read(&mut line).await.unwrap();
    let line = str::from_utf8(&line[..read]).unwrap();
    line.trim().parse().unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let whole = Builder::new().read(b"300\n").build();
    println!("in one piece: {}", price(whole).await);
    let mut pieces = Builder::new();
    for byte in b"300\n" {
        pieces.read(&[*byte]);
    }
    println!("byte by byte: {}", price(pieces.build()).await);
}
