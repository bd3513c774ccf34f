//! What `forward` must do. The clock is paused: a second takes no time.

use std::cell::Cell;
use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::mpsc::channel;
use tokio::time::{sleep, timeout};

use super::forward;

const SECOND: Duration = Duration::from_secs(1);

/// What arrives of the letters 1 to 10, where one is written and one is read
/// every so many milliseconds.
async fn arrived(write: u64, read: u64) -> Vec<u32> {
    let (letterbox, letters) = channel(2);
    let (out, mut arrived) = channel(2);
    let writer = async move {
        for letter in 1..=10 {
            sleep(Duration::from_millis(write)).await;
            letterbox.send(letter).await.unwrap();
        }
    };
    let reader = async {
        let mut read_so_far = Vec::new();
        while let Some(letter) = arrived.recv().await {
            sleep(Duration::from_millis(read)).await;
            read_so_far.push(letter);
        }
        read_so_far
    };
    let (_, _, read) = tokio::join!(
        writer.lane("writer"),
        forward(letters, out, || ()).lane("forwarder"),
        reader.lane("reader"),
    );
    read
}

const ALL: [u32; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

#[exercise::test]
async fn letters_arrive_where_there_is_room() {
    let letters = arrived(7, 0).await;
    assert_eq!(letters, ALL, "letters, one every 7 ms and a quick reader");
}

#[exercise::test]
async fn letters_arrive_where_the_reader_is_slow() {
    let letters = arrived(0, 1000).await;
    assert_eq!(letters, ALL, "letters, where one is read each second");
}

#[exercise::test]
async fn letters_arrive_where_they_are_rare() {
    let letters = arrived(1000, 0).await;
    assert_eq!(letters, ALL, "letters, where one is written each second");
}

#[exercise::test]
async fn it_ticks_while_a_letter_waits_for_room() {
    let (letterbox, letters) = channel(2);
    let (out, _nobody_reads) = channel(2);
    let ticks = Cell::new(0);
    let tick = || ticks.set(ticks.get() + 1);
    let writer = async move { while letterbox.send(1).await.is_ok() {} };
    let both = async { tokio::join!(writer, forward(letters, out, tick)) };
    let ended = timeout(10 * SECOND, both).await;
    assert!(ended.is_err(), "it has ended, though there are letters");
    let ticks = ticks.get();
    assert!(
        (95..=105).contains(&ticks),
        "ticks in 10 s, one every 100 ms: {ticks}"
    );
}

#[exercise::test]
async fn it_has_one_letter_in_hand_at_most() {
    let (letterbox, letters) = channel(2);
    let (out, _nobody_reads) = channel(2);
    let sent = Cell::new(0);
    let writer = async {
        for letter in 1..=100 {
            letterbox.send(letter).await.unwrap();
            sent.set(letter);
        }
    };
    let both = async { tokio::join!(writer, forward(letters, out, || ())) };
    let _ = timeout(60 * SECOND, both).await;
    let sent = sent.get();
    assert!(
        sent <= 5,
        "letters that were sent off, with room for 2 and 2, and 1 in hand: \
         {sent}"
    );
}

#[exercise::test]
async fn it_ends_when_nobody_takes_the_letters() {
    let (letterbox, letters) = channel(2);
    let (out, arrived) = channel(2);
    let writer = async move { while letterbox.send(1).await.is_ok() {} };
    let reader = async move {
        sleep(SECOND).await;
        drop(arrived); // full, as nobody has read
    };
    tokio::join!(
        writer.lane("writer"),
        forward(letters, out, || ()).lane("forwarder"),
        reader.lane("reader"),
    );
}
