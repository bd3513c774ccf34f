//! Four plain functions, one above the other. Watch the clock.
use std::{thread, time::Duration};

#[timeline::lane("tea {n}")]
fn tea(n: u32) -> u32 {
    println!("tea {n}: kettle on");
    thread::sleep(Duration::from_secs(1));
    println!("tea {n}: poured");
    1
}

fn table(guests: &[u32]) -> u32 {
    guests.iter().map(|&n| tea(n)).sum()
}

fn evening() -> u32 {
    table(&[1, 2]) + table(&[3])
}

fn main() {
    let cups = evening();
    println!("main: {cups} cups");
}
