//! Threads look at the guest list of `main`. Watch where `main` goes on.
use std::{thread, time::Duration};

#[timeline::lane("{guest}")]
fn tea(guest: &str) {
    println!("{guest}: kettle on");
    thread::sleep(Duration::from_secs(1));
    println!("{guest}: poured");
}

fn main() {
    let guests = [String::from("Ada"), String::from("Grace")];
    thread::scope(|scope| {
        for guest in &guests {
            scope.spawn(move || tea(guest));
        }
        println!("main: all are asked");
    });
    println!("main: {} guests have their tea", guests.len());
}
