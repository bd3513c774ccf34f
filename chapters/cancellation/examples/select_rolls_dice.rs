//! Both branches are always ready. Watch which of them wins.
use std::future::ready;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (mut tea, mut milk) = (0, 0);
    for _ in 0..1000 {
        tokio::select! {
            () = ready(()) => tea += 1,
            () = ready(()) => milk += 1,
        }
    }
    println!("select!:      tea {tea}, milk {milk}");

    let (mut tea, mut milk) = (0, 0);
    for _ in 0..1000 {
        tokio::select! {
            biased;
            () = ready(()) => tea += 1,
            () = ready(()) => milk += 1,
        }
    }
    println!("with biased;: tea {tea}, milk {milk}");
}
