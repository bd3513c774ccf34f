//! The database: a file, and one connection, for which all wait in turn.
use anyhow::Result;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use std::path::Path;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    key TEXT UNIQUE,                       -- by which it is known again
    tea TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', -- taken, brewed, failed
    tries INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL DEFAULT 0         -- not before, ms since 1970
) STRICT;
CREATE INDEX IF NOT EXISTS next_due ON orders (due)
WHERE state = 'waiting';
";

/// # Errors
/// Where the folder is not there, or the file in it is no database.
pub async fn open(folder: &Path) -> Result<SqlitePool> {
    open_with(folder, SqliteSynchronous::Full).await
}

/// # Errors
/// Where the folder is not there, or the file in it is no database.
pub async fn open_with(
    folder: &Path,
    synchronous: SqliteSynchronous,
) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("orders.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous);
    let pool = SqlitePoolOptions::new().max_connections(1);
    let db = pool.connect_with(options).await?;
    sqlx::raw_sql(TABLES).execute(&db).await?;
    Ok(db)
}
