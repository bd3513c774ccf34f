//! The whole service, an evening long. Count what came of each request.
use axum::{Router, http::StatusCode, routing::get};
use service::counts::{Counts, counted};
use service::shutdown::{Ready, shut_down};
use service::worker::{self, Worker};
use service::{A_WHILE, client::Client, database, events, kitchen::Kitchen};
use service::{limits::limited, load, orders};
use std::future::IntoFuture;
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::broadcast, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing_subscriber::fmt;

fn service(worker: &Worker, counts: Counts, ready: Arc<Ready>) -> Router {
    let is_ready = move || async move {
        match ready.get() {
            true => StatusCode::OK,
            false => StatusCode::SERVICE_UNAVAILABLE,
        }
    };
    let orders = orders::routes(worker.db.clone());
    let service = limited(orders, 32, Duration::from_secs(1))
        .merge(events::routes(worker.news.clone())) // has no limits
        .route("/ready", get(is_ready)); // nor has this
    counted(service, counts)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let db = database::open(folder.path()).await?;
    let kitchen = Kitchen::open().await?;
    let (news, _) = broadcast::channel(64);
    let worker = Worker {
        db,
        kitchen: kitchen.address,
        news,
    };
    let (counts, ready) = (Counts::default(), Arc::<Ready>::default());
    let (stop, work) = (CancellationToken::new(), TaskTracker::new());

    worker::recover(&worker.db).await?;
    for _ in 0..2 {
        work.spawn(worker.clone().run(stop.clone()));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    let service = service(&worker, counts.clone(), ready.clone());
    let served = axum::serve(listener, service);
    let stopped = stop.clone().cancelled_owned();
    work.spawn(served.with_graceful_shutdown(stopped).into_future());
    work.close();

    let words = fmt().without_time().with_target(false).with_ansi(false);
    let logged = tracing::subscriber::set_default(words.finish());
    let mut client = Client::connect(server).await?;
    let teas = [
        ("a", "mint"),
        ("b", "oolong"),
        ("b", "oolong"),
        ("c", "rose"),
    ];
    for (key, tea) in teas {
        client.post_once("/orders", key, tea).await?;
    }
    timeout(A_WHILE, worker::all_done(&worker.db)).await??;
    drop(logged); // of the next thousand, only the counts are kept

    println!("{}", load::run(server).await);
    timeout(A_WHILE, worker::all_done(&worker.db)).await??;

    let (notice, limit) = (Duration::from_millis(50), Duration::from_secs(1));
    let end = shut_down(&ready, notice, &stop, work.wait(), limit);
    println!("all done in time? {}", end.await);
    worker.db.close().await;
    print!("{counts}");
    Ok(())
}
