//! Two letterboxes on threads of their own, and a file. Watch the reader.
use std::{env, sync::mpsc, thread};
use tokio::{fs, runtime::Builder};

/// Waits for a letter, and may wait long.
#[timeline::lane("letterbox {n}")]
fn letterbox(n: u32, letters: &mpsc::Receiver<&str>) {
    println!("letterbox {n}: open");
    let letter = letters.recv().expect("the sender is still there");
    println!("letterbox {n}: {letter}");
}

#[timeline::lane("reader")]
async fn reader() {
    println!("reader: start");
    let path = env::current_exe().expect("this program is a file");
    fs::read(path).await.expect("who may run it may read it");
    println!("reader: done");
}

fn main() {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(2)
        .build()
        .unwrap();
    let mut boxes = Vec::new();
    for n in 1..=2 {
        let (sender, letters) = mpsc::channel();
        let open = thread::spawn(move || letterbox(n, &letters));
        boxes.push((sender, open));
    }
    runtime.block_on(reader());
    for (sender, open) in boxes {
        sender.send("the file was read").unwrap();
        open.join().unwrap();
    }
}
