//! Blocks until the tea is poured.

use tokio::runtime::{Builder, Runtime};

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
        self.runtime.block_on(tea);
    }
}

fn main() {
    Kitchen::open().put_on(async { println!("tea: poured") });
}
