//! Puts the toast behind the first tea.

use std::cell::RefCell;

use timeline::LaneExt;
use tokio::time::{Duration, Instant, sleep};

/// What happens in the kitchen, and in which millisecond.
#[derive(Debug)]
pub struct Kitchen {
    opened: Instant,
    log: RefCell<Vec<(u128, String)>>,
}

impl Kitchen {
    pub fn open() -> Self {
        let log = RefCell::default();
        let opened = Instant::now();
        Self { opened, log }
    }

    /// Makes something that takes so many milliseconds.
    pub async fn make(&self, what: &str, millis: u64) {
        self.note(format!("{what} begins"));
        sleep(Duration::from_millis(millis)).await;
        self.note(format!("{what} ends"));
    }

    fn note(&self, line: String) {
        let millis = self.opened.elapsed().as_millis();
        println!("{millis:>4} ms: {line}");
        self.log.borrow_mut().push((millis, line));
    }

    /// What has happened, by the millisecond, and by name within one.
    pub fn log(self) -> Vec<(u128, String)> {
        let mut log = self.log.into_inner();
        log.sort();
        log
    }
}

/// Makes two teas, toast and an egg.
pub async fn breakfast(kitchen: &Kitchen) {
    let tea_1 = kitchen.make("tea 1", 300).lane("tea 1");
    let tea_2 = kitchen.make("tea 2", 600).lane("tea 2");
    let toast = kitchen.make("toast", 300).lane("toast");
    let egg = kitchen.make("egg", 800).lane("egg");
    let tea_and_toast = async {
        tea_1.await;
        toast.await;
    };
    tokio::join!(tea_and_toast, tea_2, egg);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    breakfast(&Kitchen::open()).await;
}
