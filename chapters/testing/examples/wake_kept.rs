//! Two threads and a bell, in every order there is. Watch the last one.
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::sync::{Condvar, Mutex};
use std::panic::catch_unwind;
use std::sync::Arc;

/// What happened in this order.
static SAID: std::sync::Mutex<Vec<&str>> = std::sync::Mutex::new(Vec::new());

#[derive(Default)]
struct Bell {
    rung: AtomicBool,
    lock: Mutex<()>,
    wake: Condvar,
}

impl Bell {
    fn wait(&self) {
        let guard = self.lock.lock().unwrap();
        if !self.rung.load(Ordering::SeqCst) {
            SAID.lock().unwrap().push("waiter: not rung yet, so to bed");
            drop(self.wake.wait(guard).unwrap());
        }
        SAID.lock().unwrap().push("waiter: up");
    }

    fn ring(&self) {
        let _guard = self.lock.lock().unwrap();
        self.rung.store(true, Ordering::SeqCst);
        SAID.lock().unwrap().push("ringer: rings");
        self.wake.notify_one();
    }
}

fn model() {
    SAID.lock().unwrap().clear();
    let bell = Arc::new(Bell::default());
    let ringer = bell.clone();
    loom::thread::spawn(move || ringer.ring());
    bell.wait();
}

fn main() {
    let verdict = catch_unwind(|| loom::model(model));
    for line in SAID.lock().unwrap().iter() {
        println!("{line}");
    }
    println!("well in every order: {}", verdict.is_ok());
}
