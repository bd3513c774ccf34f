//! Ten letters arrive at once. Watch how often the thread goes to rest.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::{net::UdpSocket, runtime::Builder, time::sleep};

static RESTS: AtomicU32 = AtomicU32::new(0);

async fn ten_letters() -> std::io::Result<()> {
    let mut addresses = Vec::new();
    let mut readers = Vec::new();
    for _ in 1..=10 {
        let socket = UdpSocket::bind("127.0.0.1:0").await?;
        addresses.push(socket.local_addr()?);
        readers.push(tokio::spawn(async move {
            socket.recv(&mut [0; 6]).await.unwrap();
        }));
    }
    sleep(Duration::from_millis(100)).await; // all ten wait for a letter
    RESTS.store(0, Relaxed);
    let post = std::net::UdpSocket::bind("127.0.0.1:0")?;
    for address in addresses {
        post.send_to(b"letter", address)?;
    }
    for reader in readers.into_iter().rev() {
        reader.await?; // the last one first: it ends last
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    for events in [1024, 1] {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .max_io_events_per_tick(events)
            .on_thread_park(|| _ = RESTS.fetch_add(1, Relaxed))
            .build()?;
        runtime.block_on(ten_letters())?;
        let rests = RESTS.load(Relaxed);
        println!("max_io_events_per_tick({events}): rests {rests}");
    }
    Ok(())
}
