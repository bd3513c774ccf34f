//! The same guest, and a line that is kept. Watch the order.
use std::{io::Result, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::sleep;

#[timeline::lane("guest")]
async fn guest(mut wire: DuplexStream) -> Result<()> {
    for word in ["tea ", "with ", "milk\n"] {
        wire.write_all(word.as_bytes()).await?;
        sleep(Duration::from_millis(400)).await;
    }
    Ok(())
}

#[timeline::lane("order")]
async fn order(wire: &mut DuplexStream, line: &mut String) -> Result<()> {
    loop {
        match wire.read_u8().await? {
            b'\n' => return Ok(()),
            byte => line.push(char::from(byte)),
        }
    }
}

async fn kitchen(mut wire: DuplexStream) -> Result<()> {
    let mut line = String::new();
    loop {
        tokio::select! {
            done = order(&mut wire, &mut line) => {
                println!("kitchen: an order for {line:?}");
                return done;
            }
            () = sleep(Duration::from_millis(600)) => {
                println!("kitchen: tick");
            }
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (left, right) = duplex(64);
    tokio::try_join!(guest(left), kitchen(right))?;
    Ok(())
}
