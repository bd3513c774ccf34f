//! A join of milk and three teas. Watch the second time that it polls.
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::sleep;

#[timeline::lane("milk {n}")]
async fn milk(n: u32) {
    println!("milk {n}: poured");
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

/// Is ready when all of them are.
struct JoinAll(Vec<Pin<Box<dyn Future<Output = ()>>>>);

impl Future for JoinAll {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut pending = 0;
        for cup in &mut self.0 {
            if cup.as_mut().poll(cx).is_pending() {
                pending += 1;
            }
        }
        if pending == 0 {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut drinks = JoinAll(vec![Box::pin(milk(1))]);
    for n in 1..=3 {
        drinks.0.push(Box::pin(tea(n)));
    }
    drinks.await;
}
