//! Six futures that nobody runs. Watch what makes one of them large.
use std::{hint::black_box, time::Duration};
use tokio::time::sleep;

async fn nothing() {}

async fn tea() {
    sleep(Duration::from_secs(1)).await;
}

async fn two_in_turn() {
    tea().await;
    tea().await;
}

async fn two_joined() {
    tokio::join!(tea(), tea());
}

async fn on_a_tray() {
    let tray = [0_u8; 1024];
    tea().await;
    black_box(&tray);
}

async fn on_your_tray(tray: [u8; 1024]) {
    tea().await;
    black_box(&tray);
}

fn size(name: &str, future: &impl Future) {
    println!("{name}: {} bytes", size_of_val(future));
}

fn main() {
    size("nothing", &nothing());
    size("tea", &tea());
    size("two in turn", &two_in_turn());
    size("two joined", &two_joined());
    size("on a tray", &on_a_tray());
    size("on your tray", &on_your_tray([0; 1024]));
}
