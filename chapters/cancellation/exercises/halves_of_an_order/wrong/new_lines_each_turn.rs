//! Uses what keeps half a line, and makes it anew in each turn.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::time::sleep;

pub async fn kitchen(
    mut wire: impl AsyncRead + Unpin,
    mut tick: impl FnMut(),
) -> io::Result<Vec<String>> {
    let mut orders = Vec::new();
    loop {
        let mut lines = BufReader::new(&mut wire).lines();
        tokio::select! {
            line = lines.next_line() => match line? {
                Some(order) => orders.push(order),
                None => return Ok(orders),
            },
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
