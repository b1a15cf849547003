//! The databases under test: SQLite in a file, PostgreSQL in a temporary cluster.

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use sqlx::{AssertSqlSafe, Connection};
use sqlx_postgres::PgConnection;
use sqlx_sqlite::SqliteConnection;
use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};
use store::{Db, sealed::Vault};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// An empty database, gone when dropped.
pub(crate) struct Base {
    pub(crate) kind: Kind,
    pub(crate) url: String,
    folder: PathBuf,
}

/// What the databases' secrets are sealed with. No secret, so for throwaway databases only.
const KEY: [u8; 32] = [7; 32];

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Base {
    /// A fresh one. PostgreSQL is the cluster that `LINLI_TEST_POSTGRES` names.
    pub(crate) async fn create(kind: Kind) -> Result<Self> {
        let name = format!(
            "linli_load_{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        // Next to the build: a temporary folder may be in memory, where a sync costs nothing.
        let folder = PathBuf::from("target").join(&name);
        std::fs::create_dir_all(&folder)?;
        let folder = folder.canonicalize()?;
        std::fs::write(folder.join("linli.key"), HEXLOWER.encode(&KEY))?;
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}/linli.sqlite", folder.display()),
            Kind::Postgres => {
                let cluster = cluster()?;
                let mut admin = PgConnection::connect(&format!("{cluster}/postgres")).await?;
                let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
                sqlx::raw_sql(create).execute(&mut admin).await?;
                admin.close().await?;
                format!("{cluster}/{name}")
            }
        };
        Ok(Self { kind, url, folder })
    }

    /// Where its key is, for a program of its own.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.join("linli.key")
    }

    /// Opens it with its key.
    pub(crate) async fn open(&self, connections: u32) -> Result<Db> {
        Ok(Db::open(&self.url, connections)
            .await?
            .with_vault(Vault::new(&KEY)))
    }

    /// Runs several statements at once.
    pub(crate) async fn run(&self, text: String) -> Result<()> {
        match self.kind {
            Kind::Sqlite => {
                let mut conn = SqliteConnection::connect(&self.url).await?;
                sqlx::raw_sql(AssertSqlSafe(text))
                    .execute(&mut conn)
                    .await?;
                conn.close().await?;
            }
            Kind::Postgres => {
                let mut conn = PgConnection::connect(&self.url).await?;
                sqlx::raw_sql(AssertSqlSafe(text))
                    .execute(&mut conn)
                    .await?;
                conn.close().await?;
            }
        }
        Ok(())
    }

    /// The two texts of the first row.
    pub(crate) async fn texts(&self, text: &str) -> Result<(String, String)> {
        let text = AssertSqlSafe(text.to_owned());
        Ok(match self.kind {
            Kind::Sqlite => {
                let mut conn = SqliteConnection::connect(&self.url).await?;
                sqlx::query_as(text).fetch_one(&mut conn).await?
            }
            Kind::Postgres => {
                let mut conn = PgConnection::connect(&self.url).await?;
                sqlx::query_as(text).fetch_one(&mut conn).await?
            }
        })
    }

    /// The texts of a query's only column.
    pub(crate) async fn column(&self, text: &str) -> Result<Vec<String>> {
        let text = AssertSqlSafe(text.to_owned());
        Ok(match self.kind {
            Kind::Sqlite => {
                let mut conn = SqliteConnection::connect(&self.url).await?;
                sqlx::query_scalar(text).fetch_all(&mut conn).await?
            }
            Kind::Postgres => {
                let mut conn = PgConnection::connect(&self.url).await?;
                sqlx::query_scalar(text).fetch_all(&mut conn).await?
            }
        })
    }

    /// The only number of a query.
    pub(crate) async fn number(&self, text: &str) -> Result<i64> {
        let text = AssertSqlSafe(text.to_owned());
        Ok(match self.kind {
            Kind::Sqlite => {
                let mut conn = SqliteConnection::connect(&self.url).await?;
                sqlx::query_scalar(text).fetch_one(&mut conn).await?
            }
            Kind::Postgres => {
                let mut conn = PgConnection::connect(&self.url).await?;
                sqlx::query_scalar(text).fetch_one(&mut conn).await?
            }
        })
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        // `target` is cleaned up sooner or later.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The address of the temporary cluster, without a database.
pub(crate) fn cluster() -> Result<String> {
    std::env::var("LINLI_TEST_POSTGRES")
        .context("run this through app/store/with-postgres, which starts PostgreSQL")
}

/// The port of the temporary cluster.
pub(crate) fn cluster_port() -> Result<u16> {
    let address = cluster()?;
    let (_, port) = address
        .rsplit_once(':')
        .context("a port in LINLI_TEST_POSTGRES")?;
    Ok(port.parse()?)
}
