//! Two teas, one tin of tea bags. Watch who gets a bag, and who is poured.
use std::{sync::Mutex, time::Duration};

#[timeline::lane("tea {n}")]
async fn tea(n: u32, tin: &Mutex<u32>) {
    println!("tea {n}: kettle on");
    {
        let mut bags = tin.lock().unwrap();
        *bags -= 1;
        println!("tea {n}: {bags} bags left");
    } // dropped here
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = Mutex::new(10);
    tokio::join!(tea(1, &tin), tea(2, &tin));
}
