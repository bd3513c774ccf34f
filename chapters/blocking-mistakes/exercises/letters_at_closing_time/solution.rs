//! The last letter is read. Watch what the program still waits for.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;

/// Has all letters read by a clerk, on a thread where that harms nobody.
pub fn evening(letters: &[&str], mut read: impl FnMut(&str) + Send + 'static) {
    let (sender, receiver) = mpsc::channel::<String>();
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    runtime.spawn_blocking(move || {
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
    drop(sender); // no more letters: the clerk's loop ends
    timeline::span("closing", || drop(runtime));
}

fn main() {
    evening(&["a bill", "a card", "a bill"], |letter| {
        thread::sleep(Duration::from_millis(100));
        println!("clerk: {letter}");
    });
    println!("main: closed");
}

#[cfg(test)]
#[path = "../../../chapters/blocking-mistakes/exercises/letters_at_closing_time/tests.rs"]
mod tests;
