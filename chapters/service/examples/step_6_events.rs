//! A listener hears of each order that is brewed, and leaves. Who notices?
use axum::http::Request;
use http_body_util::{BodyExt, Full};
use service::worker::Worker;
use service::{A_WHILE, client::Client, database, events, kitchen::Kitchen};
use service::{load, orders, pause, serve};
use tokio::{sync::broadcast, time::timeout};
use tokio_util::sync::CancellationToken;

async fn listen(mut client: Client, until: usize) -> anyhow::Result<usize> {
    let request = Request::get("/events").header("host", "tea");
    let mut news = client.send(request.body(Full::default())?).await?;
    let mut heard = 0;
    while heard < until {
        let Some(frame) = news.frame().await else {
            break;
        };
        let bytes = frame?.into_data().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        if heard == 0 {
            println!("{}", text.trim_end());
        }
        heard += text.matches("event: brewed").count();
    }
    Ok(heard) // and the connection is closed
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let db = database::open(folder.path()).await?;
    let kitchen = Kitchen::open().await?;
    let (news, _) = broadcast::channel(1024);
    let service =
        orders::routes(db.clone()).merge(events::routes(news.clone()));
    let server = serve(service).await?;

    let listener = listen(Client::connect(server).await?, 500);
    let listener = tokio::spawn(timeout(A_WHILE, listener));
    while news.receiver_count() == 0 {
        pause(10).await;
    }
    let worker = Worker {
        db,
        kitchen: kitchen.address,
        news: news.clone(),
    };
    for _ in 0..2 {
        tokio::spawn(worker.clone().run(CancellationToken::new()));
    }
    println!("{}", load::run(server).await);
    println!("the listener has heard of {} orders", listener.await???);
    while news.receiver_count() > 0 {
        pause(10).await;
    }
    println!("the service has no listener");
    Ok(())
}
