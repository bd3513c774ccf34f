//! A thousand teas, and each draws its label first. Watch the memory.
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

async fn tea(n: usize) -> usize {
    let dots = {
        let mut label = [b' '; 64 * 1024];
        label[..n].fill(b'x');
        label.iter().filter(|dot| **dot == b'x').count()
    };
    sleep(Duration::from_secs(1)).await;
    dots
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("one tea is {} bytes", size_of_val(&tea(1)));
    let dots = join_all((1..=1000).map(tea)).await;
    println!(
        "{} dots on {} labels",
        dots.iter().sum::<usize>(),
        dots.len()
    );
}
