//! What `ask` must do. The clock is paused: a second takes no time.

use std::cell::RefCell;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::{Failure, ask};

/// What a server answers, in turn, and how many ms it takes for it.
type Script = &'static [(u64, Result<u32, Failure>)];

const BUSY: Result<u32, Failure> = Err(Failure::Busy);

/// Asks with so many ms until the deadline. Gives what came of it, after how
/// many ms, and when each request was made.
async fn asked(
    until: u64,
    script: Script,
) -> (Result<u32, Failure>, u64, Vec<u64>) {
    let start = Instant::now();
    let now = || start.elapsed().as_millis() as u64;
    let made = RefCell::new(Vec::new());
    let request = || {
        let n = made.borrow().len();
        made.borrow_mut().push(now());
        let (takes, answer) = script[n.min(script.len() - 1)];
        let request = async move {
            sleep(Duration::from_millis(takes)).await;
            answer
        };
        request.lane(format!("request {}", n + 1))
    };
    let end = ask(start + Duration::from_millis(until), request).await;
    let ms = now();
    (end, ms, made.into_inner())
}

#[exercise::test]
async fn an_answer_is_given_at_once() {
    let (end, ms, made) = asked(1000, &[(50, Ok(7))]).await;
    assert_eq!((end, ms), (Ok(7), 50), "(what came of it, after ms)");
    assert_eq!(made, [0], "ms at which requests were made");
}

#[exercise::test]
async fn a_busy_server_is_asked_again_and_each_wait_is_twice_the_last() {
    let script = &[(0, BUSY), (0, BUSY), (0, BUSY), (0, BUSY), (0, Ok(7))];
    let (end, _, made) = asked(10_000, script).await;
    let wanted = [0, 100, 300, 700, 1500];
    assert_eq!(made, wanted, "ms at which requests were made");
    assert_eq!(end, Ok(7), "what came of it");
}

#[exercise::test]
async fn a_refusal_is_final() {
    let script = &[(0, BUSY), (0, Err(Failure::Refused)), (0, Ok(7))];
    let (end, _, made) = asked(1000, script).await;
    assert_eq!(made, [0, 100], "ms at which requests were made");
    assert_eq!(end, Err(Failure::Refused), "what came of it");
}

#[exercise::test]
async fn a_request_is_cut_at_the_deadline() {
    let (end, ms, _) = asked(500, &[(0, BUSY), (60_000, Ok(7))]).await;
    let wanted = (Err(Failure::Late), 500);
    assert_eq!((end, ms), wanted, "(what came of it, after ms)");
}

#[exercise::test]
async fn no_wait_begins_that_would_last_until_the_deadline() {
    let (end, ms, made) = asked(700, &[(0, BUSY)]).await;
    assert_eq!(made, [0, 100, 300], "ms at which requests were made");
    assert_eq!((end, ms), (BUSY, 300), "(what came of it, after ms)");
}
