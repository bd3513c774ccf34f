//! The cups and their tray, spawned. Watch what the compiler says.
use std::{cell::RefCell, time::Duration};
use tokio::time::sleep;

async fn tea<'a>(guest: &'a str, tray: &RefCell<Vec<&'a str>>) {
    println!("{guest}: kettle on");
    sleep(Duration::from_secs(1)).await;
    tray.borrow_mut().push(guest);
    println!("{guest}: poured");
}

async fn breakfast() {
    let guests = [String::from("Ada"), String::from("Grace")];
    let tray = RefCell::new(Vec::new());
    tokio::join!(tea(&guests[0], &tray), tea(&guests[1], &tray));
    let cups = tray.borrow().len();
    println!("breakfast: {cups} cups for {guests:?}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(breakfast()).await.unwrap(); // Oops!
}
