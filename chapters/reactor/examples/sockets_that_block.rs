//! Five teas from a kitchen across the network. Watch the clock.
#[path = "../src/executor.rs"]
mod executor;

use executor::{block_on, spawn};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

// part: tea
/// The other side, with threads of its own: an order takes a second.
fn kitchen(listener: &TcpListener) {
    for socket in listener.incoming() {
        let mut socket = socket.expect("a guest has connected");
        thread::spawn(move || {
            let heard = socket.read(&mut [0; 64]);
            heard.expect("a guest orders");
            thread::sleep(Duration::from_secs(1));
            socket.write_all(b"hot water").expect("a guest waits");
        });
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32, kitchen: SocketAddr) {
    let mut socket = TcpStream::connect(kitchen).expect("it is open");
    println!("tea {n}: kettle on");
    socket.write_all(b"tea").expect("an order is short");
    let heard = socket.read(&mut [0; 64]);
    heard.expect("the kitchen answers");
    println!("tea {n}: poured");
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || kitchen(&listener));
    let guests = async move {
        for n in 1..=5 {
            spawn(tea(n, address));
        }
    };
    block_on(guests, || {});
}
// end: tea
