//! What a chat room must do. Wires are in memory, the clock is paused, and a
//! tenth of a second is time for all that can go on.

use std::time::Duration;

use timeline::LaneExt;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::io::{Lines, ReadHalf, WriteHalf, duplex, split};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::room;

const TENTH: Duration = Duration::from_millis(100);
const MINUTE: Duration = Duration::from_secs(60);

struct Guest {
    hears: Lines<BufReader<ReadHalf<DuplexStream>>>,
    says: WriteHalf<DuplexStream>,
}

impl Guest {
    async fn say(&mut self, text: &str) {
        let saying = self.says.write_all(text.as_bytes());
        let Ok(said) = timeout(MINUTE, saying).await else {
            panic!("for a minute, the room has not taken what a guest says");
        };
        said.expect("the room has let a guest go who did nothing wrong");
        sleep(TENTH).await;
    }

    async fn hear(&mut self) -> String {
        match timeout(MINUTE, self.hears.next_line()).await {
            Ok(Ok(Some(line))) => line,
            Ok(_) => "(the end)".to_owned(),
            Err(_) => "(nothing in a minute)".to_owned(),
        }
    }
}

type Door = mpsc::Sender<DuplexStream>;

fn open() -> (Door, JoinHandle<()>) {
    let (door, comes) = mpsc::channel(1);
    (door, tokio::spawn(room(comes).lane("room")))
}

async fn enter(door: &Door) -> Guest {
    let (ours, theirs) = duplex(64);
    door.send(theirs).await.expect("the room is open");
    sleep(TENTH).await;
    let (reader, says) = split(ours);
    let hears = BufReader::new(reader).lines();
    Guest { hears, says }
}

#[exercise::test]
async fn what_one_says_all_others_hear() {
    let (door, _room) = open();
    let mut one = enter(&door).await;
    let (mut two, mut three) = (enter(&door).await, enter(&door).await);
    one.say("hello\n").await;
    assert_eq!(two.hear().await, "1: hello", "what guest 2 hears");
    assert_eq!(three.hear().await, "1: hello", "what guest 3 hears");
}

#[exercise::test]
async fn guests_do_not_hear_themselves() {
    let (door, _room) = open();
    let (mut one, mut two) = (enter(&door).await, enter(&door).await);
    one.say("hello\n").await;
    two.say("and to you\n").await;
    assert_eq!(
        one.hear().await,
        "2: and to you",
        "what guest 1 hears first"
    );
}

#[exercise::test]
async fn a_line_in_two_pieces_is_one_line() {
    let (door, _room) = open();
    let mut one = enter(&door).await;
    let (mut two, mut three) = (enter(&door).await, enter(&door).await);
    one.say("hel").await;
    two.say("anybody?\n").await;
    one.say("lo\nit is me\n").await;
    let heard = [three.hear().await, three.hear().await, three.hear().await];
    let wanted = ["2: anybody?", "1: hello", "1: it is me"];
    assert_eq!(heard, wanted, "what guest 3 hears");
}

#[exercise::test]
async fn guests_come_and_leave() {
    let (door, _room) = open();
    let (one, mut two) = (enter(&door).await, enter(&door).await);
    two.say("is it cold outside?\n").await;
    drop(one);
    sleep(TENTH).await;
    let mut three = enter(&door).await;
    two.say("is it?\n").await;
    assert_eq!(three.hear().await, "2: is it?", "what guest 3 hears first");
    three.say("very\n").await;
    assert_eq!(two.hear().await, "3: very", "what guest 2 hears");
}

#[exercise::test]
async fn a_guest_who_never_reads_holds_up_nobody() {
    let (door, _room) = open();
    let (mut one, mut two) = (enter(&door).await, enter(&door).await);
    let _never_reads = enter(&door).await;
    for n in 1..=100 {
        one.say(&format!("line {n}\n")).await;
        let heard = two.hear().await;
        assert_eq!(heard, format!("1: line {n}"), "what guest 2 hears");
    }
}

#[exercise::test]
async fn a_guest_who_never_reads_is_let_go() {
    let (door, _room) = open();
    let mut one = enter(&door).await;
    let mut never_reads = enter(&door).await;
    for n in 1..=100 {
        one.say(&format!("line {n}\n")).await;
    }
    let mut lines = 0;
    let last = loop {
        let heard = never_reads.hear().await;
        if heard.starts_with('(') {
            break heard;
        }
        lines += 1;
    };
    assert_eq!(
        last, "(the end)",
        "after {lines} lines that were kept for it"
    );
    assert!(lines < 40, "{lines} of 100 lines were kept for it");
}

#[exercise::test]
async fn the_room_is_over_when_all_have_left() {
    let (door, mut room) = open();
    let (one, two) = (enter(&door).await, enter(&door).await);
    drop((door, one));
    sleep(TENTH).await;
    assert!(!room.is_finished(), "guest 2 is still there");
    drop(two);
    let Ok(over) = timeout(MINUTE, &mut room).await else {
        panic!(
            "for a minute nobody has been there, and the room is still open"
        );
    };
    over.expect("the room has panicked");
}
