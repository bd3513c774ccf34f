//! One connection, and two guests who leave early. Watch the answers.
use std::{io, sync::Mutex, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

/// A connection to a shop, which answers each number with a price.
fn connect() -> DuplexStream {
    println!("pool: connects");
    let (ours, mut theirs) = duplex(64);
    tokio::spawn(async move {
        while let Ok(tea) = theirs.read_u32().await {
            sleep(Duration::from_millis(200)).await;
            theirs.write_u32(100 * tea).await?;
        }
        io::Result::Ok(())
    });
    ours
}

// part: pool
struct Pool {
    places: Semaphore,
    idle: Mutex<Vec<DuplexStream>>,
}

/// A connection that is lent: it goes back when this is dropped.
struct Lent<'a> {
    wire: Option<DuplexStream>,
    pool: &'a Pool,
    _place: SemaphorePermit<'a>,
}

impl Pool {
    async fn lend(&self) -> Lent<'_> {
        let place = self.places.acquire().await.expect("never closed");
        let idle = self.idle.lock().unwrap().pop();
        let wire = Some(idle.unwrap_or_else(connect));
        Lent {
            wire,
            pool: self,
            _place: place,
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.pool.idle.lock().unwrap().extend(self.wire.take());
    }
}

// end: pool

// part: talk
async fn price(tea: u32, pool: &Pool) -> io::Result<u32> {
    let mut lent = pool.lend().await;
    let wire = lent.wire.as_mut().expect("it is there until the drop");
    wire.write_u32(tea).await?;
    wire.read_u32().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let places = Semaphore::new(1);
    let pool = Pool {
        places,
        idle: Mutex::default(),
    };
    drop(pool.lend().await);
    println!("guest 1: leaves, and has asked nothing");
    let second = timeout(Duration::from_millis(100), price(2, &pool)).await;
    println!("guest 2: in time? {}", second.is_ok());
    println!("guest 3: tea 3 costs {}", price(3, &pool).await?);
    println!("guest 4: tea 4 costs {}", price(4, &pool).await?);
    Ok(())
}
// end: talk
