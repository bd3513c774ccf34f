//! What `abortable` must do: an abort is a flag and a wake.

use std::cell::Cell;
use std::future::{pending, poll_fn, ready};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use little_runtime::{block_on, spawn, yield_now};
use timeline::LaneExt;

use super::{Abort, abortable};

/// Counts how often it is woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn counting() -> (Arc<Wakes>, Waker) {
    let wakes = Arc::new(Wakes::default());
    (Arc::clone(&wakes), wakes.into())
}

/// Counts how often it is dropped.
struct OnDrop(Rc<Cell<u32>>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[exercise::test]
fn without_an_abort_it_gives_the_output() {
    let cup = block_on(async {
        let (tea, _abort) = abortable(async {
            yield_now().await;
            "a cup"
        });
        tea.await
    });
    assert_eq!(cup, Some("a cup"));
}

#[exercise::test]
fn an_abort_ends_a_wait_for_ever() {
    let cup = block_on(async {
        let (tea, abort) = abortable(pending::<()>());
        let task = spawn(tea.lane("who is aborted"));
        yield_now().await; // it waits by now
        abort.abort();
        task.await.unwrap()
    });
    assert_eq!(cup, None);
}

#[exercise::test]
fn another_thread_may_abort_it() {
    let (send, polled) = mpsc::channel();
    let (hand_over, abort) = mpsc::channel::<Abort>();
    thread::spawn(move || {
        polled.recv().unwrap();
        abort.recv().unwrap().abort();
    });
    let cup = block_on(async {
        let (tea, abort) = abortable(poll_fn(|_| {
            let _ = send.send(()); // the thread may be gone
            Poll::<()>::Pending
        }));
        hand_over.send(abort).unwrap();
        tea.lane("who is aborted").await
    });
    assert_eq!(cup, None);
}

#[exercise::test]
fn an_abort_while_it_is_polled_is_not_lost() {
    let kept = Cell::new(None::<Abort>);
    let (tea, abort) = abortable(poll_fn(|_| {
        if let Some(abort) = kept.take() {
            abort.abort();
        }
        Poll::<()>::Pending
    }));
    kept.set(Some(abort));
    assert_eq!(block_on(tea.lane("who is aborted")), None);
}

#[exercise::test]
fn an_aborted_future_is_not_polled_again() {
    let polls = Cell::new(0);
    let (tea, abort) = abortable(poll_fn(|_| {
        polls.set(polls.get() + 1);
        Poll::<()>::Pending
    }));
    let mut tea = pin!(tea);
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(tea.as_mut().poll(&mut cx), Poll::Pending);
    abort.abort();
    assert_eq!(tea.as_mut().poll(&mut cx), Poll::Ready(None));
    assert_eq!(polls.get(), 1, "polls of the future inside");
}

#[exercise::test]
fn an_aborted_future_is_dropped_at_once() {
    let drops = Rc::default();
    let on_drop = OnDrop(Rc::clone(&drops));
    let (tea, abort) = abortable(async move {
        let _dropped_with_me = on_drop;
        pending::<()>().await;
    });
    let mut tea = pin!(tea);
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(tea.as_mut().poll(&mut cx), Poll::Pending);
    abort.abort();
    assert_eq!(tea.as_mut().poll(&mut cx), Poll::Ready(None));
    assert_eq!(drops.get(), 1, "drops, while `Abortable` is still there");
}

#[exercise::test]
fn the_last_waker_is_woken() {
    let (first, last) = (counting(), counting());
    let (tea, abort) = abortable(pending::<()>());
    let mut tea = pin!(tea);
    for (_, waker) in [&first, &last] {
        let mut cx = Context::from_waker(waker);
        assert_eq!(tea.as_mut().poll(&mut cx), Poll::Pending);
    }
    abort.abort();
    let of = |wakes: &Wakes| wakes.0.load(Ordering::SeqCst);
    let wakes = (of(&first.0), of(&last.0));
    assert_eq!(wakes, (0, 1), "wakes by the first waker and by the last");
}

#[exercise::test]
fn nobody_is_woken_without_an_abort() {
    let (wakes, waker) = counting();
    let mut cx = Context::from_waker(&waker);
    let (tea, _abort) = abortable(pending::<()>());
    let mut tea = pin!(tea);
    assert_eq!(tea.as_mut().poll(&mut cx), Poll::Pending);
    assert_eq!(tea.as_mut().poll(&mut cx), Poll::Pending);
    assert_eq!(wakes.0.load(Ordering::SeqCst), 0, "wakes of who waits");
    let (milk, abort) = abortable(ready("milk"));
    assert_eq!(pin!(milk).poll(&mut cx), Poll::Ready(Some("milk")));
    abort.abort(); // too late, and does no harm
}
