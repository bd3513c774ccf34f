//! A hundred clients, and a server that is down at first. Watch when they ask.
use std::sync::{Arc, Mutex};
use std::time::Duration;
use timeline::LaneExt;
use tokio::{task::JoinSet, time::Instant, time::sleep};

const CLIENTS: u64 = 100;

/// How many have asked in each 20 ms since the start.
struct Server(Instant, Mutex<Vec<usize>>);

impl Server {
    /// Down for 300 ms, and from then on serves ten in 20 ms.
    fn serves(&self) -> bool {
        let now = self.0.elapsed().as_millis() as usize / 20;
        let mut asked = self.1.lock().unwrap();
        let ticks = asked.len().max(now + 1);
        asked.resize(ticks, 0);
        asked[now] += 1;
        now >= 15 && asked[now] <= 10
    }
}

async fn client(server: Arc<Server>, n: u64) {
    let mut dice = fastrand::Rng::with_seed(n);
    while !server.serves() {
        sleep(Duration::from_millis(dice.u64(0..=200))).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let server = Arc::new(Server(Instant::now(), Mutex::default()));
    let mut clients = JoinSet::new();
    for n in 1..=CLIENTS {
        let client = client(server.clone(), n);
        match n % 20 {
            0 => clients.spawn(client.lane(format!("client {n}"))),
            _ => clients.spawn(client),
        };
    }
    clients.join_all().await;
    for (tick, asked) in server.1.lock().unwrap().iter().enumerate() {
        if *asked > 0 {
            println!(
                "{:4} ms: {asked:3} {}",
                20 * tick,
                "#".repeat(asked.div_ceil(2))
            );
        }
    }
}
