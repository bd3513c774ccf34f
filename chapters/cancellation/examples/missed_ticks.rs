//! A tick every 300 ms, and a cup that takes a second. Watch what follows.
use std::time::Duration;
use timeline::LaneExt;
use tokio::time::MissedTickBehavior::{self, Burst, Delay, Skip};
use tokio::time::{Instant, interval, sleep};

async fn clock(behavior: MissedTickBehavior) {
    let start = Instant::now();
    let mut clock = interval(Duration::from_millis(300));
    clock.set_missed_tick_behavior(behavior);
    let mut ticks = String::new();
    for n in 1..=6 {
        clock.tick().await;
        let tenths = start.elapsed().as_millis() / 100;
        ticks += &format!(" {tenths}");
        if n == 1 {
            sleep(Duration::from_secs(1)).await; // a cup, after the first tick
        }
    }
    println!("{behavior:?}, in tenths of a second:{ticks}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::join!(
        clock(Burst).lane("burst"),
        clock(Delay).lane("delay"),
        clock(Skip).lane("skip"),
    );
}
