//! Five clients, and two places. Watch who waits.

use std::io;
use std::time::Duration;

use timeline::LaneExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Serves who comes in at the door, so many at a time.
pub async fn serve<G, F>(
    mut door: mpsc::Receiver<G>,
    places: usize,
    guest: impl Fn(G) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    _ = places;
    let mut guests = JoinSet::new();
    while let Some(comes) = door.recv().await {
        guests.spawn(guest(comes));
    }
    while guests.join_next().await.is_some() {}
}

async fn welcome(mut socket: TcpStream) {
    // If the client has left, it has no need of this.
    _ = socket.write_all(b"welcome").await;
    sleep(Duration::from_millis(200)).await;
}

async fn client(n: u32, mut socket: TcpStream) {
    let mut words = String::new();
    socket.read_to_string(&mut words).await.expect("text");
    println!("client {n}: {words}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    let (door, comes) = mpsc::channel(1);
    let accept = async move {
        let mut clients = JoinSet::new();
        for n in 1..=5 {
            let client = client(n, TcpStream::connect(server).await?);
            clients.spawn(client.lane(format!("client {n}")));
            let (socket, _) = listener.accept().await?;
            door.send(socket).await.expect("the server is there");
        }
        drop(door);
        clients.join_all().await;
        Ok(())
    };
    let serve = async {
        serve(comes, 2, |socket| welcome(socket).lane("guest")).await;
        Ok::<(), io::Error>(())
    };
    tokio::try_join!(accept, serve)?;
    Ok(())
}

#[cfg(test)]
#[path = "../../../chapters/tcp-echo/exercises/places_for_guests/tests.rs"]
mod tests;
