//! What `chop_all` must do. No test measures time: who must meet, waits for the
//! other.

use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::time::Duration;

use timeline::LaneExt;

use super::{Chop, chop_all};

/// Far longer than anybody has to wait who is not kept from it.
const PATIENCE: Duration = Duration::from_millis(700);

fn boxed(chop: impl FnOnce() -> u64 + Send + 'static) -> Chop {
    Box::new(chop)
}

#[exercise::test(real_clock)]
async fn a_heart_beats_while_a_chop_is_under_way() {
    let (beat, beats) = mpsc::channel();
    let heart = async {
        loop {
            _ = beat.send(());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let chop = boxed(move || {
        beats.try_iter().for_each(drop); // those from before
        let felt = (0..3).map_while(|_| beats.recv_timeout(PATIENCE).ok());
        felt.count() as u64
    });
    tokio::select! {
        felt = chop_all(vec![chop]).lane("chop_all") => {
            assert_eq!(felt, [3], "beats that the chop has felt");
        }
        () = heart.lane("heart") => (),
    }
}

#[exercise::test(real_clock)]
async fn two_chops_are_under_way_at_once() {
    let place = Arc::new((Mutex::new(0), Condvar::new()));
    let meet = || {
        let place = Arc::clone(&place);
        boxed(move || {
            let mut here = place.0.lock().unwrap();
            *here += 1;
            place.1.notify_all();
            let alone = |here: &mut u64| *here < 2;
            let met = place.1.wait_timeout_while(here, PATIENCE, alone);
            *met.unwrap().0
        })
    };
    let met = chop_all(vec![meet(), meet()]).await;
    assert_eq!(
        met,
        [2, 2],
        "how many chops had begun, as each of them saw it"
    );
}

#[exercise::test(real_clock)]
async fn the_first_result_may_be_the_last_to_come() {
    let (done, wait) = mpsc::channel();
    let first = boxed(move || match wait.recv_timeout(PATIENCE) {
        Ok(()) => 1,
        Err(_) => panic!("the second chop did not run beside the first"),
    });
    let second = boxed(move || {
        done.send(()).unwrap();
        2
    });
    let all = chop_all(vec![first, second]).await;
    assert_eq!(all, [1, 2], "the results, in the order of the jobs");
}

#[exercise::test(real_clock)]
async fn no_jobs_have_no_results() {
    assert!(chop_all(Vec::new()).await.is_empty());
}
