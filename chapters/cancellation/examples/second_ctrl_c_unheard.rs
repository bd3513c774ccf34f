//! Ctrl-C is pressed, and half a second later once more. Watch the tea.
use std::{process, time::Duration};
use tokio::{process::Command, signal::ctrl_c, time::sleep};

const HALF: Duration = Duration::from_millis(500);

/// Sends this process the signal of Ctrl-C, twice.
async fn impatient() {
    let me = process::id().to_string();
    for _ in 1..=2 {
        sleep(HALF).await;
        println!("^C");
        let kill = Command::new("kill").args(["-INT", &me]).status();
        kill.await.expect("Unix has a kill");
    }
}

#[timeline::lane("tea 1")]
async fn tea() {
    println!("tea 1: kettle on");
    sleep(5 * HALF).await;
    println!("tea 1: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(impatient());
    let last = tokio::spawn(tea());
    ctrl_c().await.expect("one can listen for it");
    println!("main: one tea to finish");
    last.await.unwrap();
    println!("main: closed");
}
