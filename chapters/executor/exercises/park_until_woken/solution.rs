//! A thread rings when the kettle boils. Who hears it?

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use timeline::LaneExt;

/// Its waker unparks the thread that polls.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls the future to its end, on this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        thread::park(); // returns at once if it was unparked before
    }
}

/// Whether it boils, and who is to be woken then.
#[derive(Default)]
struct Kettle(Mutex<(bool, Option<Waker>)>);

impl Kettle {
    fn boils(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 = true;
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }

    async fn water(&self) {
        let mut polls = 0;
        let ready = std::future::poll_fn(|cx| {
            polls += 1;
            let mut state = self.0.lock().unwrap();
            if state.0 {
                return Poll::Ready(());
            }
            state.1 = Some(cx.waker().clone());
            Poll::Pending
        });
        ready.await;
        println!("tea: poured, after {polls} polls");
    }
}

fn main() {
    let kettle = Arc::new(Kettle::default());
    let of_thread = Arc::clone(&kettle);
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(500));
        println!("kettle: boils");
        of_thread.boils();
    });
    block_on(kettle.water().lane("tea"));
}

#[cfg(test)]
#[path = "../../../chapters/executor/exercises/park_until_woken/tests.rs"]
mod tests;
