//! After a second comes Ctrl-C. Watch which guests still get their tea.
use std::{io::Result, net::SocketAddr, pin::pin, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const TENTH: Duration = Duration::from_millis(100);

async fn guests(kitchen: SocketAddr) -> Result<()> {
    let mut seated = Vec::new();
    for tenths in [5, 15, 90] {
        let mut guest = TcpStream::connect(kitchen).await?;
        guest.write_u8(tenths).await?; // how long the tea will take
        seated.push(guest);
    }
    sleep(17 * TENTH).await;
    let late = TcpStream::connect(kitchen).await;
    println!("guest 4: {:?}", late.map_err(|error| error.kind()));
    std::future::pending().await // the others stay seated
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32, mut guest: TcpStream) -> Result<()> {
    let tenths = guest.read_u8().await?;
    println!("tea {n}: kettle on");
    sleep(TENTH * tenths.into()).await;
    println!("tea {n}: poured");
    guest.write_all(b"your tea").await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    tokio::spawn(guests(listener.local_addr()?));
    let (teas, too_late) = (TaskTracker::new(), CancellationToken::new());
    let mut ctrl_c = pin!(tokio::signal::ctrl_c());
    for n in 1.. {
        let (guest, _) = tokio::select! {
            accepted = listener.accept() => accepted?,
            _ = &mut ctrl_c => break,
        };
        let too_late = too_late.clone();
        teas.spawn(async move {
            let tea = too_late.run_until_cancelled(tea(n, guest));
            if tea.await.is_none() {
                println!("tea {n}: given up");
            }
        });
    }

    drop(listener); // stops accepting
    println!("main: {} teas to finish", teas.len());
    teas.close();
    if timeout(10 * TENTH, teas.wait()).await.is_err() {
        println!("main: {} too late", teas.len());
        too_late.cancel();
        teas.wait().await;
    }
    println!("main: closed");
    Ok(())
}
