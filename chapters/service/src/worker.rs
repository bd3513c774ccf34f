//! A worker: takes orders out of the queue, and has them brewed.
use crate::{client::Client, pause};
use anyhow::{Result, ensure};
use axum::http::StatusCode;
use sqlx::{Row, SqlitePool, query};
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// How often an order is tried before it is given up, and said so.
const TRIES: u32 = 10;

/// What a worker needs.
#[derive(Debug, Clone)]
pub struct Worker {
    pub db: SqlitePool,
    pub kitchen: SocketAddr,
    /// Who wants to hear of what is brewed.
    pub news: broadcast::Sender<i64>,
}

#[derive(Debug)]
struct Job {
    order: i64,
    tries: u32,
}

// part: recover
/// At the start: what the last life of this service had in its hands.
///
/// # Errors
/// Where the database fails.
pub async fn recover(db: &SqlitePool) -> sqlx::Result<u64> {
    let taken = "UPDATE orders SET state = 'waiting' WHERE state = 'taken'";
    Ok(query(taken).execute(db).await?.rows_affected())
}
// end: recover

// part: run
impl Worker {
    /// Works until it is told to stop, and then finishes what it has begun.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn run(self, stop: CancellationToken) -> sqlx::Result<()> {
        while !stop.is_cancelled() {
            match self.take().await? {
                Some(job) => self.work(&job).await?,
                None => _ = stop.run_until_cancelled(pause(10)).await,
            }
        }
        Ok(())
    }

    async fn work(&self, job: &Job) -> sqlx::Result<()> {
        match self.brew(job).await {
            Ok(()) => {
                let done = "UPDATE orders SET state = 'brewed' WHERE id = ?";
                query(done).bind(job.order).execute(&self.db).await?;
                tracing::info!(order = job.order, "brewed");
                _ = self.news.send(job.order); // nobody may be listening
            }
            Err(error) => {
                tracing::warn!(order = job.order, %error, "tried again");
                self.put_back(job).await?;
            }
        }
        Ok(())
    }
    // end: run

    // part: take
    /// Takes the next order that is due: no other worker gets it, too.
    async fn take(&self) -> sqlx::Result<Option<Job>> {
        let take = query(
            "UPDATE orders SET state = 'taken' WHERE id =
               (SELECT id FROM orders WHERE state = 'waiting' AND due <= ?
                ORDER BY due, id LIMIT 1)
             RETURNING id, tries",
        );
        let row = take.bind(now()).fetch_optional(&self.db).await?;
        Ok(row.map(|row| Job {
            order: row.get(0),
            tries: row.get(1),
        }))
    }

    async fn brew(&self, job: &Job) -> Result<()> {
        let mut kitchen = Client::connect(self.kitchen).await?;
        let reply = kitchen.post(&format!("/brew/{}", job.order), "").await?;
        ensure!(reply.status == StatusCode::OK, "the kitchen is busy");
        Ok(())
    }

    /// Puts it back for later: each wait is twice the last, or so.
    async fn put_back(&self, job: &Job) -> sqlx::Result<()> {
        let tries = job.tries + 1;
        let state = if tries < TRIES { "waiting" } else { "failed" };
        let wait = fastrand::i64(0..20 << tries);
        query("UPDATE orders SET state = ?, tries = ?, due = ? WHERE id = ?")
            .bind(state)
            .bind(tries)
            .bind(now() + wait)
            .bind(job.order)
            .execute(&self.db)
            .await?;
        Ok(())
    }
    // end: take
}

/// Milliseconds since 1970: a clock that goes on while nobody runs.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("it is later than 1970").as_millis() as i64
}

/// How many orders are in this state.
///
/// # Errors
/// Where the database fails.
pub async fn count(db: &SqlitePool, state: &str) -> sqlx::Result<i64> {
    let count = query("SELECT count(*) FROM orders WHERE state = ?");
    Ok(count.bind(state).fetch_one(db).await?.get(0))
}

/// Waits until no order is left in the queue.
///
/// # Errors
/// Where the database fails.
pub async fn all_done(db: &SqlitePool) -> sqlx::Result<()> {
    while count(db, "waiting").await? + count(db, "taken").await? > 0 {
        pause(10).await;
    }
    Ok(())
}
