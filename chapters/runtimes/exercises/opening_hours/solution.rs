//! An evening with one guest. Watch when a spawned task begins.

use std::time::Duration;

use timeline::LaneExt;
use tokio::runtime::Builder;
use tokio::time::sleep;

const TENTH: Duration = Duration::from_millis(100);

async fn guest(say: impl Fn(&'static str)) {
    say("guest: sits down");
    sleep(TENTH * 4).await;
    say("guest: has gone");
}

/// Says what happens, as it happens.
pub fn evening(say: impl Fn(&'static str) + Clone + Send + 'static) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    say("kitchen: opens");
    let tea = sleep(TENTH * 2);
    let guest = tokio::spawn(guest(say.clone()).lane("guest"));
    say("kitchen: kettle on");
    runtime.block_on(tea.lane("tea"));
    say("kitchen: tea is ready");
    runtime.block_on(guest).unwrap();
    say("kitchen: closes");
}

fn main() {
    evening(|words| println!("{words}"));
}

#[cfg(test)]
#[path = "../../../chapters/runtimes/exercises/opening_hours/tests.rs"]
mod tests;
