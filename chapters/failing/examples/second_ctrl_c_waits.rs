//! Ctrl-C comes twice. Watch which line is the last.
use std::{process, thread, time::Duration};
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

#[timeline::lane("report")]
fn report() {
    thread::sleep(5 * HALF); // plain code, on a thread that may block
    println!("report: written");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(impatient());
    let report = tokio::task::spawn_blocking(report);
    ctrl_c().await.expect("one can listen for it");
    println!("main: a report to finish");
    tokio::select! {
        done = report => done.unwrap(),
        _ = ctrl_c() => {
            println!("main: at once, then");
        }
    }
}
