//! Temporary databases for tests: every test of the store runs on SQLite and on PostgreSQL.
#![allow(clippy::expect_used, reason = "a test that cannot be set up fails")]

use crate::{Act, Db, Ids, Locks, Op, Result, Tx, sealed::Vault};
use domain::{access::Caller, time::Timestamp};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

/// The key that the secrets of all test databases are sealed with.
pub const KEY: [u8; 32] = [5; 32];

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A database of its own, gone when dropped.
pub struct TestDb {
    /// The database, migrated.
    pub db: Db,
    /// Its address, for a second process or pool.
    pub url: String,
    folder: Option<PathBuf>,
}

fn name() -> String {
    format!(
        "linli_test_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// A SQLite database in a temporary folder.
pub async fn sqlite() -> TestDb {
    migrated(empty_sqlite().await).await
}

/// The same, without any table.
pub async fn empty_sqlite() -> TestDb {
    let folder = std::env::temp_dir().join(name());
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let url = format!("sqlite://{}/linli.sqlite", folder.display());
    open(url, Some(folder)).await
}

/// A fresh database in the PostgreSQL cluster that `LINLI_TEST_POSTGRES` names
/// (`app/store/with-postgres` starts one).
///
/// # Panics
/// Where there is none: a test without PostgreSQL fails, it is not skipped.
pub async fn postgres() -> TestDb {
    migrated(empty_postgres().await).await
}

/// The same, without any table.
///
/// # Panics
/// As [`postgres`].
pub async fn empty_postgres() -> TestDb {
    let base = std::env::var("LINLI_TEST_POSTGRES").expect(
        "LINLI_TEST_POSTGRES is not set: run tests through `make test` or `app/store/with-postgres cargo test`",
    );
    let name = name();
    let admin = sqlx_postgres::PgPool::connect(&format!("{base}/postgres"))
        .await
        .expect("PostgreSQL answers");
    let drop = format!("DROP DATABASE IF EXISTS {name}");
    let create = format!("CREATE DATABASE {name}");
    for statement in [drop, create] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&admin)
            .await
            .expect("a test database");
    }
    admin.close().await;
    open(format!("{base}/{name}"), None).await
}

async fn open(url: String, folder: Option<PathBuf>) -> TestDb {
    let db = Db::open(&url, 8).await.expect("the database opens");
    let db = db.with_vault(Vault::new(&KEY));
    TestDb { db, url, folder }
}

async fn migrated(test: TestDb) -> TestDb {
    crate::migrate(&test.db)
        .await
        .expect("the migrations apply");
    test
}

struct Statements(Vec<String>);

#[async_trait::async_trait]
impl Op for Statements {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _act: &Act) -> Result<()> {
        for statement in &self.0 {
            tx.sql_built(statement.clone()).run().await?;
        }
        Ok(())
    }
}

impl TestDb {
    /// Runs statements in one transaction, to arrange what a test begins with.
    pub async fn arrange(&self, statements: Vec<String>) {
        let act = Act::new(Caller::system(), Timestamp(0), Ids::none());
        self.db
            .write(&act, Locks::none(), Statements(statements))
            .await
            .expect("the statements run");
    }

    /// Why the database refuses to write that; a connection that only reads would refuse everything.
    pub async fn refusal_of(&self, statement: &str) -> String {
        let act = Act::new(Caller::system(), Timestamp(0), Ids::none());
        let write = Statements(vec![statement.to_owned()]);
        let refused = self.db.write(&act, Locks::none(), write).await;
        refused.expect_err(statement).to_string()
    }

    /// Applies the migrations up to that one, as an earlier version of the program did.
    pub async fn migrate_to(&self, version: i64) {
        let migrations = crate::engine::migrations::of(self.db.is_postgres());
        if self.db.is_postgres() {
            let pool = sqlx_postgres::PgPool::connect(&self.url).await;
            let pool = pool.expect("PostgreSQL answers");
            let done = migrations.run_to(version, &pool).await;
            done.expect("the migrations apply");
            pool.close().await;
        } else {
            let pool = sqlx_sqlite::SqlitePool::connect(&self.url).await;
            let pool = pool.expect("the database opens");
            let done = migrations.run_to(version, &pool).await;
            done.expect("the migrations apply");
            pool.close().await;
        }
    }

    /// The number of the newest migration.
    pub fn newest_migration(&self) -> Option<i64> {
        let migrations = crate::engine::migrations::of(self.db.is_postgres());
        migrations.iter().map(|m| m.version).max()
    }

    /// The only number of a query.
    pub async fn number(&self, query: &str) -> i64 {
        let mut tx = self.db.read().await.expect("a connection");
        let (number,): (i64,) = tx
            .sql_built(query.to_owned())
            .one()
            .await
            .expect("a number");
        number
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // What cannot be removed is the temporary folder's to clean up.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// Makes two tests of one: `on_both_databases!(a_sentence, async |db: TestDb| { … });`
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* $name:ident => $body:path,)+) => {
        mod sqlite {
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread")] async fn $name() { $body($crate::testing::sqlite().await).await; })+
        }
        mod postgres {
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread")] async fn $name() { $body($crate::testing::postgres().await).await; })+
        }
    };
}

/// What a rule decided: an answer or a refusal.
///
/// # Panics
/// Where the database failed.
pub fn decided<T>(result: Result<T>) -> crate::Outcome<T> {
    match result {
        Ok(answer) => Ok(answer),
        Err(crate::Error::Refused(refusal)) => Err(refusal),
        Err(error) => panic!("{error}"),
    }
}
