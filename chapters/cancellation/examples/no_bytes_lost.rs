//! The same guest, and an order that is kept. Watch the order.
use std::{io::Result, pin::pin, time::Duration};
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
async fn order(wire: &mut DuplexStream) -> Result<String> {
    let mut line = String::new();
    loop {
        match wire.read_u8().await? {
            b'\n' => return Ok(line),
            byte => line.push(char::from(byte)),
        }
    }
}

async fn kitchen(mut wire: DuplexStream) -> Result<()> {
    let mut order = pin!(order(&mut wire));
    loop {
        tokio::select! {
            line = &mut order => {
                println!("kitchen: an order for {:?}", line?);
                return Ok(());
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
