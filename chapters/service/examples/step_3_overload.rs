//! Twice as many orders as can be brewed. Compare the two evenings.
use axum::{Router, body::Bytes, extract::State, routing::post};
use service::load::percentile;
use service::{client::Client, limits::limited, pause, serve};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::{sync::Semaphore, task::JoinSet, time::interval};

const GUESTS: usize = 500;
const TWO_MS: Duration = Duration::from_millis(2); // between two guests
const KETTLES: usize = 4; // each brews for 16 ms

// part: shop
struct Shop {
    kettles: Semaphore,
    held: AtomicUsize,
    most: AtomicUsize,
}

async fn brew(State(shop): State<Arc<Shop>>, picture: Bytes) {
    let held = shop.held.fetch_add(picture.len(), Relaxed) + picture.len();
    shop.most.fetch_max(held, Relaxed);
    let _kettle = shop.kettles.acquire().await.expect("it is never closed");
    pause(16).await;
    shop.held.fetch_sub(picture.len(), Relaxed);
}

// end: shop

// part: evening
/// Whether the guest is served, and after what time.
async fn guest(server: SocketAddr) -> anyhow::Result<(bool, Duration)> {
    let began = Instant::now();
    let mut client = Client::connect(server).await?;
    let reply = client.post("/tea", vec![7; 8_000]).await?;
    Ok((reply.status.is_success(), began.elapsed()))
}

struct Evening {
    served: Vec<Duration>,
    refused: Vec<Duration>,
    held: usize,
}

async fn evening(wrap: fn(Router) -> Router) -> anyhow::Result<Evening> {
    let shop = Arc::new(Shop {
        kettles: Semaphore::new(KETTLES),
        held: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
    });
    let routes = Router::new().route("/tea", post(brew));
    let server = serve(wrap(routes.with_state(shop.clone()))).await?;
    let (mut guests, mut door) = (JoinSet::new(), interval(TWO_MS));
    for _ in 0..GUESTS {
        door.tick().await;
        guests.spawn(guest(server));
    }
    let mut evening = Evening {
        served: vec![],
        refused: vec![],
        held: 0,
    };
    for answer in guests.join_all().await {
        match answer? {
            (true, time) => evening.served.push(time),
            (false, time) => evening.refused.push(time),
        }
    }
    evening.held = shop.most.load(Relaxed);
    Ok(evening)
}

// end: evening

/// Half, 99 %, held, in time.
fn figures(name: &str, evening: &mut Evening) -> [f64; 4] {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let Evening {
        served,
        refused,
        held,
    } = evening;
    let half = ms(percentile(served, 50));
    let most = ms(percentile(served, 99));
    let in_time = served.iter().filter(|&&time| ms(time) < 200.0).count();
    let refusal = ms(percentile(refused, 50));
    let (yes, no, kb) = (served.len(), refused.len(), *held / 1000);
    println!("{name}: {yes} served, {in_time} of them within 200 ms");
    println!("{name}: half in {half:.0} ms, 99 % in {most:.0} ms");
    println!("{name}: {no} turned away, half in {refusal:.0} ms");
    println!("{name}: {kb} KB held at most");
    [half, most, *held as f64, in_time as f64]
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    rlimit::increase_nofile_limit(2 * GUESTS as u64 + 64)?;
    let limits = |shop| limited(shop, 12, Duration::from_secs(60));
    let with = figures("12 places", &mut evening(limits).await?);
    let without = figures("no limits", &mut evening(|shop| shop).await?);
    let times = |n: usize| without[n] / with[n];
    println!("without limits, against with:");
    println!("  half takes {:.1} times as long", times(0));
    println!("  99 % take {:.1} times as long", times(1));
    println!("  held is {:.1} times as much", times(2));
    println!("  in time are {:.1} times as many", times(3));
    Ok(())
}
