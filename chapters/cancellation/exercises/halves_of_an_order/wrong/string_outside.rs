//! Keeps the string outside, but what has come is not in it yet.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::time::sleep;

pub async fn kitchen(
    wire: impl AsyncRead + Unpin,
    mut tick: impl FnMut(),
) -> io::Result<Vec<String>> {
    let mut wire = BufReader::new(wire);
    let mut orders = Vec::new();
    let mut line = String::new();
    loop {
        tokio::select! {
            bytes = wire.read_line(&mut line) => {
                if bytes? == 0 {
                    return Ok(orders);
                }
                orders.push(line.trim_end().to_owned());
                line.clear();
            }
            () = sleep(Duration::from_millis(600)) => tick(),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let orders = kitchen(&b"tea\ncoffee\n"[..], || ()).await?;
    println!("kitchen: {orders:?}");
    Ok(())
}
