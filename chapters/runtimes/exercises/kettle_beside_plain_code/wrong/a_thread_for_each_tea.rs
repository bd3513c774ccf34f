//! Gives each tea a thread that nobody owns.

use std::thread;

use tokio::runtime::Builder;

pub struct Kitchen;

impl Kitchen {
    pub fn open() -> Self {
        Self
    }

    pub fn put_on(&self, tea: impl Future<Output = ()> + Send + 'static) {
        thread::spawn(|| {
            let mut builder = Builder::new_current_thread();
            let runtime = builder.enable_all().build().expect("a runtime");
            runtime.block_on(tea);
        });
    }
}

fn main() {
    Kitchen::open().put_on(async { println!("tea: poured") });
}
