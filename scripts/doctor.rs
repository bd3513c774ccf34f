//! What only a program can find out. The doctors compile this one, which shows that there is a linker, and start it
//! with a port and a number of threads. It prints a word and what it found in each line.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .map(|it| it.parse::<u16>().unwrap());
    let (port, wanted) = (numbers.next().unwrap(), numbers.next().unwrap());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!("cores {cores}");
    println!("loopback {}", said(talk()));
    println!("localhost {}", said(resolve()));
    println!(
        "port {}",
        said(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop))
    );
    let (threads, error) = spawn(wanted);
    println!("threads {threads} {}", said(error.map_or(Ok(()), Err)));
}

fn said(result: Result<(), Error>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(error) => error.to_string().replace('\n', " "),
    }
}

/// Whether bytes that are sent to this machine's own address arrive.
fn talk() -> Result<(), Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let within = Duration::from_secs(2);
    let mut client = TcpStream::connect_timeout(&listener.local_addr()?, within)?;
    let (mut server, _) = listener.accept()?;
    server.set_read_timeout(Some(within))?;
    client.write_all(b"tea")?;
    server.read_exact(&mut [0; 3])
}

/// Whether `localhost` is a name of 127.0.0.1.
fn resolve() -> Result<(), Error> {
    let mut addresses = ("localhost", 0).to_socket_addrs()?;
    match addresses.any(|address| address.ip() == Ipv4Addr::LOCALHOST) {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::Other, "it has other addresses alone")),
    }
}

/// How many threads there can be at once, with this one, and why not as many as are wanted.
fn spawn(wanted: u16) -> (u16, Option<Error>) {
    let (mut waiting, mut error, mut threads) = (Vec::new(), None, 1);
    while threads < wanted && error.is_none() {
        let (end, ended) = mpsc::channel::<()>();
        match thread::Builder::new().spawn(move || ended.recv()) {
            Ok(_) => threads += 1,
            Err(refused) => error = Some(refused),
        }
        // They all end when these are dropped.
        waiting.push(end);
        // This is the last word if the system then ends the program, as it may for want of memory.
        if threads % 50 == 0 {
            println!("threads {threads} a program that had these was ended");
        }
    }
    (threads, error)
}
