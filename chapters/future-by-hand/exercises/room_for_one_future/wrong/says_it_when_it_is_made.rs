//! Says that it begins when the future is made.

use std::time::Duration;

use futures::FutureExt;
use tokio::time::sleep;

/// Says when the future begins, and when it is over.
pub fn announced<F: Future>(
    mut say: impl FnMut(&'static str) + Unpin,
    future: F,
) -> impl Future<Output = F::Output> {
    say("begins");
    future.map(move |output| {
        say("is over");
        output
    })
}

async fn tea() -> u8 {
    let sugar = [1_u8; 1024];
    sleep(Duration::from_millis(200)).await;
    sugar[1023] // in use, and so a part of the future
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let quiet = |_| ();
    println!("tea: {} bytes", size_of_val(&tea()));
    let once = announced(|what| println!("tea: {what}"), tea());
    println!("announced: {} bytes", size_of_val(&once));
    let thrice = announced(quiet, announced(quiet, announced(quiet, tea())));
    println!("three times: {} bytes", size_of_val(&thrice));
    once.await;
}
