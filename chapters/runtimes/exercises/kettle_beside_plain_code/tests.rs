//! What a kitchen must do. The tests are plain code, and the clock is real.

use std::sync::mpsc;
use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::Kitchen;

#[exercise::test]
fn the_bell_rings_while_plain_code_waits() {
    let kitchen = Kitchen::open();
    let (bell, rings) = mpsc::channel();
    let tea = async move {
        sleep(Duration::from_millis(10)).await;
        bell.send(()).unwrap();
    };
    kitchen.put_on(tea.lane("tea"));
    rings.recv().expect("the tea was dropped before it rang");
}

#[exercise::test]
fn put_on_returns_at_once() {
    let kitchen = Kitchen::open();
    let (water, comes) = oneshot::channel();
    let (bell, rings) = mpsc::channel();
    let tea = async move {
        comes.await.expect("water");
        bell.send(()).unwrap();
    };
    kitchen.put_on(tea.lane("tea without water"));
    water.send(()).expect("the tea waits for water");
    rings.recv().expect("the tea was dropped before it rang");
}

#[exercise::test]
fn two_teas_are_on_at_the_same_time() {
    let kitchen = Kitchen::open();
    let (to_first, from_second) = oneshot::channel();
    let (to_second, from_first) = oneshot::channel();
    let (bell, rings) = mpsc::channel();
    let bell_2 = bell.clone();
    let first = async move {
        to_second.send(()).unwrap();
        from_second.await.expect("the second is on");
        bell.send(1).unwrap();
    };
    let second = async move {
        from_first.await.expect("the first is on");
        to_first.send(()).unwrap();
        bell_2.send(2).unwrap();
    };
    kitchen.put_on(first.lane("tea 1, waits for tea 2"));
    kitchen.put_on(second.lane("tea 2, waits for tea 1"));
    let mut rung: Vec<u32> = rings.iter().collect();
    rung.sort_unstable();
    assert_eq!(rung, [1, 2], "the teas that have rung");
}

#[exercise::test]
fn nothing_is_on_the_stove_when_the_kitchen_is_gone() {
    let kitchen = Kitchen::open();
    let (begun, begins) = mpsc::channel();
    let (cup, dropped) = mpsc::channel::<()>();
    let tea = async move {
        begun.send(()).unwrap();
        std::future::pending::<()>().await;
        drop(cup);
    };
    kitchen.put_on(tea.lane("tea that is never ready"));
    begins.recv().expect("the tea begins");
    drop(kitchen);
    // The sender is in the tea: when that is dropped, there is none.
    let left = dropped.try_recv();
    assert_eq!(
        left,
        Err(mpsc::TryRecvError::Disconnected),
        "`Empty`: the tea is still there after its kitchen"
    );
}
