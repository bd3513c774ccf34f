//! The cups and their tray, spawned. Watch who writes on it.
use std::{sync::Mutex, time::Duration};
use tokio::time::sleep;

#[timeline::lane("{guest}")]
async fn tea<'a>(guest: &'a str, tray: &Mutex<Vec<&'a str>>) {
    println!("{guest}: kettle on");
    sleep(Duration::from_secs(1)).await;
    tray.lock().unwrap().push(guest);
    println!("{guest}: poured");
}

async fn breakfast() {
    let guests = [String::from("Ada"), String::from("Grace")];
    let tray = Mutex::new(Vec::new());
    tokio::join!(tea(&guests[0], &tray), tea(&guests[1], &tray));
    let cups = tray.lock().unwrap().len();
    println!("breakfast: {cups} cups for {guests:?}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(breakfast()).await.unwrap();
}
