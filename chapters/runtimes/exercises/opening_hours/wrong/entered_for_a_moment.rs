//! Enters the runtime, and leaves it in the same statement.

use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::sleep;

const TENTH: Duration = Duration::from_millis(100);

async fn guest(say: impl Fn(&'static str)) {
    say("guest: sits down");
    sleep(TENTH * 4).await;
    say("guest: has gone");
}

pub fn evening(say: impl Fn(&'static str) + Clone + Send + 'static) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let _ = runtime.enter();
    say("kitchen: opens");
    let tea = sleep(TENTH * 2);
    let guest = tokio::spawn(guest(say.clone()));
    say("kitchen: kettle on");
    runtime.block_on(tea);
    say("kitchen: tea is ready");
    runtime.block_on(guest).unwrap();
    say("kitchen: closes");
}

fn main() {
    evening(|words| println!("{words}"));
}
