//! Waits on a `Condvar`, and nothing is noted of a wake that came before.

use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use timeline::LaneExt;

/// Its waker notifies whoever waits.
#[derive(Default)]
struct Notify(Mutex<()>, Condvar);

impl Wake for Notify {
    fn wake(self: Arc<Self>) {
        self.1.notify_one();
    }
}

/// Polls the future to its end, on this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let notify = Arc::new(Notify::default());
    let waker = Waker::from(Arc::clone(&notify));
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        let nothing = notify.0.lock().unwrap();
        drop(notify.1.wait(nothing).unwrap());
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
