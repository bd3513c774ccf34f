//! The picture, as a log on a paused clock.

use std::cell::RefCell;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::evening;

/// When, in ms; which tea; what.
type Entry = (u128, u32, &'static str);

struct Cup<'a> {
    n: u32,
    log: &'a RefCell<Vec<Entry>>,
    start: Instant,
    end: &'static str,
}

impl Cup<'_> {
    fn note(&self, what: &'static str) {
        let at = self.start.elapsed().as_millis();
        self.log.borrow_mut().push((at, self.n, what));
    }
}

impl Drop for Cup<'_> {
    fn drop(&mut self) {
        self.note(self.end);
    }
}

/// What has happened to the teas whose numbers are given, and when it was over.
async fn drawn(of: &[u32]) -> (Vec<Entry>, u128) {
    let log = RefCell::new(Vec::new());
    let start = Instant::now();
    let tea = |n: u32| {
        let log = &log;
        let tea = async move {
            let end = "cross";
            let mut cup = Cup { n, log, start, end };
            cup.note("on");
            let ms = [300, 900, 200, 900][n as usize - 1];
            sleep(Duration::from_millis(ms)).await;
            cup.end = "cup";
        };
        tea.lane(format!("tea {n}"))
    };
    evening(tea).await;
    let over = start.elapsed().as_millis();
    let mut log = log.into_inner();
    log.retain(|(_, n, _)| of.contains(n));
    log.sort();
    (log, over)
}

#[exercise::test]
async fn tea_1_is_poured() {
    let (log, _) = drawn(&[1]).await;
    assert_eq!(log, [(0, 1, "on"), (300, 1, "cup")], "(ms, tea, what)");
}

#[exercise::test]
async fn tea_2_is_dropped_when_tea_1_is_poured() {
    let (log, _) = drawn(&[2]).await;
    assert_eq!(log, [(0, 2, "on"), (300, 2, "cross")], "(ms, tea, what)");
}

#[exercise::test]
async fn tea_3_is_poured_after_the_race() {
    let (log, _) = drawn(&[3]).await;
    assert_eq!(log, [(300, 3, "on"), (500, 3, "cup")], "(ms, tea, what)");
}

#[exercise::test]
async fn tea_4_has_300_ms() {
    let (log, _) = drawn(&[4]).await;
    assert_eq!(log, [(300, 4, "on"), (600, 4, "cross")], "(ms, tea, what)");
}

#[exercise::test]
async fn each_tea_is_made_once_and_then_it_is_over() {
    let (log, over) = drawn(&[1, 2, 3, 4]).await;
    assert_eq!(log.len(), 8, "a beginning and an end for each tea: {log:?}");
    assert_eq!(over, 600, "ms until it was over");
}
