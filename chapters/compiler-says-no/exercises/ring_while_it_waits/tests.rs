//! What `ring_while` must do. The clock is paused: a second takes no time.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

use super::ring_while;

/// Waits for so long, and calls the rest.
async fn parcel(milliseconds: u64) -> u64 {
    sleep(Duration::from_millis(milliseconds)).await;
    milliseconds
}

#[exercise::test]
async fn it_rings_each_second() {
    let rings = Cell::new(0);
    let ring = || rings.set(rings.get() + 1);
    let brought: u64 = ring_while(parcel(3_500).lane("parcel"), ring).await;
    assert_eq!(brought, 3_500, "what the future brings");
    assert_eq!(rings.get(), 3, "rings in 3.5 s");
}

#[exercise::test]
async fn the_rings_come_while_it_waits() {
    let seen: RefCell<Vec<&str>> = RefCell::new(Vec::new());
    let future = async {
        sleep(Duration::from_millis(1_500)).await;
        seen.borrow_mut().push("parcel");
    };
    let ring = || seen.borrow_mut().push("ring");
    let (): () = ring_while(future.lane("parcel"), ring).await;
    assert_eq!(seen.into_inner(), ["ring", "parcel"], "what came, in order");
}

#[exercise::test]
async fn what_is_ready_needs_no_ring() {
    let rings = Cell::new(0);
    let ready = async { 7 };
    let brought: u64 = ring_while(ready, || rings.set(rings.get() + 1)).await;
    assert_eq!(brought, 7, "what the future brings");
    assert_eq!(rings.get(), 0, "rings");
}
