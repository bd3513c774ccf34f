//! A hundred clients, and six ways to ask again. Watch what the server gets.
use fastrand::Rng;
use std::{cell::Cell, cell::RefCell, future::poll_fn, pin::Pin};
use std::{task::Context, task::Poll, task::Waker};

// part: server
/// Has 100 units of work a tick. To serve a request takes 10 of them, and to
/// turn one away takes 2. What it owes, it works off in later ticks.
struct Server {
    tick: Cell<u32>,
    units: Cell<i32>,
    requests: Cell<u32>, // in this tick
    up_from: u32,
    fails: u32, // so many of a hundred requests
    dice: RefCell<Rng>,
}

impl Server {
    fn serves(&self) -> bool {
        self.requests.update(|requests| requests + 1);
        if self.tick.get() < self.up_from {
            return false; // nobody is there, which costs nothing
        }
        let fails = self.dice.borrow_mut().u32(0..100) < self.fails;
        let serves = self.units.get() >= 10 && !fails;
        self.units
            .update(|units| units - if serves { 10 } else { 2 });
        serves
    }

    /// Waits for so many of the server's ticks.
    async fn ticks(&self, ticks: u32) {
        let end = self.tick.get() + ticks;
        poll_fn(|_| match self.tick.get() < end {
            true => Poll::Pending,
            false => Poll::Ready(()),
        })
        .await;
    }
}
// end: server

// part: client
/// How many ticks to wait before the next try. `None` gives up.
type Policy = fn(tries: u32, dice: &mut Rng, budget: &Cell<u32>) -> Option<u32>;

const POLICIES: [(&str, Policy); 6] = [
    ("not at all", |_, _, _| None),
    ("at once", |_, _, _| Some(1)),
    ("after 10", |_, _, _| Some(10)),
    ("doubled", |tries, _, _| Some(doubled(tries))),
    ("jitter", |tries, dice, _| Some(jitter(tries, dice))),
    ("budget", |tries, dice, budget| {
        budget.set(budget.get().checked_sub(1)?);
        Some(jitter(tries, dice))
    }),
];

/// 2, 4, 8, and so on to 64.
fn doubled(tries: u32) -> u32 {
    2u32.saturating_pow(tries).min(64)
}

fn jitter(tries: u32, dice: &mut Rng) -> u32 {
    dice.u32(1..=doubled(tries))
}

/// Asks until it is served, or gives up.
async fn client(
    server: &Server,
    mut dice: Rng,
    policy: Policy,
    budget: &Cell<u32>,
) -> bool {
    let mut tries = 0;
    while !server.serves() {
        tries += 1;
        let Some(ticks) = policy(tries, &mut dice, budget) else {
            return false;
        };
        server.ticks(ticks).await;
    }
    true
}
// end: client

// part: run
/// Polls the clients once a tick, until all have ended or 1000 ticks are over.
fn run(name: &str, policy: Policy, server: &Server) {
    let budget = &Cell::new(50); // retries, for all clients together
    let (mut requests, mut peak, mut served) = (0, 0, 0);
    let mut clients: Vec<Pin<Box<dyn Future<Output = bool>>>> = Vec::new();
    for n in 0..100 {
        // With an outage all come at once, and otherwise ten a tick.
        let comes = if server.up_from == 0 { n / 10 } else { 0 };
        clients.push(Box::pin(async move {
            server.ticks(comes).await;
            client(server, Rng::with_seed(n.into()), policy, budget).await
        }));
    }
    let mut ctx = Context::from_waker(Waker::noop());
    while !clients.is_empty() && server.tick.get() < 1000 {
        server.units.update(|units| (units + 100).min(100));
        server.requests.set(0);
        clients.retain_mut(|client| match client.as_mut().poll(&mut ctx) {
            Poll::Pending => true,
            Poll::Ready(is_served) => {
                served += u32::from(is_served);
                false
            }
        });
        requests += server.requests.get();
        if server.tick.get() >= server.up_from {
            peak = peak.max(server.requests.get());
        }
        server.tick.update(|tick| tick + 1);
    }
    let end = server.tick.get();
    println!(
        "{name:18} {requests:5} requests, peak {peak:3}, {served:3} served, \
         over at {end:4}"
    );
}

fn main() {
    for (setting, up_from, fails) in [("outage", 50, 0), ("flaky", 0, 10)] {
        for (name, policy) in POLICIES {
            let server = Server {
                tick: Cell::new(0),
                units: Cell::new(0),
                requests: Cell::new(0),
                up_from,
                fails,
                dice: RefCell::new(Rng::with_seed(7)),
            };
            run(&format!("{setting}, {name}"), policy, &server);
        }
    }
}
// end: run
