//! A future is taken out of its pin. Watch what the compiler says.
use futures::future::join_all;
use std::{
    pin::Pin,
    task::{Context, Waker},
    time::Duration,
};
use tokio::time::sleep;

async fn tea(n: u32) {
    let guests = ["Ada", "Grace"].map(String::from);
    let first = &guests[0];
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured for {first}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut cup = Box::pin(tea(1));
    let mut cx = Context::from_waker(Waker::noop());
    println!("main: {:?}", cup.as_mut().poll(&mut cx));
    let cups = vec![*Pin::into_inner(cup)]; // Oops!
    join_all(cups).await;
}
