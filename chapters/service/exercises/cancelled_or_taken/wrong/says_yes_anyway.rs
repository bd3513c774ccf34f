//! A service with an endpoint too few. Watch what becomes of the order.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::sleep;

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    Taken,
    Cancelled,
}

/// The orders, by their numbers. Each method takes a while, and the table
/// changes in the middle of that.
#[derive(Debug, Default)]
pub struct Table(Mutex<BTreeMap<u32, State>>);

impl Table {
    /// Puts a new order into the table, and gives its number.
    pub async fn insert(&self) -> u32 {
        Self::work().await;
        let id = {
            let mut orders = self.0.lock().unwrap();
            let id = orders.len() as u32 + 1;
            orders.insert(id, State::Waiting);
            id
        };
        Self::work().await;
        id
    }

    /// How far the order is, if there is one of this number.
    pub async fn state(&self, id: u32) -> Option<State> {
        Self::work().await;
        let state = self.0.lock().unwrap().get(&id).copied();
        Self::work().await;
        state
    }

    /// Changes the order's state, whatever it was.
    pub async fn set(&self, id: u32, to: State) {
        Self::work().await;
        self.0.lock().unwrap().insert(id, to);
        Self::work().await;
    }

    /// Changes the order's state if it is `from`, and says whether it was:
    /// `UPDATE orders SET state = to WHERE id = id AND state = from`.
    pub async fn change(&self, id: u32, from: State, to: State) -> bool {
        Self::work().await;
        let is_changed = {
            let mut orders = self.0.lock().unwrap();
            let found = orders.get_mut(&id).filter(|state| **state == from);
            found.map(|state| *state = to).is_some()
        };
        Self::work().await;
        is_changed
    }

    async fn work() {
        sleep(Duration::from_millis(5)).await;
    }
}

/// Answers a request: with a status, and with a body.
pub async fn answer(table: &Table, method: &str, path: &str) -> (u16, String) {
    match (method, path.strip_prefix("/orders/")) {
        ("POST", None) if path == "/orders" => {
            (201, table.insert().await.to_string())
        }
        ("GET", Some(id)) => {
            let Ok(id) = id.parse() else {
                return (404, String::new());
            };
            match table.state(id).await {
                Some(State::Waiting) => (200, "waiting".to_owned()),
                Some(State::Taken) => (200, "taken".to_owned()),
                Some(State::Cancelled) => (200, "cancelled".to_owned()),
                None => (404, String::new()),
            }
        }
        ("DELETE", Some(id)) => match id.parse() {
            Ok(id) => (cancel(table, id).await, String::new()),
            Err(_) => (404, String::new()),
        },
        _ => (405, String::new()),
    }
}

/// Looks first, and cancels then if it is still waiting.
async fn cancel(table: &Table, id: u32) -> u16 {
    match table.state(id).await {
        Some(State::Waiting) => {
            table.change(id, State::Waiting, State::Cancelled).await;
            204
        }
        Some(State::Cancelled) => 204,
        Some(State::Taken) => 409,
        None => 404,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let table = Table::default();
    println!("POST: {:?}", answer(&table, "POST", "/orders").await);
    println!("DELETE: {:?}", answer(&table, "DELETE", "/orders/1").await);
    println!("GET: {:?}", answer(&table, "GET", "/orders/1").await);
}

#[cfg(test)]
#[path = "../../../chapters/service/exercises/cancelled_or_taken/tests.rs"]
mod tests;
