//! A server that is as slow as the test wants. Watch when the bytes come.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::io::{BufReader, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// The client's end, and a task that plays the server. It gives what it was
/// asked.
pub fn fake(answers: Vec<String>) -> (DuplexStream, JoinHandle<Vec<String>>) {
    let (here, there) = duplex(64);
    let server = async move {
        let mut stream = BufReader::new(there);
        let mut asked = Vec::new();
        for answer in answers {
            let mut line = String::new();
            if stream.read_line(&mut line).await.is_ok_and(|it| it > 0) {
                asked.push(line.trim_end().to_owned());
            } else {
                break;
            }
            sleep(Duration::from_secs(1)).await;
            if stream.write_all(answer.as_bytes()).await.is_err() {
                break;
            }
        }
        asked
    };
    (here, tokio::spawn(server))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::time::pause();
    let start = Instant::now();
    let (mut client, server) = fake(vec!["300\n".to_owned()]);
    client.write_all(b"tea 3?\n").await.unwrap();
    while let Ok(byte) = client.read_u8().await {
        println!("{:?}: {:?}", start.elapsed(), byte as char);
    }
    println!("asked: {:?}", server.await.unwrap());
}

#[cfg(test)]
#[path = "../../../chapters/testing/exercises/server_in_the_test/tests.rs"]
mod tests;
