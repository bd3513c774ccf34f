//! A hundred teas, a thread each. Watch the clock, and the memory.
use std::{thread, time::Duration};

fn tea() {
    thread::sleep(Duration::from_secs(1));
}

fn main() {
    let mut cups = Vec::new();
    for _ in 1..=100 {
        cups.push(thread::spawn(tea));
    }
    println!("100 kettles on");
    for cup in cups {
        cup.join().unwrap();
    }
    println!("100 cups poured");
}
