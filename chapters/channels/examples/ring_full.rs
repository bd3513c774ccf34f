//! Ten requests, and a reply to each. Watch how far it goes.
use std::time::Duration;
use timeline::LaneExt;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::sleep;

#[timeline::lane("server")]
async fn server(mut requests: Receiver<u32>, replies: Sender<u32>) {
    while let Some(n) = requests.recv().await {
        sleep(Duration::from_millis(50)).await;
        let send = replies.send(n * n).waits_for("a place");
        send.await.expect("the client is there");
        println!("server: has answered {n}");
    }
}

#[timeline::lane("client")]
async fn client(requests: Sender<u32>, mut replies: Receiver<u32>) {
    let ask = async move {
        for n in 1..=10 {
            let send = requests.send(n).waits_for("a place");
            send.await.expect("the server is there");
        }
        println!("client: has asked for all ten");
    };
    let listen = async move {
        while let Some(reply) = replies.recv().await {
            println!("client: has {reply}");
        }
    };
    ask.await;
    listen.await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (ask, requests) = mpsc::channel(2);
    let (answer, replies) = mpsc::channel(2);
    tokio::join!(server(requests, answer), client(ask, replies));
}
