//! Ten teas, a thread each. Watch the clock, and the order of the lines.
use std::{thread, time::Duration};

#[timeline::lane("tea {n}")]
fn tea(n: u32) {
    println!("tea {n}: kettle on");
    thread::sleep(Duration::from_secs(1));
    println!("tea {n}: poured");
}

fn main() {
    let mut cups = Vec::new();
    for n in 1..=10 {
        cups.push(thread::spawn(move || tea(n)));
    }
    for cup in cups {
        cup.join().unwrap();
    }
}
