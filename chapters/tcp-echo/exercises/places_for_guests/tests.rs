//! What `serve` must do. Guests are numbers here: so many seconds each stays.
//! The clock is paused.

use std::panic::panic_any;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::serve;

/// What a day came to.
#[derive(Debug, Clone, Default, PartialEq)]
struct Day {
    inside: usize,
    most_inside: usize,
    served: Vec<u64>,
}

struct Inside(Arc<Mutex<Day>>);

impl Inside {
    fn of(day: &Arc<Mutex<Day>>) -> Self {
        let mut it = day.lock().unwrap();
        it.inside += 1;
        it.most_inside = it.most_inside.max(it.inside);
        Self(Arc::clone(day))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.lock().unwrap().inside -= 1;
    }
}

/// Sends these guests in, all at the beginning, and gives the day and its
/// seconds. A guest of 13 seconds panics then.
async fn day(guests: &[u64], places: usize) -> (Day, u64) {
    let (door, comes) = mpsc::channel(100);
    for guest in guests {
        door.try_send(*guest).expect("there is room at the door");
    }
    drop(door);
    let start = Instant::now();
    let day = Arc::new(Mutex::new(Day::default()));
    let guest = |seconds| {
        let day = Arc::clone(&day);
        let stay = async move {
            let inside = Inside::of(&day);
            sleep(Duration::from_secs(seconds)).await;
            if seconds == 13 {
                panic_any("this guest was to panic");
            }
            day.lock().unwrap().served.push(seconds);
            drop(inside);
        };
        stay.lane(format!("guest of {seconds} s"))
    };
    serve(comes, places, guest).lane("serve").await;
    let day = day.lock().unwrap().clone();
    (day, start.elapsed().as_secs())
}

#[exercise::test]
async fn there_are_never_more_guests_than_places() {
    let (day, _) = day(&[1; 10], 3).await;
    assert_eq!(day.most_inside, 3, "most guests inside, with 3 places");
}

#[exercise::test]
async fn all_places_are_used() {
    let (_, seconds) = day(&[1; 10], 5).await;
    assert_eq!(seconds, 2, "seconds for 10 guests of 1 s on 5 places");
}

#[exercise::test]
async fn nobody_is_turned_away() {
    let (day, _) = day(&[3, 1, 2, 4, 5], 2).await;
    let mut served = day.served;
    served.sort_unstable();
    assert_eq!(served, [1, 2, 3, 4, 5], "those who were served to the end");
}

#[exercise::test]
async fn a_free_place_is_taken_at_once() {
    let (_, seconds) = day(&[6, 1, 1, 1, 1, 1, 1], 2).await;
    assert_eq!(seconds, 6, "one stays 6 s, and beside it go six of 1 s");
}

#[exercise::test]
async fn a_guest_who_panics_frees_its_place() {
    let (day, seconds) = day(&[13, 13, 1, 2], 2).await;
    assert_eq!(day.served, [1, 2], "those who were served to the end");
    assert_eq!(seconds, 15, "seconds: 13 until both panic, then 2");
}

#[exercise::test]
async fn it_is_over_when_the_last_has_left() {
    let (day, seconds) = day(&[1, 4], 2).await;
    assert_eq!(day.inside, 0, "guests inside when `serve` was over");
    assert_eq!((day.served, seconds), (vec![1, 4], 4));
}
