//! Plain code puts a kettle on, and reads the paper. Who polls the tea?

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use timeline::LaneExt;
use tokio::runtime::{Builder, Runtime};
use tokio::time::sleep;

/// A runtime for plain code.
pub struct Kitchen {
    runtime: Runtime,
}

impl Kitchen {
    pub fn open() -> Self {
        // Its worker polls also while nobody calls `block_on`.
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1);
        let runtime = builder.enable_all().build().expect("a runtime");
        Self { runtime }
    }

    /// Begins with a tea, and returns at once.
    pub fn put_on(&self, tea: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(tea);
    }
}

fn main() {
    let kitchen = Kitchen::open();
    let (bell, rings) = mpsc::channel();
    let tea = async move {
        sleep(Duration::from_millis(400)).await;
        println!("tea: poured");
        bell.send(()).expect("somebody listens");
    };
    kitchen.put_on(tea.lane("tea"));
    timeline::span("the paper", || {
        println!("main: reads the paper");
        thread::sleep(Duration::from_millis(600));
    });
    rings.recv().expect("the bell rings");
    println!("main: drinks");
}

#[cfg(test)]
#[path = "../../../chapters/runtimes/exercises/kettle_beside_plain_code/tests.rs"]
mod tests;
