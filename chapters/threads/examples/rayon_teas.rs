//! Ten teas, which wait, on four threads. Watch the clock.
use rayon::prelude::*;
use std::{thread, time::Duration};

#[timeline::lane("tea {n}")]
fn tea(n: u32) {
    println!("tea {n}: kettle on");
    thread::sleep(Duration::from_secs(1));
    println!("tea {n}: poured");
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4);
    pool.build_global().unwrap();
    (1..=10).into_par_iter().for_each(tea);
}
