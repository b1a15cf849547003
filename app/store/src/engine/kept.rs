//! SQLite's connections, kept open between uses. The pool that opens them would ask each, whenever it
//! comes back, whether it still answers: two changes between threads that a connection to a file
//! does not need, a fifth of what a short read costs.

use super::Result;
use sqlx::pool::PoolConnection;
use sqlx_sqlite::{Sqlite, SqliteConnection, SqlitePool};
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How long somebody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many connections at most.
#[derive(Clone)]
pub(super) struct Kept {
    pool: SqlitePool,
    free: Arc<Mutex<Vec<PoolConnection<Sqlite>>>>,
    turns: Arc<Semaphore>,
}

/// A connection, given back when dropped.
pub(super) struct Lent {
    /// There until it is dropped.
    conn: Option<PoolConnection<Sqlite>>,
    kept: Kept,
    is_good: bool,
    _turn: OwnedSemaphorePermit,
}

impl Kept {
    pub(super) fn new(pool: SqlitePool, many: u32) -> Self {
        Self {
            pool,
            free: Arc::default(),
            turns: Arc::new(Semaphore::new(many as usize)),
        }
    }

    /// One that is free, or a new one.
    pub(super) async fn take(&self) -> Result<Lent> {
        let turn = timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let turn = turn.map_err(|_| sqlx::Error::PoolClosed)?;
        // The guard must be gone before anything is awaited.
        let free = self.lock().pop();
        let conn = match free {
            Some(conn) if !self.pool.is_closed() => conn,
            _ => self.pool.acquire().await?,
        };
        Ok(Lent {
            conn: Some(conn),
            kept: self.clone(),
            is_good: true,
            _turn: turn,
        })
    }

    /// Closes them all, those that are lent when they come back.
    pub(super) async fn close(&self) {
        let closing = self.pool.close();
        self.lock().clear();
        closing.await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<PoolConnection<Sqlite>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    /// It is closed instead of being given back.
    pub(super) fn spoil(&mut self) {
        self.is_good = false;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else {
            return;
        };
        if !self.is_good {
            conn.close_on_drop();
        } else if !self.kept.pool.is_closed() {
            self.kept.lock().push(conn);
        }
    }
}

/// What a connection that was taken derefs to.
const LENT: &str = "a connection is there until it is dropped";

impl Deref for Lent {
    type Target = SqliteConnection;
    #[expect(clippy::expect_used, reason = "only dropping takes it out")]
    fn deref(&self) -> &SqliteConnection {
        self.conn.as_ref().expect(LENT)
    }
}

impl DerefMut for Lent {
    #[expect(clippy::expect_used, reason = "only dropping takes it out")]
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.conn.as_mut().expect(LENT)
    }
}
