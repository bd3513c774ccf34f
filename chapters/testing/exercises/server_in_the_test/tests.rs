//! What `fake` must do. The clock is paused: a second takes no time.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use super::fake;

fn answers(answers: &[&str]) -> Vec<String> {
    answers.iter().map(|it| (*it).to_owned()).collect()
}

#[exercise::test]
async fn it_answers_line_by_line() {
    let (mut client, server) = fake(answers(&["300\n", "400\n"]));
    let mut heard = String::new();
    for question in ["tea 3?\n", "tea 4?\n"] {
        client.write_all(question.as_bytes()).await.unwrap();
        let mut answer = [0; 4];
        client.read_exact(&mut answer).await.unwrap();
        heard.push_str(str::from_utf8(&answer).unwrap());
    }
    assert_eq!(heard, "300\n400\n", "what the client heard");
    let asked: Vec<String> = server.await.unwrap();
    assert_eq!(asked, ["tea 3?", "tea 4?"], "what the server was asked");
}

#[exercise::test]
async fn a_second_passes_before_each_byte() {
    let (mut client, _server) = fake(answers(&["30\n"]));
    client.write_all(b"tea 3?\n").await.unwrap();
    let start = Instant::now();
    let mut came: Vec<(u64, String)> = Vec::new();
    for _ in 0..3 {
        let mut bytes = [0; 8];
        let read = client.read(&mut bytes).await.unwrap();
        let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
        came.push((start.elapsed().as_secs(), text));
    }
    let wanted = [(1, "3"), (2, "0"), (3, "\n")];
    let wanted = wanted.map(|(second, text)| (second, text.to_owned()));
    assert_eq!(came, wanted, "in which second which bytes came");
}

#[exercise::test]
async fn a_question_in_pieces_is_one_question() {
    let (mut client, server) = fake(answers(&["3\n"]));
    for piece in [&b"te"[..], b"a 3", b"?\n"] {
        client.write_all(piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut answer = [0; 2];
    client.read_exact(&mut answer).await.unwrap();
    let asked: Vec<String> = server.await.unwrap();
    assert_eq!(asked, ["tea 3?"], "what the server was asked");
}

#[exercise::test]
async fn after_the_last_answer_it_closes() {
    let (mut client, _server) = fake(answers(&["3\n"]));
    client.write_all(b"tea 3?\n").await.unwrap();
    let mut heard = String::new();
    client.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "3\n", "what the client heard until the end");
}

#[exercise::test]
async fn when_the_client_has_gone_it_is_over() {
    let (mut client, server) = fake(answers(&["300\n", "400\n"]));
    client.write_all(b"tea 3?\n").await.unwrap();
    client.read_u8().await.unwrap();
    drop(client);
    let asked: Option<Vec<String>> = server.await.ok();
    let wanted = Some(answers(&["tea 3?"]));
    assert_eq!(
        asked, wanted,
        "what the server was asked, if it did not panic"
    );
}
