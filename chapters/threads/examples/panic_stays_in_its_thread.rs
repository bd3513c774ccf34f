//! Cup 2 is spilled. Watch what becomes of cups 1 and 3, and of `main`.
use std::{thread, time::Duration};

#[timeline::lane("tea {n}")]
fn tea(n: u32) {
    println!("tea {n}: kettle on");
    thread::sleep(Duration::from_secs(1));
    if n == 2 {
        panic!("spilled"); // Oops!
    }
    println!("tea {n}: poured");
}

fn main() {
    let mut cups = Vec::new();
    for n in 1..=3 {
        cups.push((n, thread::spawn(move || tea(n))));
    }
    for (n, cup) in cups {
        match cup.join() {
            Ok(()) => println!("main: tea {n} is on the table"),
            Err(_) => println!("main: tea {n} was spilled"),
        }
    }
}
