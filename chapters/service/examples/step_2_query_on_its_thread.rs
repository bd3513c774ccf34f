//! A query that computes for a while. Watch who has the thread meanwhile.
use service::{database, pause};
use sqlx::{Row, SqlitePool, query};
use std::time::Instant;
use timeline::LaneExt;

const COUNT: &str = "WITH RECURSIVE counted(n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 1000000
) SELECT sum(n) FROM counted";

async fn count(db: SqlitePool) -> sqlx::Result<i64> {
    Ok(query(COUNT).fetch_one(&db).await?.get(0))
}

async fn ticks() -> u32 {
    let began = Instant::now();
    for n in 1.. {
        pause(20).await;
        if began.elapsed().as_millis() > 500 {
            return n;
        }
    }
    unreachable!("there are more numbers than ticks");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let one = count(database::open(folder.path()).await?);
    let two = count(database::open(folder.path()).await?);
    let (one, two, ticks) = tokio::join!(
        one.lane("query 1"),
        two.lane("query 2"),
        ticks().lane("ticks")
    );
    println!("query 1: {}", one?);
    println!("query 2: {}", two?);
    println!("main: {ticks} ticks in half a second");
    Ok(())
}
