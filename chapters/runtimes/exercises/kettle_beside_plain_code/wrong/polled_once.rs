//! Lets the runtime run for a moment, in which the tea begins.

use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

pub struct Kitchen {
    runtime: Runtime,
}

impl Kitchen {
    pub fn open() -> Self {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_all().build().expect("a runtime");
        Self { runtime }
    }

    pub fn put_on(&self, tea: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(tea);
        self.runtime.block_on(yield_now());
    }
}

fn main() {
    Kitchen::open().put_on(async { println!("tea: poured") });
}
