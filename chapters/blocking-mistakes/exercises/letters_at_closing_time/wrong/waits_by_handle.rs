//! Waits for the clerk in another place, and as long.

use std::sync::mpsc;

use tokio::runtime::Builder;

pub fn evening(letters: &[&str], mut read: impl FnMut(&str) + Send + 'static) {
    let (sender, receiver) = mpsc::channel::<String>();
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let clerk = runtime.spawn_blocking(move || {
        timeline::span("clerk", || {
            for letter in receiver {
                read(&letter);
            }
        });
    });
    runtime.block_on(async {
        for letter in letters {
            sender.send(letter.to_string()).expect("the clerk is there");
        }
    });
    runtime.block_on(clerk).expect("the clerk does not panic");
    timeline::span("closing", || drop(runtime));
}

fn main() {
    evening(&["a bill"], |letter| println!("clerk: {letter}"));
}
