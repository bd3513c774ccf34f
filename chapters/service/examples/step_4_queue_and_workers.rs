//! Two workers, and a kitchen that is busy now and then. Count the orders.
use service::worker::{self, Worker};
use service::{A_WHILE, serve};
use service::{database, kitchen::Kitchen, limits::limited, load, orders};
use std::time::Duration;
use tokio::{sync::broadcast, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let db = database::open(folder.path()).await?;
    let kitchen = Kitchen::open().await?;
    let (news, _) = broadcast::channel(16);
    let (stop, mut workers) = (CancellationToken::new(), JoinSet::new());
    let worker = Worker {
        db: db.clone(),
        kitchen: kitchen.address,
        news,
    };
    worker::recover(&db).await?;
    for _ in 0..2 {
        workers.spawn(worker.clone().run(stop.clone()));
    }
    let service = orders::routes(db.clone());
    let service = limited(service, 32, Duration::from_secs(1));
    let server = serve(service).await?;
    println!("{}", load::run(server).await);

    println!("waiting: {}", worker::count(&db, "waiting").await?);
    timeout(A_WHILE, worker::all_done(&db)).await??;
    stop.cancel();
    while let Some(worker) = workers.join_next().await {
        worker.expect("a worker does not panic")?;
    }
    println!("brewed: {}", worker::count(&db, "brewed").await?);
    println!("the kitchen was busy: {}", kitchen.book().busy);
    Ok(())
}
