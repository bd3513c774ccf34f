//! A thousand requests from a hundred clients, and what came of them.
use crate::client::{Client, Reply};
use anyhow::{Result, ensure};
use axum::http::StatusCode;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::{task::JoinSet, time::Instant, time::sleep};

const CLIENTS: usize = 100;
/// Each is two requests: one places an order, and one asks for it.
const ORDERS: usize = 5;

/// What came of the requests.
#[derive(Debug, Default)]
pub struct Outcome {
    right: usize,
    /// Turned away with a 503, and made again.
    again: usize,
    /// Why the others were not answered right.
    wrong: Vec<anyhow::Error>,
    times: Vec<Duration>,
}

/// A hundred clients, ten requests each, as fast as the server answers.
pub async fn run(server: SocketAddr) -> Outcome {
    run_slowly(Arc::new(move || server), Duration::ZERO).await
}

/// The same with a pause before each order, and a server for each request.
pub async fn run_slowly(
    route: Arc<dyn Fn() -> SocketAddr + Send + Sync>,
    pause: Duration,
) -> Outcome {
    let mut clients = JoinSet::new();
    for n in 0..CLIENTS {
        let route = route.clone();
        clients.spawn(async move {
            let mut outcome = Outcome::default();
            let mut guest = Guest {
                route,
                client: None,
            };
            for order in 0..ORDERS {
                sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
                let tea = format!("tea {order} of client {n}");
                guest.order_and_ask(&tea, &mut outcome).await;
            }
            outcome
        });
    }
    let mut all = Outcome::default();
    while let Some(outcome) = clients.join_next().await {
        let outcome = outcome.expect("a client does not panic");
        all.right += outcome.right;
        all.again += outcome.again;
        all.wrong.extend(outcome.wrong);
        all.times.extend(outcome.times);
    }
    all
}

/// The time within which so many of a hundred were answered.
#[must_use]
pub fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let place = (times.len() * percent).div_ceil(100);
    times.get(place.max(1) - 1).copied().unwrap_or_default()
}

/// A client that follows its route, and has patience.
struct Guest {
    route: Arc<dyn Fn() -> SocketAddr + Send + Sync>,
    client: Option<Client>,
}

impl Guest {
    /// Two requests: places an order, and asks for it.
    async fn order_and_ask(&mut self, tea: &str, outcome: &mut Outcome) {
        let began = Instant::now();
        let ordered = self.order(tea, outcome).await;
        outcome.times.push(began.elapsed());
        let id = match ordered {
            Ok(id) => id,
            Err(error) => return outcome.wrong.push(error),
        };
        outcome.right += 1;
        let began = Instant::now();
        let asked = self.ask(&id, tea, outcome).await;
        outcome.times.push(began.elapsed());
        match asked {
            Ok(()) => outcome.right += 1,
            Err(error) => outcome.wrong.push(error),
        }
    }

    async fn order(&mut self, tea: &str, all: &mut Outcome) -> Result<String> {
        let reply = self.patiently("/orders", Some(tea), all).await?;
        ensure!(reply.status == StatusCode::CREATED, "{reply:?}");
        ensure!(reply.body.parse::<u64>().is_ok(), "{reply:?}");
        Ok(reply.body)
    }

    async fn ask(
        &mut self,
        id: &str,
        tea: &str,
        all: &mut Outcome,
    ) -> Result<()> {
        let path = format!("/orders/{id}");
        let reply = self.patiently(&path, None, all).await?;
        ensure!(reply.status == StatusCode::OK, "{reply:?}");
        ensure!(reply.body.starts_with(tea), "{reply:?}, not {tea}");
        Ok(())
    }

    /// Makes the request, and again after a while where it is turned away.
    async fn patiently(
        &mut self,
        path: &str,
        order: Option<&str>,
        all: &mut Outcome,
    ) -> Result<Reply> {
        loop {
            let server = (self.route)();
            let client = match self.client.take() {
                Some(client) if client.server() == server => client,
                _ => Client::connect(server).await?,
            };
            let client = self.client.insert(client);
            let answered = match order {
                Some(tea) => client.post_once(path, tea, tea.to_owned()).await,
                None => client.get(path).await,
            };
            match answered {
                Ok(reply) if reply.status.as_u16() == 503 => all.again += 1,
                Ok(reply) => return Ok(reply),
                Err(error) => {
                    self.client = None;
                    return Err(error);
                }
            }
            sleep(Duration::from_millis(fastrand::u64(5..25))).await;
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times = self.times.clone();
        let half = percentile(&mut times, 50).as_millis();
        let most = percentile(&mut times, 99).as_millis();
        let Self {
            right,
            again,
            wrong,
            ..
        } = self;
        write!(f, "{right} of {} right, ", 2 * CLIENTS * ORDERS)?;
        write!(f, "half in {half} ms, 99 % in {most} ms")?;
        if *again > 0 {
            write!(f, ", made again {again} times")?;
        }
        if let Some(error) = wrong.first() {
            write!(f, ", {} errors, such as: {error:#}", wrong.len())?;
        }
        Ok(())
    }
}
