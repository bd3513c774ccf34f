//! The service's end, with the clock paused. Watch how long it takes.
use paused::tokio; // its clock can be paused
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

#[path = "../src/shutdown.rs"]
#[expect(unreachable_pub, reason = "in the library, it is reached")]
mod shutdown;
use shutdown::{Ready, shut_down};

const NOTICE: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(60);

/// Ends a service whose last request takes so many seconds, and says if it
/// was done in time, after how many.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn end_of(request: u64) -> (bool, u64) {
    let (ready, stop) = (Ready::default(), CancellationToken::new());
    let began = Instant::now();
    let under_way = async {
        stop.cancelled().await;
        assert_eq!(began.elapsed(), NOTICE); // not before
        sleep(Duration::from_secs(request)).await;
    };
    assert!(ready.get());
    let in_time = shut_down(&ready, NOTICE, &stop, under_way, LIMIT).await;
    assert!(!ready.get());
    (in_time, began.elapsed().as_secs())
}

fn main() {
    let start = std::time::Instant::now();
    for seconds in [0, 30, 59, 61, 3600] {
        let (in_time, after) = end_of(seconds);
        println!("{seconds} s: in time? {in_time}, over after {after} s");
    }
    assert_eq!(end_of(59), (true, 69));
    assert_eq!(end_of(61), (false, 70));
    println!("took {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
}
