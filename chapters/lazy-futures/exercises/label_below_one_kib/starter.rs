//! A canvas that nobody needs any more, and a future that keeps it. Why does
//! it?

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::time::sleep;

/// How many canvases there are now.
pub static CANVASES: AtomicUsize = AtomicUsize::new(0);

/// Room for 64 Ki dots.
#[derive(Debug)]
pub struct Canvas {
    dots: [u8; 64 * 1024],
}

impl Canvas {
    pub fn new() -> Self {
        CANVASES.fetch_add(1, SeqCst);
        let dots = [b' '; 64 * 1024];
        Self { dots }
    }

    pub fn draw(&mut self, dots: usize) {
        self.dots[..dots].fill(b'x');
    }

    pub fn count(&self) -> usize {
        self.dots.iter().filter(|dot| **dot == b'x').count()
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        CANVASES.fetch_sub(1, SeqCst);
    }
}

/// Draws a label of so many dots, makes a tea, and gives the dots on its label.
pub async fn tea(dots: usize) -> usize {
    let mut label = Canvas::new();
    label.draw(dots);
    let drawn = label.count();
    sleep(Duration::from_millis(500)).await;
    drawn
}

async fn look() {
    sleep(Duration::from_millis(250)).await;
    println!("canvases while it waits: {}", CANVASES.load(SeqCst));
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("one tea is {} bytes", size_of_val(&tea(1)));
    let (drawn, ()) = tokio::join!(tea(12), look());
    println!("{drawn} dots on its label");
}

#[cfg(test)]
#[path = "../../../chapters/lazy-futures/exercises/label_below_one_kib/tests.rs"]
mod tests;
