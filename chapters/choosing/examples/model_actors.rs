//! Three cups, each made by an actor. Watch where the error of cup 2 turns up.
use anyhow::{Result, ensure};
use std::time::Duration;
use tokio::{sync::mpsc, time::sleep};

/// What a cook tells the waiter.
struct Report {
    n: u32,
    cup: Result<()>,
}

async fn boil(n: u32) -> Result<()> {
    sleep(Duration::from_secs(1)).await;
    ensure!(n != 2, "the kettle is empty"); // Oops!
    Ok(())
}

async fn tea(n: u32) -> Result<()> {
    println!("tea {n}: kettle on");
    boil(n).await?;
    println!("tea {n}: leaves in");
    sleep(Duration::from_millis(500)).await;
    println!("tea {n}: poured");
    Ok(())
}

/// Takes one order after the other, until nobody is left to send any.
#[timeline::lane("cook {id}")]
async fn cook(
    id: u32,
    mut mailbox: mpsc::Receiver<u32>,
    waiter: mpsc::Sender<Report>,
) {
    while let Some(n) = mailbox.recv().await {
        let cup = tea(n).await;
        if waiter.send(Report { n, cup }).await.is_err() {
            return; // nobody wants to hear of it
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (waiter, mut reports) = mpsc::channel(1);
    for n in 1..=3 {
        let (orders, mailbox) = mpsc::channel(1);
        tokio::spawn(cook(n, mailbox, waiter.clone()));
        orders.send(n).await?;
    }
    drop(waiter);
    while let Some(Report { n, cup }) = reports.recv().await {
        match cup {
            Ok(()) => println!("main: tea {n} is on the table"),
            Err(error) => println!("main: no tea {n}, {error}"),
        }
    }
    Ok(())
}
