//! One cup is left, and two customers want it. Watch who pays.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// Why there are no cups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    SoldOut,
    NotPaid,
}

/// A shop with some cups of each kind.
#[derive(Debug)]
pub struct Shop {
    stock: Mutex<BTreeMap<&'static str, u32>>,
}

impl Shop {
    pub fn new(stock: &[(&'static str, u32)]) -> Self {
        let stock = stock.iter().copied().collect();
        Self {
            stock: Mutex::new(stock),
        }
    }

    /// How many cups of this kind are left.
    pub fn left(&self, kind: &str) -> u32 {
        self.stock.lock().unwrap().get(kind).copied().unwrap_or(0)
    }

    /// Sells the cups in the basket, one for each time its kind is in there.
    ///
    /// # Errors
    /// `SoldOut` where one is missing, and `NotPaid` where `pay` gives `false`.
    pub async fn buy(
        &self,
        basket: &[&'static str],
        pay: impl Future<Output = bool>,
    ) -> Result<(), Refusal> {
        let mut reserved = self.reserve(basket)?;
        if !pay.await {
            return Err(Refusal::NotPaid);
        }
        reserved.cups.clear(); // sold
        Ok(())
    }

    /// Looks and takes, all under one lock.
    fn reserve(
        &self,
        basket: &[&'static str],
    ) -> Result<Reserved<'_>, Refusal> {
        let mut stock = self.stock.lock().unwrap();
        let mut left = stock.clone();
        for kind in basket {
            match left.get_mut(kind) {
                Some(left @ 1..) => *left -= 1,
                _ => return Err(Refusal::SoldOut),
            }
        }
        *stock = left;
        let cups = basket.to_vec();
        Ok(Reserved { shop: self, cups })
    }
}

/// Cups that are out of the stock. They go back unless they are sold.
struct Reserved<'a> {
    shop: &'a Shop,
    cups: Vec<&'static str>,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        let mut stock = self.shop.stock.lock().unwrap();
        for kind in &self.cups {
            *stock.get_mut(kind).expect("it came from there") += 1;
        }
    }
}

async fn pay(name: &str) -> bool {
    sleep(Duration::from_millis(200)).await;
    println!("{name}: has paid");
    true
}

async fn customer(name: &str, shop: &Shop, basket: &[&'static str]) {
    let bought = shop.buy(basket, pay(name)).await;
    println!("{name}: {bought:?}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let shop = Shop::new(&[("mint", 1), ("green", 5)]);
    tokio::join!(
        customer("Ada", &shop, &["green", "mint"]).lane("Ada"),
        customer("Bob", &shop, &["mint"]).lane("Bob"),
        customer("Cy", &shop, &["green", "green"]).lane("Cy"),
    );
    let left = ["mint", "green"].map(|kind| shop.left(kind));
    println!("[mint, green] left: {left:?}");
}

#[cfg(test)]
#[path = "../../../chapters/sharing/exercises/last_cup_sold_once/tests.rs"]
mod tests;
