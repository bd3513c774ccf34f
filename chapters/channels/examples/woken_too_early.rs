//! A server that opens after 50 ms, and a client that asks first. Watch both.
use std::{cell::Cell, time::Duration};
use tokio::{sync::Notify, time::sleep};

#[derive(Default)]
struct Server {
    open: Cell<bool>,
    opened: Notify,
}

impl Server {
    async fn is_open(&self) -> bool {
        let open = self.open.get();
        sleep(Duration::from_millis(100)).await; // the answer is on its way
        open
    }
}

#[timeline::lane("client")]
async fn client(server: &Server) {
    if !server.is_open().await {
        println!("client: not open yet, so it waits");
        server.opened.notified().await;
    }
    println!("client: goes in");
}

#[timeline::lane("server")]
async fn open(server: &Server) {
    sleep(Duration::from_millis(50)).await;
    server.open.set(true);
    server.opened.notify_waiters();
    println!("server: open");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let server = Server::default();
    tokio::join!(client(&server), open(&server));
}
