//! What `announced` must do: say the same, in less room.

use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::time::sleep;

use super::announced;

/// A future of a bit more than a kibibyte.
async fn tea() -> u8 {
    let sugar = [7_u8; 1024];
    sleep(Duration::from_secs(1)).await;
    sleep(Duration::from_secs(1)).await;
    sugar[1023]
}

#[exercise::test]
async fn it_says_when_it_begins_and_when_it_is_over() {
    let said = RefCell::new(Vec::new());
    let tea = async {
        said.borrow_mut().push("kettle on");
        let sugar = tea().await;
        said.borrow_mut().push("poured");
        sugar
    };
    let sugar = announced(|what| said.borrow_mut().push(what), tea).await;
    assert_eq!(sugar, 7, "what the tea gave");
    let order = ["begins", "kettle on", "poured", "is over"];
    assert_eq!(*said.borrow(), order, "what happened, in its order");
}

#[exercise::test]
fn one_adds_64_bytes_at_most() {
    let plain = size_of_val(&tea());
    let bytes = size_of_val(&announced(|_| (), tea()));
    assert!(
        bytes <= plain + 64,
        "{bytes} bytes around a future of {plain}"
    );
}

#[exercise::test]
fn three_around_each_other_add_three_times_that() {
    let plain = size_of_val(&tea());
    let quiet = |_| ();
    let thrice = announced(quiet, announced(quiet, announced(quiet, tea())));
    let bytes = size_of_val(&thrice);
    assert!(
        bytes <= plain + 3 * 64,
        "{bytes} bytes, three around a future of {plain}"
    );
}

#[exercise::test]
fn nothing_is_said_before_the_first_poll() {
    let said = RefCell::new(Vec::new());
    let mut tea = pin!(announced(
        |what| said.borrow_mut().push(what),
        std::future::ready("milk")
    ));
    assert_eq!(*said.borrow(), [""; 0], "said before the first poll");
    let mut cx = Context::from_waker(Waker::noop());
    assert!(tea.as_mut().poll(&mut cx).is_ready());
    assert_eq!(*said.borrow(), ["begins", "is over"], "said after it");
}

#[exercise::test]
fn who_is_dropped_before_is_not_said_to_be_over() {
    let said = RefCell::new(Vec::new());
    let mut cx = Context::from_waker(Waker::noop());
    {
        let never = std::future::pending::<()>();
        let mut wait =
            pin!(announced(|what| said.borrow_mut().push(what), never));
        assert!(wait.as_mut().poll(&mut cx).is_pending());
        assert!(wait.as_mut().poll(&mut cx).is_pending());
    }
    assert_eq!(*said.borrow(), ["begins"], "said in two polls and a drop");
}
