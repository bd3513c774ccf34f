//! Leaves without waiting for the clerk.

use std::sync::mpsc;

use tokio::runtime::Builder;

pub fn evening(letters: &[&str], mut read: impl FnMut(&str) + Send + 'static) {
    let (sender, receiver) = mpsc::channel::<String>();
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    runtime.spawn_blocking(move || {
        for letter in receiver {
            read(&letter);
        }
    });
    runtime.block_on(async {
        for letter in letters {
            sender.send(letter.to_string()).expect("the clerk is there");
        }
    });
    runtime.shutdown_background();
}

fn main() {
    evening(&["a bill"], |letter| println!("clerk: {letter}"));
}
