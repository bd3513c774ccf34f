//! What the core must say, and what the shell must carry. Only the shell's
//! tests have a runtime.

use std::time::Duration;

use timeline::LaneExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::timeout;

use super::{Core, Till, serve};

/// What a guest sends, and what it must hear.
const CONVERSATIONS: [(&str, &str); 5] = [
    ("tea 3\ncoffee 4\n", "tea, 3 in all\ncoffee, 7 in all\n"),
    ("tea 3\npay 2\npay 5\n", "tea, 3 in all\n1 more\n2 back\n"),
    (
        "tea\n\ntea three\n",
        "what is \"tea\"?\nwhat is \"\"?\nwhat is \"three\"?\n",
    ),
    (
        "th\u{e9} 2\nth\u{e9}\n",
        "th\u{e9}, 2 in all\nwhat is \"th\u{e9}\"?\n",
    ),
    ("pay 1\ntea 3\n", "1 back\n"),
];

#[exercise::test]
fn the_core_answers_line_by_line() {
    for (sent, heard) in CONVERSATIONS {
        let replies = Till::default().receive(sent.as_bytes());
        assert_eq!(replies, heard, "to {sent:?}, in one piece");
    }
}

#[exercise::test]
fn it_does_not_matter_how_the_bytes_are_cut_up() {
    for (sent, heard) in CONVERSATIONS {
        for size in 1..=sent.len() {
            let mut till = Till::default();
            let pieces = sent.as_bytes().chunks(size);
            let replies: String =
                pieces.map(|piece| till.receive(piece)).collect();
            assert_eq!(replies, heard, "to {sent:?}, in pieces of {size}");
        }
    }
}

#[exercise::test]
fn it_is_over_when_the_bill_is_paid() {
    let mut till = Till::default();
    till.receive(b"tea 3\npay 2\npay 3");
    assert!(!till.is_over(), "the line that pays has not ended");
    assert_eq!(till.receive(b"\ntea 3\n"), "0 back\n");
    assert!(till.is_over(), "the bill is paid");
}

/// Says after each piece how many bytes it was, and is over after five.
#[derive(Default)]
struct Counts(usize);

impl Core for Counts {
    fn receive(&mut self, bytes: &[u8]) -> String {
        self.0 += bytes.len();
        format!("{} ", bytes.len())
    }

    fn is_over(&self) -> bool {
        self.0 >= 5
    }
}

#[exercise::test]
async fn the_shell_carries_bytes_as_they_come() {
    let (mut guest, wire) = duplex(64);
    let talk = async {
        for piece in ["a", "bc", "d"] {
            guest.write_all(piece.as_bytes()).await.unwrap();
            let reading = guest.read_u8();
            let Ok(heard) = timeout(Duration::from_secs(60), reading).await
            else {
                panic!(
                    "for a minute, no answer to a piece without a line's end"
                );
            };
            let heard = heard.expect("the wire is whole");
            assert_eq!(
                usize::from(heard - b'0'),
                piece.len(),
                "bytes received"
            );
            assert_eq!(guest.read_u8().await.unwrap(), b' ');
        }
        drop(guest);
    };
    let shell = serve(wire, Counts::default()).lane("shell");
    let (served, ()) = tokio::join!(shell, talk);
    served.expect("the wire is whole");
}

#[exercise::test]
async fn the_shell_closes_when_the_core_is_over() {
    let (mut guest, wire) = duplex(64);
    guest.write_all(b"abcdef").await.unwrap();
    let shell = serve(wire, Counts::default()).lane("shell");
    shell.await.expect("the wire is whole");
    let mut heard = String::new();
    guest.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "6 ", "what the core has said, and the end");
}

#[exercise::test]
async fn core_and_shell_hold_a_conversation() {
    for (sent, heard) in CONVERSATIONS {
        let (mut guest, wire) = duplex(8);
        let talk = async {
            let (mut reader, mut writer) = tokio::io::split(&mut guest);
            let mut words = String::new();
            let say = async {
                // The till may have closed before it has taken all.
                _ = writer.write_all(sent.as_bytes()).await;
                _ = writer.shutdown().await;
            };
            let ((), listened) =
                tokio::join!(say, reader.read_to_string(&mut words));
            listened.expect("what is heard is text");
            words
        };
        let shell = serve(wire, Till::default()).lane("shell");
        let (served, words) = tokio::join!(shell, talk);
        served.expect("the wire is whole");
        assert_eq!(words, heard, "to {sent:?}");
    }
}
