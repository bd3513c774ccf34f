//! A tea that is announced, and announced again. How large does it become?

use std::time::Duration;

use tokio::time::sleep;

/// Says when the future begins, and when it is over.
pub fn announced<F: Future>(
    mut say: impl FnMut(&'static str) + Unpin,
    future: F,
) -> impl Future<Output = F::Output> {
    async move {
        say("begins");
        let output = future.await;
        say("is over");
        output
    }
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

#[cfg(test)]
#[path = "../../../chapters/future-by-hand/exercises/room_for_one_future/tests.rs"]
mod tests;
