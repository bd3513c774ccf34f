//! A client and a server in one test. Watch what each of them waits for.
use std::io;
use timeline::LaneExt;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::io::{BufReader, BufWriter, DuplexStream, duplex};

async fn client(stream: DuplexStream) -> io::Result<String> {
    let (reader, writer) = tokio::io::split(stream);
    let mut writer = BufWriter::new(writer);
    writer.write_all(b"tea?\n").await?;
    let mut line = String::new();
    let mut reader = BufReader::new(reader);
    reader.read_line(&mut line).waits_for("an answer").await?;
    Ok(line)
}

async fn serve(stream: DuplexStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).waits_for("a question").await?;
    stream.write_all(b"300\n").await
}

async fn test() {
    let (here, there) = duplex(64);
    let client = client(here).lane("client");
    let server = serve(there).lane("server");
    let (answer, _) = tokio::join!(client, server);
    assert_eq!(answer.unwrap(), "300\n");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    test().await;
    println!("test ok");
}
