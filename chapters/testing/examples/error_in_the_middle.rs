//! The other side breaks off in the middle. Watch what the client says.
use paused::{tokio, tokio_test};
use std::io::{self, ErrorKind};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio_test::io::{Builder, Mock};

async fn price(tea: u32, stream: Mock) -> io::Result<String> {
    let mut stream = BufReader::new(stream);
    stream.write_all(format!("tea {tea}?\n").as_bytes()).await?;
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    Ok(line)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let asked = b"tea 3?\n";
    let well = Builder::new().write(asked).read(b"300\n").build();
    println!("a whole line: {:?}", price(3, well).await);

    let broken = Builder::new()
        .write(asked)
        .read(b"30")
        .read_error(ErrorKind::ConnectionReset.into())
        .build();
    println!("an error: {:?}", price(3, broken).await);

    let closed = Builder::new().write(asked).read(b"30").build();
    println!("the end: {:?}", price(3, closed).await);
}
