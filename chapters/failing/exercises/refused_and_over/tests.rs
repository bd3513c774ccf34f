//! What `all_or_none` must do. The clock is paused: a second takes no time.

use std::panic::panic_any;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::FutureExt;
use timeline::LaneExt;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{Part, all_or_none};

const SECOND: Duration = Duration::from_secs(1);

/// What the parts of an order have said.
type Said = Arc<Mutex<Vec<String>>>;

/// Says so when it is dropped.
struct Held(&'static str, Said);

impl Drop for Held {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(format!("{} has ended", self.0));
    }
}

/// Takes so many seconds. Where it is stopped, it takes one to give back.
fn listens(
    name: &'static str,
    seconds: u32,
    stop: &CancellationToken,
    said: &Said,
) -> Part {
    let (stop, said) = (stop.clone(), said.clone());
    let part = async move {
        let work = sleep(seconds * SECOND);
        if stop.run_until_cancelled(work).await.is_some() {
            said.lock().unwrap().push(format!("{name} is done"));
        } else {
            sleep(SECOND).await;
            said.lock().unwrap().push(format!("{name} is given back"));
        }
        Ok(())
    };
    part.lane(name).boxed()
}

/// Takes so many seconds, and hears of nothing.
fn deaf(name: &'static str, seconds: u32, said: &Said) -> Part {
    let held = Held(name, said.clone());
    let part = async move {
        let _held = held;
        sleep(seconds * SECOND).await;
        Ok(())
    };
    part.lane(name).boxed()
}

/// Gives an error after so many seconds, whatever happens.
fn fails(name: &'static str, seconds: u32) -> Part {
    let part = async move {
        sleep(seconds * SECOND).await;
        Err(format!("{name} was refused"))
    };
    part.lane(name).boxed()
}

#[exercise::test]
async fn where_all_is_well_nothing_is_cancelled() {
    let (stop, said) = (CancellationToken::new(), Said::default());
    let parts = vec![
        listens("stock", 2, &stop, &said),
        listens("parcel", 1, &stop, &said),
    ];
    let end = all_or_none(parts, &stop, 5 * SECOND).await;
    assert_eq!(end, Ok(()), "what came of it");
    let said = said.lock().unwrap().clone();
    assert_eq!(said, ["parcel is done", "stock is done"], "what was said");
    assert!(!stop.is_cancelled(), "the token was cancelled");
}

#[exercise::test]
async fn the_others_can_give_back_before_it_returns() {
    let (stop, said) = (CancellationToken::new(), Said::default());
    let start = Instant::now();
    let parts = vec![
        listens("stock", 10, &stop, &said),
        fails("card", 2),
        listens("parcel", 1, &stop, &said),
    ];
    let end = all_or_none(parts, &stop, 5 * SECOND).await;
    let said = said.lock().unwrap().clone();
    let wanted = ["parcel is done", "stock is given back"];
    assert_eq!(said, wanted, "what was said when it returned");
    assert_eq!(end, Err("card was refused".to_owned()), "what came of it");
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 3, "seconds: 2 to the error, 1 to give back");
}

#[exercise::test]
async fn who_does_not_listen_is_aborted_after_the_grace() {
    let (stop, said) = (CancellationToken::new(), Said::default());
    let start = Instant::now();
    let parts = vec![deaf("stock", 600, &said), fails("card", 2)];
    let end = all_or_none(parts, &stop, 5 * SECOND).await;
    let said = said.lock().unwrap().clone();
    assert_eq!(said, ["stock has ended"], "what was said when it returned");
    assert_eq!(end, Err("card was refused".to_owned()), "what came of it");
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 7, "seconds: 2 to the error, 5 of grace");
}

#[exercise::test]
async fn the_first_error_is_the_one() {
    let stop = CancellationToken::new();
    let parts = vec![fails("stock", 3), fails("card", 2), fails("parcel", 4)];
    let end = all_or_none(parts, &stop, 5 * SECOND).await;
    assert_eq!(end, Err("card was refused".to_owned()), "what came of it");
}

#[exercise::test]
async fn a_panic_is_an_error() {
    let (stop, said) = (CancellationToken::new(), Said::default());
    let panics = async {
        sleep(SECOND).await;
        panic_any("the panic of the card has hit `all_or_none`".to_owned())
    };
    let parts = vec![
        listens("stock", 10, &stop, &said),
        panics.lane("card").boxed(),
    ];
    let end = all_or_none(parts, &stop, 5 * SECOND).await;
    assert!(end.is_err(), "it gives no error, where a part has panicked");
    let said = said.lock().unwrap().clone();
    assert_eq!(said, ["stock is given back"], "what was said by then");
}

#[exercise::test]
async fn when_it_is_dropped_no_part_goes_on() {
    let (stop, said) = (CancellationToken::new(), Said::default());
    let parts = vec![listens("parcel", 10, &stop, &said)];
    let order = all_or_none(parts, &stop, SECOND);
    let ended = timeout(5 * SECOND, order).await;
    assert!(ended.is_err(), "it was there after 5 s, of a part of 10 s");
    sleep(60 * SECOND).await;
    let said = said.lock().unwrap().clone();
    let nothing: Vec<String> = Vec::new();
    assert_eq!(said, nothing, "what the part said after that");
}
