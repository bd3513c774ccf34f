//! A network that is cut for a while, three times. Watch the milliseconds.
use paused::{tokio, turmoil};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;
use turmoil::net::{TcpListener, TcpStream};

async fn serve() -> turmoil::Result {
    let listener = TcpListener::bind("0.0.0.0:80").await?;
    loop {
        listener.accept().await?.0.write_all(b"tea").await?;
    }
}

async fn ask() -> turmoil::Result {
    let mut stream = TcpStream::connect("server:80").await?;
    stream.read_exact(&mut [0; 3]).await?;
    Ok(())
}

/// Three requests, a second after each other. The network is cut in the second.
fn simulated(seed: u64) -> String {
    let said = Arc::new(Mutex::new(String::new()));
    let log = said.clone();
    let mut sim = turmoil::Builder::new().rng_seed(seed).build();
    sim.host("server", serve);
    sim.client("client", async move {
        for cut in [false, true, false] {
            if cut {
                turmoil::partition("client", "server");
            }
            let well = ask().await.is_ok();
            let ms = turmoil::elapsed().as_millis();
            *log.lock().unwrap() += &format!("{well} at {ms} ms; ");
            turmoil::repair("client", "server");
            sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    });
    sim.run().unwrap();
    said.lock().unwrap().clone()
}

fn main() {
    for seed in [7, 8, 7] {
        println!("seed {seed}: {}", simulated(seed));
    }
}
