//! Threads look at the guest list of `main`. Watch what the compiler says.
use std::{thread, time::Duration};

fn tea(guest: &str) {
    println!("{guest}: kettle on");
    thread::sleep(Duration::from_secs(1));
    println!("{guest}: poured");
}

fn main() {
    let guests = [String::from("Ada"), String::from("Grace")];
    for guest in &guests {
        thread::spawn(move || tea(guest)); // Oops!
    }
    println!("main: all are asked");
}
