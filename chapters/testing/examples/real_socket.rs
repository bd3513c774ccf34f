//! A server on a thread answers after 50 ms. Watch what the client gets.
use paused::tokio; // its clock can be paused
use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

fn serve(listener: &TcpListener) {
    let (mut stream, _) = listener.accept().unwrap();
    std::thread::sleep(Duration::from_millis(50));
    _ = stream.write_all(b"tea");
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || serve(&listener));
    let mut stream = TcpStream::connect(address).await.unwrap();

    let mut answer = [0; 3];
    let start = Instant::now();
    let read = stream.read_exact(&mut answer);
    match timeout(Duration::from_secs(5), read).await {
        Ok(_) => println!("tea"),
        Err(late) => println!("{late}, after {:?}", start.elapsed()),
    }
}
