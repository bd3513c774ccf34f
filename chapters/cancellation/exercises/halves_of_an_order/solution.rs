//! A guest who pauses in the middle of a word. Watch what is ordered.

use std::io;
use std::time::Duration;

use timeline::LaneExt;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader, duplex};
use tokio::time::sleep;

/// Reads orders to the end of the wire, and ticks after 600 ms of silence.
pub async fn kitchen(
    wire: impl AsyncRead + Unpin,
    mut tick: impl FnMut(),
) -> io::Result<Vec<String>> {
    // Half a line stays in here while a tick comes in between.
    let mut lines = BufReader::new(wire).lines();
    let mut orders = Vec::new();
    loop {
        tokio::select! {
            line = lines.next_line() => match line? {
                Some(order) => orders.push(order),
                None => return Ok(orders),
            },
            () = sleep(Duration::from_millis(600)) => tick(),
        }
    }
}

async fn guest(mut wire: impl AsyncWriteExt + Unpin) -> io::Result<()> {
    for word in ["tea with ", "milk\n", "bl", "ack tea\n"] {
        wire.write_all(word.as_bytes()).await?;
        sleep(Duration::from_millis(650)).await;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (left, right) = duplex(64);
    let tick = || println!("kitchen: tick");
    let kitchen = kitchen(right, tick).lane("kitchen");
    let ((), orders) = tokio::try_join!(guest(left).lane("guest"), kitchen)?;
    println!("kitchen: {orders:?}");
    Ok(())
}

#[cfg(test)]
#[path = "../../../chapters/cancellation/exercises/halves_of_an_order/tests.rs"]
mod tests;
