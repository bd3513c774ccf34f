//! A thread that asks its guests. Watch how much of its time it works.
use anyhow::Result;
use futures::future::try_join_all;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::{thread, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::{net, time::sleep};

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
fn ask(n: u32, guest: &mut TcpStream) -> io::Result<()> {
    println!("ask {n}");
    guest.write_all(b"?")?;
    guest.read_exact(&mut [0])
}

fn kitchen(listener: &TcpListener) -> io::Result<()> {
    for n in 1..=6 {
        let (mut guest, _) = listener.accept()?;
        ask(n, &mut guest)?;
        chop(n);
    }
    Ok(())
}
// end: kitchen

/// Thinks for half a second when it is asked.
async fn guest(kitchen: SocketAddr) -> io::Result<()> {
    let mut socket = net::TcpStream::connect(kitchen).await?;
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
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let kitchen = thread::spawn(move || kitchen(&listener));
    guests(&[address; 6])?;
    Ok(kitchen.join().unwrap()?)
}
