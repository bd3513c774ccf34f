//! A join that lets go of what is ready. Watch who is polled how often.
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
        self.0.retain_mut(|cup| cup.as_mut().poll(cx).is_pending());
        if self.0.is_empty() {
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
