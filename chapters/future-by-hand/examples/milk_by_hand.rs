//! A future that no `async` was written for. Watch when the milk is poured.
use std::{
    pin::Pin,
    task::{Context, Poll},
};

struct Milk(u32);

impl Future for Milk {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        println!("milk {}: poured", self.0);
        Poll::Ready(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let milk = Milk(1);
    println!("main: milk ordered");
    milk.await;
    println!("main: done");
}
