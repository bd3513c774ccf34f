//! Ten requests, and a reply to each. Watch how far it goes.
use std::time::Duration;
use timeline::LaneExt;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::{sync::oneshot, time::sleep};

type Request = (u32, oneshot::Sender<u32>);

#[timeline::lane("server")]
async fn server(mut requests: Receiver<Request>) {
    while let Some((n, reply)) = requests.recv().await {
        sleep(Duration::from_millis(50)).await;
        reply.send(n * n).expect("the client is there");
        println!("server: has answered {n}");
    }
}

#[timeline::lane("client")]
async fn client(requests: Sender<Request>) {
    let mut replies = Vec::new();
    for n in 1..=10 {
        let (answer, reply) = oneshot::channel();
        replies.push(reply);
        let send = requests.send((n, answer)).waits_for("a place");
        send.await.expect("the server is there");
    }
    println!("client: has asked for all ten");
    for reply in replies {
        println!("client: has {}", reply.await.expect("it answers"));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (ask, requests) = mpsc::channel(2);
    tokio::join!(server(requests), client(ask));
}
