//! Takes the flag back when the poll is over, and with it a wake that came
//! meanwhile.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use mio::{Events, Token};
use timeline::LaneExt;

/// No socket has this one.
const BELL: Token = Token(usize::MAX);

/// Whether the future is to be polled, and what ends a wait.
struct Woken {
    flag: AtomicBool,
    bell: mio::Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        if !self.flag.swap(true, Ordering::SeqCst) {
            self.bell.wake().expect("a bell rings");
        }
    }
}

/// Polls the future to its end. While it cannot go on, waits for the sockets
/// that `sockets` was told of: any event is a reason to poll again. Gives the
/// output, and how often it has waited.
pub fn block_on<F: Future>(
    mut sockets: mio::Poll,
    future: F,
) -> io::Result<(F::Output, u32)> {
    let woken = Arc::new(Woken {
        flag: AtomicBool::new(true),
        bell: mio::Waker::new(sockets.registry(), BELL)?,
    });
    let waker = Waker::from(Arc::clone(&woken));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    let mut events = Events::with_capacity(16);
    let mut waits = 0;
    loop {
        if woken.flag.load(Ordering::SeqCst) {
            if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                return Ok((output, waits));
            }
            woken.flag.store(false, Ordering::SeqCst);
            continue;
        }
        waits += 1;
        sockets.poll(&mut events, None)?;
        if events.iter().any(|event| event.token() != BELL) {
            woken.flag.store(true, Ordering::SeqCst);
        }
    }
}

/// Whether somebody has rung, and who is to be woken then.
#[derive(Default)]
pub struct Bell(Mutex<(bool, Option<Waker>)>);

impl Bell {
    pub fn ring(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 = true;
        let waker = state.1.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub async fn rung(&self) {
        poll_fn(|cx| {
            let mut state = self.0.lock().unwrap();
            if state.0 {
                return Poll::Ready(());
            }
            state.1 = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

fn main() -> io::Result<()> {
    let bell = Arc::new(Bell::default());
    let of_guest = Arc::clone(&bell);
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        println!("guest: rings");
        of_guest.ring();
    });
    let (_, waits) = block_on(mio::Poll::new()?, bell.rung().lane("door"))?;
    println!("door: opened, waits: {waits}");
    Ok(())
}
