//! Two threads, each with a runtime. Watch how much of their time they work.
use anyhow::Result;
use futures::future::try_join_all;
use std::{io, net, net::SocketAddr, thread, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("chop {n}")]
fn chop(n: u32) {
    println!("chop {n}: start");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("chop {n}: done, {primes} primes");
}

// part: kitchen
#[timeline::lane("ask {n}")]
async fn ask(n: u32, guest: &mut TcpStream) -> io::Result<()> {
    println!("ask {n}");
    guest.write_u8(b'?').await?;
    guest.read_u8().await?;
    Ok(())
}

async fn order(n: u32, mut guest: TcpStream) -> io::Result<()> {
    ask(n, &mut guest).await?;
    chop(n);
    Ok(())
}

/// Three guests, on the thread that calls this.
#[tokio::main(flavor = "current_thread")]
async fn kitchen(first: u32, listener: net::TcpListener) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let mut orders = Vec::new();
    for n in first..first + 3 {
        let (guest, _) = listener.accept().await?;
        orders.push(order(n, guest));
    }
    try_join_all(orders).await?;
    Ok(())
}
// end: kitchen

/// Thinks for half a second when it is asked.
async fn guest(kitchen: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect(kitchen).await?;
    socket.read_u8().await?;
    sleep(Duration::from_millis(500)).await;
    socket.write_u8(b'!').await
}

/// All guests, on the thread that calls this.
#[tokio::main(flavor = "current_thread")]
async fn guests(kitchens: &[SocketAddr]) -> io::Result<()> {
    try_join_all(kitchens.iter().map(|it| guest(*it))).await?;
    Ok(())
}

fn main() -> Result<()> {
    let mut addresses = Vec::new();
    let mut kitchens = Vec::new();
    for first in [1, 4] {
        let listener = net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        addresses.extend([listener.local_addr()?; 3]);
        kitchens.push(thread::spawn(move || kitchen(first, listener)));
    }
    guests(&addresses)?;
    for kitchen in kitchens {
        kitchen.join().unwrap()?;
    }
    Ok(())
}
