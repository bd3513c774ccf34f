//! Three cups as threads. Watch where the error of cup 2 turns up.
use anyhow::{Result, ensure};
use std::{thread, time::Duration};

fn boil(n: u32) -> Result<()> {
    thread::sleep(Duration::from_secs(1));
    ensure!(n != 2, "the kettle is empty"); // Oops!
    Ok(())
}

#[timeline::lane("tea {n}")]
fn tea(n: u32) -> Result<()> {
    println!("tea {n}: kettle on");
    boil(n)?;
    println!("tea {n}: leaves in");
    thread::sleep(Duration::from_millis(500));
    println!("tea {n}: poured");
    Ok(())
}

fn main() {
    let cups = [1, 2, 3].map(|n| thread::spawn(move || tea(n)));
    for (n, cup) in (1..).zip(cups) {
        match cup.join().unwrap() {
            Ok(()) => println!("main: tea {n} is on the table"),
            Err(error) => println!("main: no tea {n}, {error}"),
        }
    }
}
