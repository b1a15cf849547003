//! Connections to read from that stay at hand. A pool tests each connection that is given back to
//! it, which costs as much as the one statement that most readers ask; a few are therefore kept
//! here, if nothing was amiss with them.

use crate::{Error, Result};
use sqlx::{Connection, Database, Pool, pool::PoolConnection};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// A connection that has waited for so long is asked first whether it is still good.
const TRUSTED: Duration = Duration::from_secs(1);

/// A pool, and those of its connections that stay at hand. Cloning is cheap and shares them.
pub(crate) struct Readers<DB: Database> {
    pool: Pool<DB>,
    hall: Arc<Hall<DB>>,
}

impl<DB: Database> Clone for Readers<DB> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            hall: Arc::clone(&self.hall),
        }
    }
}

struct Hall<DB: Database> {
    waiting: Mutex<Vec<(PoolConnection<DB>, Instant)>>,
    most: usize,
    is_closed: AtomicBool,
}

impl<DB: Database> Hall<DB> {
    fn take(&self) -> Option<(PoolConnection<DB>, Instant)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.pop()
    }

    /// Keeps a connection; one for which there is no room goes back to its pool.
    fn keep(&self, conn: PoolConnection<DB>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < self.most && !self.is_closed.load(Ordering::Acquire) {
            waiting.push((conn, Instant::now()));
        }
    }
}

impl<DB: Database> Drop for Hall<DB> {
    fn drop(&mut self) {
        // Giving them back needs a runtime, which may be gone by now; they just end.
        let waiting = self
            .waiting
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        for (conn, _) in waiting.drain(..) {
            drop(conn.leak());
        }
    }
}

impl<DB: Database> Readers<DB> {
    /// Of the pool's connections at most so many stay at hand.
    pub(crate) fn new(pool: Pool<DB>, most: u32) -> Self {
        let hall = Hall {
            waiting: Mutex::new(Vec::new()),
            most: usize::try_from(most).unwrap_or(0),
            is_closed: AtomicBool::new(false),
        };
        Self {
            pool,
            hall: Arc::new(hall),
        }
    }

    /// A connection, as the pool gives one.
    ///
    /// # Errors
    /// [`Error::Database`] where none is free in time.
    pub(crate) async fn acquire(&self) -> Result<Reader<DB>> {
        let conn = loop {
            match self.hall.take() {
                None => break self.pool.acquire().await?,
                Some((conn, since)) if since.elapsed() < TRUSTED => break conn,
                Some((mut conn, _)) => match conn.ping().await {
                    Ok(()) => break conn,
                    // A broken one ends here.
                    Err(_) => drop(conn.leak()),
                },
            }
        };
        Ok(Reader {
            conn: Some(conn),
            hall: Arc::clone(&self.hall),
            is_whole: true,
        })
    }

    /// Keeps none any more and closes the pool.
    pub(crate) async fn close(&self) {
        self.hall.is_closed.store(true, Ordering::Release);
        while let Some((conn, _)) = self.hall.take() {
            drop(conn);
        }
        self.pool.close().await;
    }
}

/// A connection to read from. It is kept at hand afterwards, unless a statement failed or was given
/// up half-way: then the pool looks at it.
pub(crate) struct Reader<DB: Database> {
    conn: Option<PoolConnection<DB>>,
    hall: Arc<Hall<DB>>,
    is_whole: bool,
}

impl<DB: Database> Reader<DB> {
    /// The connection, for a statement that is begun.
    ///
    /// # Errors
    /// Never while the reader stands.
    pub(crate) fn begin(&mut self) -> Result<&mut DB::Connection> {
        self.is_whole = false;
        let conn = self.conn.as_deref_mut();
        conn.ok_or(Error::Corrupt("connection"))
    }

    /// The statement has come to its end.
    pub(crate) const fn end(&mut self) {
        self.is_whole = true;
    }
}

impl<DB: Database> Drop for Reader<DB> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take()
            && self.is_whole
        {
            self.hall.keep(conn);
        }
    }
}
