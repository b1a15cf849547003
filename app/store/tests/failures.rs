//! What fails is thrown away, and the next one finds a database that works (C-185), on both
//! databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::*;
use std::time::Duration;
use store::{Act, Change, Error, Locks, Op, Result, Tx, testing::TestDb};

/// Runs these statements, and then ends as told.
struct Says {
    statements: Vec<&'static str>,
    end: End,
}

enum End {
    Well,
    Refused,
    Panic,
}

#[async_trait::async_trait]
impl Op for Says {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        for statement in &self.statements {
            tx.sql(statement).run().await?;
        }
        match self.end {
            End::Well => Ok(()),
            End::Refused => Err(domain::Refusal::Full.into()),
            End::Panic => panic!("an operation panics, as this test wants it to"),
        }
    }
}

async fn says(test: &TestDb, statements: &[&'static str], end: End) -> Result<()> {
    let op = Says {
        statements: statements.to_vec(),
        end,
    };
    test.db.write(&social_worker(), Locks::none(), op).await
}

const WRITE: &str = "INSERT INTO setting (name, value) VALUES ('a', '1')
    ON CONFLICT (name) DO UPDATE SET value = '2'";

/// Whether writing works, several times over.
async fn works(test: &TestDb) {
    for _ in 0..3 {
        says(test, &[WRITE], End::Well).await.unwrap();
    }
}

async fn c185_a_panic_ends_nothing_but_its_own_operation(test: TestDb) {
    let ended = says(&test, &[WRITE], End::Panic).await;
    assert!(matches!(ended, Err(Error::Panicked)), "{ended:?}");
    assert_eq!(test.number("SELECT COUNT(*) FROM setting").await, 0);
    // Also among others that share its transaction.
    let all: Vec<_> = (0..30)
        .map(|n| {
            let end = if n % 3 == 0 { End::Panic } else { End::Well };
            says(&test, &[WRITE], end)
        })
        .collect();
    let ended = futures_util::future::join_all(all).await;
    for (n, ended) in ended.into_iter().enumerate() {
        assert_eq!(ended.is_ok(), n % 3 != 0, "{n}: {ended:?}");
    }
    works(&test).await;
}

async fn c185_a_commit_that_fails_is_nobody_elses(test: TestDb) {
    // The transaction has ended before it is committed, or rolled back.
    for (ending, end) in [
        ("COMMIT", End::Well),
        ("ROLLBACK", End::Well),
        ("COMMIT", End::Refused),
        ("ROLLBACK", End::Refused),
    ] {
        let _ = says(&test, &[WRITE, ending], end).await;
        works(&test).await;
    }
}

store::on_both_databases! {
    c185_a_panic_ends_nothing_but_its_own_operation => super::c185_a_panic_ends_nothing_but_its_own_operation,
    c185_a_commit_that_fails_is_nobody_elses => super::c185_a_commit_that_fails_is_nobody_elses,
}

#[tokio::test(flavor = "multi_thread")]
async fn c185_a_full_disk_ends_when_there_is_room_again_on_sqlite() {
    let test = store::testing::sqlite().await;
    works(&test).await;
    // As if the disk had no room but for what is there: the limit is the connection's own.
    let fill = "INSERT INTO setting (name, value) VALUES ('big', hex(zeroblob(20000000)))";
    let full = says(&test, &["PRAGMA max_page_count = 200", fill], End::Well).await;
    assert!(matches!(full, Err(Error::Unavailable(_))), "{full:?}");
    works(&test).await;
    let big = "SELECT COUNT(*) FROM setting WHERE name = 'big'";
    assert_eq!(test.number(big).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn c185_a_begin_that_fails_is_tried_anew_on_sqlite() {
    let test = store::testing::sqlite().await;
    says(&test, &["PRAGMA busy_timeout = 0"], End::Well)
        .await
        .unwrap();
    let other = sqlx_sqlite::SqlitePool::connect(&test.url).await.unwrap();
    let held = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let busy = says(&test, &[WRITE], End::Well).await;
    assert!(matches!(busy, Err(Error::Unavailable(_))), "{busy:?}");
    held.rollback().await.unwrap();
    works(&test).await;
}

/// Ends every connection of the database but the one that asks, and waits until they are gone.
async fn cut_all(test: &TestDb) {
    let pool = sqlx_postgres::PgPool::connect(&test.url).await.unwrap();
    sqlx::query(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
}

/// Leaves as many connections waiting as there may be.
async fn fill_pool(test: &TestDb) {
    let mut all = Vec::new();
    let more = || tokio::time::timeout(Duration::from_millis(200), test.db.read());
    while let Ok(Ok(tx)) = more().await {
        all.push(tx);
    }
    assert!(all.len() > 3, "{} at once", all.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn c185_a_server_that_was_lost_or_takes_no_writes_is_left_on_postgres() {
    let test = store::testing::postgres().await;
    works(&test).await;
    fill_pool(&test).await;
    cut_all(&test).await;
    works(&test).await;
    let pool = sqlx_postgres::PgPool::connect(&test.url).await.unwrap();
    let name: String = sqlx::query_scalar("SELECT CAST(current_database() AS TEXT)")
        .fetch_one(&pool)
        .await
        .unwrap();
    let alter = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    sqlx::raw_sql(sqlx::AssertSqlSafe(alter))
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    cut_all(&test).await;
    works(&test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c197_after_a_gap_everything_is_announced_as_changed_on_postgres() {
    let test = store::testing::postgres().await;
    works(&test).await;
    let mut changes = test.db.changes();
    let heard = async |changes: &mut tokio::sync::broadcast::Receiver<Change>| {
        let anything = async {
            loop {
                if changes.recv().await.unwrap() == Change::Anything {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), anything).await
    };
    // It may have been said of the first connection already.
    let _ = tokio::time::timeout(Duration::from_millis(500), changes.recv()).await;
    let before = test.db.version();
    cut_all(&test).await;
    heard(&mut changes).await.expect("the gap is announced");
    assert!(test.db.version() > before);
}
