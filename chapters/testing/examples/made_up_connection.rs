//! The server is a future in the test. Watch what the client gets.
use paused::tokio; // its clock can be paused
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, sleep, timeout};

async fn serve(mut stream: DuplexStream, takes: Duration) {
    sleep(takes).await;
    _ = stream.write_all(b"tea").await; // the client may have gone
}

async fn client(mut stream: impl AsyncRead + Unpin) {
    let start = Instant::now();
    let mut answer = [0; 3];
    let read = stream.read_exact(&mut answer);
    match timeout(Duration::from_secs(5), read).await {
        Ok(_) => println!("tea, after {:?}", start.elapsed()),
        Err(late) => println!("{late}, after {:?}", start.elapsed()),
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    for seconds in [1, 4, 6] {
        let (here, there) = duplex(64);
        let server = serve(there, Duration::from_secs(seconds));
        tokio::join!(client(here), server);
    }
}
