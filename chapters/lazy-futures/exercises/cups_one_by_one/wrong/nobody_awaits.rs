//! Makes the closure async, and counts on the price without the tea.

use std::cell::RefCell;
use std::time::Duration;

use tokio::time::sleep;

/// The kettle, and what was done with it.
#[derive(Debug, Default)]
pub struct Kettle {
    pub log: RefCell<Vec<String>>,
}

impl Kettle {
    pub fn say(&self, what: &str, n: u32) {
        println!("tea {n}: {what}");
        self.log.borrow_mut().push(format!("tea {n}: {what}"));
    }
}

/// Makes a tea, and gives its price in cents.
#[timeline::lane("tea {n}")]
pub async fn tea(kettle: &Kettle, n: u32) -> u32 {
    kettle.say("kettle on", n);
    sleep(Duration::from_millis(300)).await;
    kettle.say("poured", n);
    200 + n
}

/// Makes these teas, one after the other, and gives what they cost.
pub async fn serve_all(kettle: &Kettle, orders: &[u32]) -> u32 {
    let prices = orders.iter().map(|&n| {
        let _tea = async { tea(kettle, n).await };
        200 + n
    });
    prices.sum()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cents = serve_all(&Kettle::default(), &[1, 2, 3]).await;
    println!("{cents} cents");
}
