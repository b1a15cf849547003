//! The database that `DATABASE_URL` names.

use super::{
    Act, Change, Error, Locks, Op, Result, Seen, Tx,
    begun::{Left, Pg},
    change::{Version, listen},
    commit::Job,
    kept::Kept,
    lanes::{Lanes, Writer, spawn_sqlite_writer},
    migrations,
    tx::Held,
};
use crate::sealed::Vault;
use futures_util::future::BoxFuture;
use sqlx::Connection as _;
use sqlx_postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx_sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    str::FromStr,
    sync::Arc,
    time::Duration,
};
use tokio::sync::broadcast;

/// What the writer keeps of a large database in memory: 16 MiB, in SQLite's way of saying so. Nobody
/// else writes, so that it stays good; readers begin anew after every write.
const WRITER_CACHE: &str = "-16384";

/// After so many pages the log is written into the file: what changes with every write, as the end of
/// the audit log, is then written once for many.
const CHECKPOINT: &str = "4000";

/// The database. Cloning is cheap and shares the pools.
#[derive(Clone)]
pub struct Db {
    backend: Backend,
    changes: broadcast::Sender<Change>,
    seen: Arc<Seen>,
    version: Version,
    vault: Vault,
}

#[derive(Clone)]
enum Backend {
    Sqlite { readers: Kept, writer: Writer },
    Postgres { pool: PgPool, lanes: Lanes },
}

impl Db {
    /// Opens the database. SQLite is embedded: WAL, foreign keys, `synchronous=FULL` so that an
    /// answered write survives power loss (rule 4), one writer, readers in a pool of their own.
    /// PostgreSQL: a pool of `connections`.
    ///
    /// # Errors
    /// [`Error::Address`] for an address of neither kind, [`Error::Database`] where it cannot be
    /// opened.
    pub async fn open(url: &str, connections: u32) -> Result<Self> {
        let (changes, _) = broadcast::channel(1024);
        let version = Version::default();
        let backend = if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .statement_cache_capacity(512)
                // Else what a trigger may have to take back is written into a file of its own.
                .pragma("temp_store", "MEMORY")
                .busy_timeout(Duration::from_secs(10));
            // A connection to a file does not break while it waits.
            let pool = |n| {
                SqlitePoolOptions::new()
                    .max_connections(n)
                    .test_before_acquire(false)
                    .acquire_timeout(Duration::from_secs(10))
            };
            let many = connections.max(1);
            let writing = options
                .clone()
                .pragma("cache_size", WRITER_CACHE)
                .pragma("wal_autocheckpoint", CHECKPOINT);
            let write = Kept::new(pool(1).connect_with(writing).await?, 1);
            let readers = pool(many).connect_lazy_with(options.read_only(true));
            let readers = Kept::new(readers, many);
            let writer = spawn_sqlite_writer(write, version.clone(), changes.clone());
            Backend::Sqlite { readers, writer }
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?
                .statement_cache_capacity(512)
                .application_name(&process_name());
            let left = Left::default();
            let behind = left.clone();
            let pool = PgPoolOptions::new()
                .max_connections(connections.max(2))
                .acquire_timeout(Duration::from_secs(10))
                .test_before_acquire(false)
                .before_acquire(move |conn, known| {
                    let is_left = behind.covers(known.age);
                    Box::pin(async move {
                        match is_left {
                            true => Ok(false),
                            false => is_alive(conn, known.idle_for).await,
                        }
                    })
                })
                .connect_with(options)
                .await?;
            tokio::spawn(listen(pool.clone(), version.clone(), changes.clone()));
            Backend::Postgres {
                // Half of the connections are left for reading and for what takes no lane.
                lanes: Lanes::new(
                    Pg {
                        pool: pool.clone(),
                        left,
                    },
                    version.clone(),
                    connections as usize / 2,
                ),
                pool,
            }
        } else {
            return Err(Error::Address(url.to_owned()));
        };
        Ok(Self {
            backend,
            changes,
            seen: Arc::default(),
            version,
            vault: Vault::default(),
        })
    }

    /// The same database, whose secrets are sealed with this key. Without one they stay shut.
    #[must_use]
    pub fn with_vault(self, vault: Vault) -> Self {
        Self { vault, ..self }
    }

    /// What the database's secrets are sealed with.
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Applies the migrations that are missing.
    ///
    /// # Errors
    /// [`Error::Migrate`].
    pub async fn migrate(&self) -> Result<()> {
        match &self.backend {
            Backend::Sqlite { writer, .. } => {
                let mut conn = writer.connections().take().await?;
                migrations::of(false).run(&mut *conn).await?;
            }
            Backend::Postgres { pool, .. } => migrations::of(true).run(pool).await?,
        }
        Ok(())
    }

    /// Whether every migration of this program is applied.
    ///
    /// # Errors
    /// [`Error::Database`] where the database cannot be asked.
    pub async fn is_migrated(&self) -> Result<bool> {
        let mut tx = self.read().await?;
        let known = migrations::of(self.is_postgres());
        let wanted = known.iter().map(|m| m.version).max().unwrap_or(0);
        let applied: Option<(i64,)> = tx
            .sql("SELECT version FROM _sqlx_migrations WHERE version = $1")
            .bind(wanted)
            .optional()
            .await?;
        Ok(applied.is_some())
    }

    /// A connection to read from, outside any transaction.
    ///
    /// # Errors
    /// [`Error::Database`] where none is free in time.
    pub fn read(&self) -> BoxFuture<'_, Result<Tx>> {
        Box::pin(async {
            Ok(Tx::new(match &self.backend {
                Backend::Sqlite { readers, .. } => Held::SqliteReader(readers.take().await?),
                Backend::Postgres { pool, .. } => Held::PostgresReader(pool.acquire().await?),
            }))
        })
    }

    /// Runs an operation in a write transaction and answers after it is on disk. Operations that
    /// arrive together share one commit; each still succeeds or fails on its own. One that comes
    /// with the idempotency key of an act that was answered before gets that answer again.
    ///
    /// # Errors
    /// What the operation returns; nothing of it is kept then.
    /// [`domain::Refusal::IdempotencyMismatch`] where the key came with another request.
    pub async fn write<O: Op>(&self, act: &Act, locks: Locks, op: O) -> Result<O::Out> {
        let (job, answer) = Job::new(act.clone(), locks, op);
        match &self.backend {
            Backend::Sqlite { writer, .. } => writer.submit(job).await?,
            Backend::Postgres { lanes, .. } => lanes.submit(job).await?,
        }
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Rises with every change that live pages show: at once with those of this process, before
    /// they are answered; with another server's soon after.
    pub fn version(&self) -> u64 {
        self.version.get()
    }

    /// News of what changed, in this process and, on PostgreSQL, in every other one.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Who was here and is not written down yet.
    pub(crate) fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Whether this is PostgreSQL (for the few things that differ: backup, statistics).
    pub const fn is_postgres(&self) -> bool {
        matches!(self.backend, Backend::Postgres { .. })
    }

    /// Finishes what was begun and closes the connections.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite { readers, writer } => {
                readers.close().await;
                writer.connections().close().await;
            }
            Backend::Postgres { pool, .. } => pool.close().await,
        }
    }
}

/// What the connections of this process are called, so that others can be told from them.
fn process_name() -> String {
    let random = RandomState::new().build_hasher().finish();
    format!("linli-{random:016x}")
}

/// Whether a connection is good that has waited for so long. It was tested when it came back; to ask
/// again at once would be a journey for every statement that is read by itself.
async fn is_alive(conn: &mut PgConnection, idle_for: Duration) -> sqlx::Result<bool> {
    if idle_for >= Duration::from_secs(1) {
        conn.ping().await?;
    }
    Ok(true)
}
