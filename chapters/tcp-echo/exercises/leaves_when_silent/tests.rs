//! What `echo` must do. The wire is in memory, the clock is paused, and the
//! patience is 5 seconds.

use std::time::Duration;

use timeline::LaneExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, sleep};

use super::{End, echo};

const SECOND: Duration = Duration::from_secs(1);

/// How the conversation of this client has ended, and after how many seconds.
/// What the client gives is kept until then.
async fn ended<F, T>(
    room: usize,
    client: impl FnOnce(DuplexStream) -> F,
) -> (End, u64)
where
    F: Future<Output = T>,
{
    let start = Instant::now();
    let (ours, theirs) = duplex(room);
    let echo = async {
        let end = echo(theirs, 5 * SECOND).lane("echo").await;
        (end.expect("the wire is whole"), start.elapsed().as_secs())
    };
    let (ended, _) = tokio::join!(echo, client(ours).lane("client"));
    ended
}

#[exercise::test]
async fn every_byte_comes_back() {
    let client = async |mut wire: DuplexStream| {
        for words in ["tea", "a pot of tea", "milk"] {
            wire.write_all(words.as_bytes()).await.unwrap();
            let mut back = vec![0; words.len()];
            wire.read_exact(&mut back).await.unwrap();
            assert_eq!(str::from_utf8(&back), Ok(words));
        }
    };
    assert_eq!(ended(64, client).await, (End::Goodbye, 0));
}

#[exercise::test]
async fn who_is_silent_is_let_go() {
    let client = async |wire| wire;
    let ended = ended(64, client).await;
    assert_eq!(ended, (End::Silence, 5), "(its end, after seconds)");
}

#[exercise::test]
async fn who_keeps_talking_stays() {
    let client = async |mut wire: DuplexStream| {
        for _ in 0..10 {
            wire.write_all(b"tea").await.unwrap();
            let read = wire.read_exact(&mut [0; 3]).await;
            read.expect("one word every 4 seconds is no silence");
            sleep(4 * SECOND).await;
        }
    };
    let ended = ended(64, client).await;
    assert_eq!(ended, (End::Goodbye, 40), "(its end, after seconds)");
}

#[exercise::test]
async fn the_silence_begins_after_the_last_word() {
    let client = async |mut wire: DuplexStream| {
        for _ in 0..2 {
            sleep(3 * SECOND).await;
            wire.write_all(b"tea").await.unwrap();
        }
        wire
    };
    let ended = ended(64, client).await;
    assert_eq!(ended, (End::Silence, 11), "(its end, after seconds)");
}

#[exercise::test]
async fn who_takes_nothing_is_let_go() {
    let client = async |mut wire: DuplexStream| {
        // It talks and talks, and never reads. At its end, the server has gone.
        while wire.write_all(b"tea").await.is_ok() {
            sleep(SECOND).await;
        }
    };
    let (end, seconds) = ended(8, client).await;
    assert_eq!(end, End::Silence, "of who takes nothing of what it is sent");
    assert!(seconds < 20, "it was let go only after {seconds} seconds");
}

#[exercise::test]
async fn who_has_ended_its_half_has_said_goodbye() {
    let client = async |mut wire: DuplexStream| {
        wire.write_all(b"tea").await.unwrap();
        wire.shutdown().await.unwrap();
        let mut heard = String::new();
        wire.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "tea", "what came back after a half-close");
        wire
    };
    assert_eq!(ended(64, client).await, (End::Goodbye, 0));
}
