//! A quick source, a service, a slow reader. Watch how far ahead it gets.
use anyhow::Result;
use futures::{SinkExt, StreamExt};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use timeline::LaneExt;
use tokio::io::{DuplexStream, duplex};
use tokio::{task::yield_now, time::sleep};
use tokio_util::codec::{FramedRead, FramedWrite, LinesCodec};

static READ: AtomicU32 = AtomicU32::new(0);

#[timeline::lane("source")]
async fn source(wire: DuplexStream) -> Result<()> {
    let mut wire = FramedWrite::new(wire, LinesCodec::new());
    let (order, mut ahead) = ("x".repeat(1000), 0);
    for n in 1..=200 {
        wire.send(&order).waits_for("room").await?;
        ahead = ahead.max(n - READ.load(Relaxed));
    }
    println!("source: all out, {ahead} ahead at most");
    Ok(())
}

/// Adds a price to each order, four at a time.
#[timeline::lane("service")]
async fn service(from: DuplexStream, to: DuplexStream) -> Result<()> {
    let orders = FramedRead::new(from, LinesCodec::new());
    let to = FramedWrite::new(to, LinesCodec::new());
    let price = async |order: Result<String, _>| {
        yield_now().await; // asks for the price
        order.map(|order| order + ": 100")
    };
    orders.map(price).buffered(4).forward(to).await?;
    Ok(())
}

#[timeline::lane("reader")]
async fn reader(wire: DuplexStream) -> Result<()> {
    let mut orders = FramedRead::new(wire, LinesCodec::new());
    while let Some(order) = orders.next().await.transpose()? {
        assert!(order.ends_with("100"));
        READ.fetch_add(1, Relaxed);
        sleep(Duration::from_millis(4)).await;
    }
    println!("reader: {READ:?} orders");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let ((left, from), (to, right)) = (duplex(4096), duplex(4096));
    tokio::try_join!(source(left), service(from, to), reader(right))?;
    Ok(())
}
