//! One answer, in one piece and in four. Watch what the client reads.
use paused::{tokio, tokio_test};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio_test::io::Builder;

/// Reads a line with a price.
async fn price(stream: impl AsyncRead + Unpin) -> u32 {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).await.unwrap();
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
