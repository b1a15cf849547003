//! The baselines: a handler that returns a prepared page, and a transaction that counts, inserts and
//! commits, with the same promise that whatever was answered is on disk.

use crate::{
    base::{Base, Kind},
    crowd,
    direct::{Meter, Pace},
};
use anyhow::Result;
use axum::{Router, response::Html, routing::get};
use sqlx::Connection;
use sqlx_postgres::PgConnection;
use sqlx_sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

/// How many operations share a commit in the grouped run, as in the store.
pub(crate) const GROUP: usize = 128;
/// Connections to PostgreSQL; the store opens as many.
const CLIENTS: usize = 16;

/// Serves 10 kB of prepared HTML until the process ends.
pub(crate) async fn serve_page(address: &str) -> Result<()> {
    let page: &'static str = Box::leak(
        format!(
            "<!doctype html><title>邻里站</title><p>{}",
            "0123456789abcde\n".repeat(637)
        )
        .into_boxed_str(),
    );
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(
        listener,
        Router::new().route("/", get(move || async move { Html(page) })),
    )
    .await?;
    Ok(())
}

const TABLES: &str = "
    CREATE TABLE sitting (id TEXT PRIMARY KEY, capacity BIGINT NOT NULL);
    CREATE TABLE place (id TEXT PRIMARY KEY, sitting TEXT NOT NULL REFERENCES sitting (id),
        person TEXT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL);
    CREATE INDEX place_by_sitting ON place (sitting, state);";

const COUNT: &str = "SELECT COUNT(*) FROM place WHERE sitting = $1 AND state = 'confirmed'";
const INSERT: &str =
    "INSERT INTO place (id, sitting, person, state, at) VALUES ($1, $2, $3, 'confirmed', $4)";

/// An attempt: who books which date, and how many places there are.
type Wish = fn(usize) -> (usize, usize, usize);

/// Everybody gets a place.
pub(crate) fn spread(k: usize) -> (usize, usize, usize) {
    let (person, of) = crowd::spread(k);
    (person, of, usize::MAX)
}

/// Everybody wants the same date, round after round.
pub(crate) fn hot(k: usize) -> (usize, usize, usize) {
    let round = (k / crowd::PEOPLE) % crowd::HOT;
    (k % crowd::PEOPLE, crowd::SPREAD + round, crowd::HOT_PLACES)
}

fn row_id(k: usize) -> String {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + k as u128).to_string()
}

/// Measures with `group` operations per commit until time is up.
pub(crate) async fn measure(kind: Kind, wish: Wish, group: usize, limit: Duration) -> Result<Pace> {
    let base = Base::create(kind).await?;
    match kind {
        Kind::Sqlite => sqlite(&base, wish, group, limit).await,
        Kind::Postgres => postgres(&base, wish, group, limit).await,
    }
}

fn sittings() -> String {
    (0..crowd::SPREAD + crowd::HOT)
        .map(|n| {
            format!(
                "INSERT INTO sitting (id, capacity) VALUES ('{}', 60);",
                crowd::occurrence(n)
            )
        })
        .collect()
}

/// One connection, one operation after another: SQLite has one writer.
async fn sqlite(base: &Base, wish: Wish, group: usize, limit: Duration) -> Result<Pace> {
    let options = SqliteConnectOptions::from_str(&base.url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    let mut conn = SqliteConnection::connect_with(&options).await?;
    let arrange = format!("BEGIN; {TABLES} {} COMMIT;", sittings());
    sqlx::raw_sql(sqlx::AssertSqlSafe(arrange))
        .execute(&mut conn)
        .await?;
    let meter = Meter::start(std::process::id(), base.kind)?;
    let begun = Instant::now();
    let (mut tried, mut booked) = (0, 0);
    while begun.elapsed() < limit && tried + group <= crowd::SPREAD_ATTEMPTS {
        let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
        for _ in 0..group {
            let (person, of, places) = wish(tried);
            let sitting = crowd::occurrence(of);
            let taken: i64 = sqlx::query_scalar(COUNT)
                .bind(sitting.as_str())
                .fetch_one(&mut *tx)
                .await?;
            if (taken as usize) < places {
                sqlx::query(INSERT)
                    .bind(row_id(tried))
                    .bind(sitting.as_str())
                    .bind(crowd::account(person).as_str())
                    .bind(crowd::NOW.0)
                    .execute(&mut *tx)
                    .await?;
                booked += 1;
            }
            tried += 1;
        }
        tx.commit().await?;
    }
    let pace = meter.stop(tried, booked);
    conn.close().await?;
    pace
}

/// Several clients. The date's row is locked, so nothing is sold twice.
async fn postgres(base: &Base, wish: Wish, group: usize, limit: Duration) -> Result<Pace> {
    base.run(format!("BEGIN; {TABLES} {} COMMIT;", sittings()))
        .await?;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(PgConnection::connect(&base.url).await?);
    }
    let next = Arc::new(AtomicUsize::new(0));
    let meter = Meter::start(std::process::id(), base.kind)?;
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for mut conn in clients {
        let next = next.clone();
        tasks.spawn(async move {
            let (mut tried, mut booked) = (0, 0);
            while begun.elapsed() < limit {
                let first = next.fetch_add(group, Ordering::Relaxed);
                if first + group > crowd::SPREAD_ATTEMPTS {
                    break;
                }
                booked += client(&mut conn, wish, first..first + group).await?;
                tried += group;
            }
            // Kept open until its process's clocks have been read.
            anyhow::Ok((tried, booked, conn))
        });
    }
    let (mut tried, mut booked, mut open) = (0, 0, Vec::new());
    for done in tasks.join_all().await {
        let (t, b, conn) = done?;
        tried += t;
        booked += b;
        open.push(conn);
    }
    meter.stop(tried, booked)
}

async fn client(
    conn: &mut PgConnection,
    wish: Wish,
    attempts: std::ops::Range<usize>,
) -> Result<usize> {
    let mut tx = conn.begin().await?;
    let mut booked = 0;
    let mut sittings: Vec<usize> = attempts.clone().map(|k| wish(k).1).collect();
    sittings.sort_unstable();
    sittings.dedup();
    let sittings: Vec<String> = sittings
        .into_iter()
        .map(|of| crowd::occurrence(of).to_string())
        .collect();
    sqlx::query("SELECT id FROM sitting WHERE id = ANY($1) ORDER BY id FOR UPDATE")
        .bind(sittings)
        .execute(&mut *tx)
        .await?;
    for k in attempts {
        let (person, of, places) = wish(k);
        let sitting = crowd::occurrence(of);
        let taken: i64 = sqlx::query_scalar(COUNT)
            .bind(sitting.as_str())
            .fetch_one(&mut *tx)
            .await?;
        if (taken as usize) < places {
            sqlx::query(INSERT)
                .bind(row_id(k))
                .bind(sitting.as_str())
                .bind(crowd::account(person).as_str())
                .bind(crowd::NOW.0)
                .execute(&mut *tx)
                .await?;
            booked += 1;
        }
    }
    tx.commit().await?;
    Ok(booked)
}
