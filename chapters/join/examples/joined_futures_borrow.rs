//! Two cups, and one tray that `main` keeps. Watch who writes on it.
use std::{cell::RefCell, time::Duration};
use tokio::time::sleep;

#[timeline::lane("{guest}")]
async fn tea<'a>(guest: &'a str, tray: &RefCell<Vec<&'a str>>) {
    println!("{guest}: kettle on");
    sleep(Duration::from_secs(1)).await;
    tray.borrow_mut().push(guest);
    println!("{guest}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let guests = [String::from("Ada"), String::from("Grace")];
    let tray = RefCell::new(Vec::new());
    tokio::join!(tea(&guests[0], &tray), tea(&guests[1], &tray));
    println!("main: {} cups for {guests:?}", tray.borrow().len());
}
