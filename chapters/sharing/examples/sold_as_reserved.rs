//! Three tickets, three orders, and a card that is refused. Watch what is left.
use std::sync::Mutex;
use std::time::Duration;
use timeline::LaneExt;
use tokio::time::sleep;

/// Whether it went through: the card of order 2 is refused.
async fn pay(n: u32) -> bool {
    sleep(Duration::from_millis(300)).await;
    n != 2
}

/// A ticket that is taken, and goes back unless it is sold.
struct Reserved<'a> {
    tickets: &'a Mutex<u32>,
    sold: bool,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        *self.tickets.lock().unwrap() += u32::from(!self.sold);
    }
}

fn reserve(tickets: &Mutex<u32>) -> Option<Reserved<'_>> {
    let mut left = tickets.lock().unwrap();
    *left = left.checked_sub(1)?; // there is none left: None
    Some(Reserved {
        tickets,
        sold: false,
    })
}

async fn order(n: u32, tickets: &Mutex<u32>) {
    let Some(mut ticket) = reserve(tickets) else {
        return println!("order {n}: sold out");
    };
    if !pay(n).await {
        return println!("order {n}: refused");
    }
    ticket.sold = true;
    println!("order {n}: here is your ticket");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tickets = Mutex::new(3);
    tokio::join!(
        order(1, &tickets).lane("order 1"),
        order(2, &tickets).lane("order 2"),
        order(3, &tickets).lane("order 3"),
    );
    println!("tickets left: {}", tickets.lock().unwrap());
}
