//! A service that is killed again and again, and one who has written down
//! what it promised.
use crate::client::{Client, Reply};
use crate::{A_WHILE, database, kitchen::Kitchen, pause, worker};
use anyhow::{Context, Result, ensure};
use axum::http::StatusCode;
use sqlx::{Row, SqlitePool, query};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const GUESTS: usize = 4;

/// What the guests know.
#[derive(Debug, Default)]
struct Notes {
    sent: usize,
    /// The order's number, by its key.
    promised: HashMap<String, i64>,
    /// Sent, and the answer never came.
    unanswered: Vec<String>,
    /// How often one of those was sent again.
    again: usize,
}

/// Starts this program as a service, kills it so many times while guests
/// place orders, lets the last one finish, and prints what is lost.
///
/// # Errors
/// Where the service cannot be started, or does not finish in time.
pub async fn run(kills: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let kitchen = Kitchen::open().await?;
    let db = database::open(folder.path()).await?;
    let notes = Arc::<Mutex<Notes>>::default();
    let mut stored_unanswered = 0;
    for kill in 0..kills {
        let starts = start(folder.path(), &kitchen);
        let (mut child, server) = soon("it does not start", starts).await??;
        let mut guests = JoinSet::new();
        for _ in 0..GUESTS {
            guests.spawn(guest(server, notes.clone()));
        }
        _ = timeout(A_WHILE, promised(&notes, fastrand::usize(5..20))).await;
        match kill % 2 {
            // At any moment between two promises,
            0 => sleep(Duration::from_micros(fastrand::u64(..3_000))).await,
            // or when something has just been stored.
            _ => soon("nothing is stored", commit(&db)).await??,
        }
        child.start_kill()?; // SIGKILL: it has no time for anything
        soon("it does not end", child.wait()).await??;
        soon("a guest waits for the dead", guests.join_all()).await?;
        let unanswered = notes.lock().unwrap().unanswered.clone();
        for key in unanswered {
            let stored = soon("the database waits", is_stored(&db, &key));
            stored_unanswered += usize::from(stored.await??);
        }
    }
    let (mut child, server) = start(folder.path(), &kitchen).await?;
    let mut client = Client::connect(server).await?;
    while let Some(key) = next_unanswered(&notes) {
        let answered = order(&mut client, &key, &notes);
        soon("it does not answer", answered).await??;
    }
    soon("it does not finish", worker::all_done(&db)).await??;
    let lost = lost(&mut client, &notes).await?;
    child.kill().await?;

    let teas = "SELECT count(*) - count(DISTINCT tea) FROM orders";
    let twice: i64 = query(teas).fetch_one(&db).await?.get(0);
    let notes = notes.lock().unwrap();
    println!("{kills} kills, {} orders promised", notes.promised.len());
    println!("promised and lost: {lost}");
    println!("sent again, without an answer before: {}", notes.again);
    println!("of these stored before: {stored_unanswered}");
    println!("stored twice: {twice}");
    println!(
        "brewed before, and asked for again: {}",
        kitchen.book().again
    );
    Ok(())
}

/// Waits for what should take a moment, and says so if it doesn't.
async fn soon<T>(
    otherwise: &'static str,
    it: impl Future<Output = T>,
) -> Result<T> {
    timeout(A_WHILE, it).await.ok().context(otherwise)
}

/// Waits until there are so many promises more.
async fn promised(notes: &Mutex<Notes>, more: usize) {
    let enough = notes.lock().unwrap().promised.len() + more;
    while notes.lock().unwrap().promised.len() < enough {
        pause(1).await;
    }
}

/// Starts this program once more, as the service.
async fn start(
    folder: &Path,
    kitchen: &Kitchen,
) -> Result<(Child, SocketAddr)> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(folder)
        .arg(kitchen.address.to_string())
        .env_remove("WORKBOOK_TIMELINE") // that is this process's
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let said = child.stdout.take().context("it is piped")?;
    let mut lines = BufReader::new(said).lines();
    let line = lines.next_line().await?.context("the service has ended")?;
    Ok((child, line.parse()?))
}

/// Places orders until the connection breaks. First come those that have
/// been sent before, with the same keys.
async fn guest(server: SocketAddr, notes: Arc<Mutex<Notes>>) {
    let Ok(mut client) = Client::connect(server).await else {
        return;
    };
    loop {
        let key = next_unanswered(&notes).unwrap_or_else(|| {
            let mut notes = notes.lock().unwrap();
            notes.sent += 1;
            format!("order {}", notes.sent)
        });
        if order(&mut client, &key, &notes).await.is_err() {
            return notes.lock().unwrap().unanswered.push(key);
        }
        pause(1).await;
    }
}

fn next_unanswered(notes: &Mutex<Notes>) -> Option<String> {
    let mut notes = notes.lock().unwrap();
    let key = notes.unanswered.pop()?;
    notes.again += 1;
    Some(key)
}

async fn order(
    client: &mut Client,
    key: &str,
    notes: &Mutex<Notes>,
) -> Result<()> {
    let Reply { status, body } = client
        .post_once("/orders", key, format!("tea of {key}"))
        .await?;
    ensure!(status == StatusCode::CREATED, "{status}: {body}");
    notes
        .lock()
        .unwrap()
        .promised
        .insert(key.to_owned(), body.parse()?);
    Ok(())
}

/// Waits until somebody else has changed the database.
async fn commit(db: &SqlitePool) -> Result<()> {
    let version = || query("PRAGMA data_version").fetch_one(db);
    let before: i64 = version().await?.get(0);
    while version().await?.get::<i64, _>(0) == before {}
    Ok(())
}

async fn is_stored(db: &SqlitePool, key: &str) -> Result<bool> {
    let select = query("SELECT id FROM orders WHERE key = ?").bind(key);
    Ok(select.fetch_optional(db).await?.is_some())
}

/// How many of the promised orders are not there, or not brewed.
async fn lost(client: &mut Client, notes: &Mutex<Notes>) -> Result<usize> {
    let promised = notes.lock().unwrap().promised.clone();
    let mut lost = 0;
    for (key, id) in promised {
        let reply = client.get(&format!("/orders/{id}")).await?;
        let wanted = format!("tea of {key}: brewed");
        lost += usize::from(reply.body != wanted);
    }
    Ok(lost)
}
