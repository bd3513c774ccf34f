//! Ten teas, one after the other. Watch the clock.
use std::{thread, time::Duration};

#[timeline::lane("tea {n}")]
fn tea(n: u32) {
    println!("tea {n}: kettle on");
    thread::sleep(Duration::from_secs(1));
    println!("tea {n}: poured");
}

fn main() {
    for n in 1..=10 {
        tea(n);
    }
}
