//! Group commit: write operations that arrive together share one transaction and one fsync, each
//! behind a savepoint of its own.
//!
//! SQLite has one writer, so all of its operations stand in one line. PostgreSQL has a line (a
//! lane) for each occurrence; what names no occurrence runs alone. Locks are taken in one fixed
//! order, accounts and then occurrences, each by id (C-06), before the first read (C-03).

use crate::{
    Error, Result,
    db::{Change, notify},
    error::Need,
    tx::{Held, Tx},
};
use domain::id::{AccountId, OccurrenceId};
use futures_util::future::BoxFuture;
use sqlx::{PgPool, SqlitePool};
use std::{
    collections::{BTreeSet, HashMap},
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{broadcast, mpsc, oneshot};

/// Most operations that share a commit.
const BATCH: usize = 128;
/// How often an operation may ask for one more lock before it is given up.
const MAX_TRIES: u8 = 20;

/// The rows that a decision depends on.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    /// Accounts whose people book or are booked for.
    pub accounts: BTreeSet<AccountId>,
    /// Occurrences whose places change.
    pub occurrences: BTreeSet<OccurrenceId>,
}

impl Locks {
    /// None: the statement itself is enough, or the tables are not contended.
    pub fn none() -> Self {
        Self::default()
    }

    /// These accounts.
    pub fn accounts<'a>(accounts: impl IntoIterator<Item = &'a AccountId>) -> Self {
        Self {
            accounts: accounts.into_iter().cloned().collect(),
            ..Self::default()
        }
    }

    fn add(&mut self, need: Need) {
        match need {
            Need::Account(id) => drop(self.accounts.insert(id)),
            Need::Accounts(ids) => self.accounts.extend(ids),
            Need::Occurrence(id) => drop(self.occurrences.insert(id)),
            Need::Occurrences(ids) => self.occurrences.extend(ids),
            Need::AnotherTry => {}
        }
    }

    /// And these occurrences.
    #[must_use]
    pub fn and_occurrences<'a>(mut self, ids: impl IntoIterator<Item = &'a OccurrenceId>) -> Self {
        self.occurrences.extend(ids.into_iter().cloned());
        self
    }
}

/// A write operation. It may run more than once (when it finds that it needs another lock), so it
/// borrows what it was given.
pub trait Op: Send + Sync + 'static {
    /// What it answers.
    type Out: Send + Sync + 'static;

    /// Runs it inside the transaction.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Out>> + Send;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ran {
    Done,
    Failed,
    Again,
}

trait Run: Send + Sync {
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Ran>;
    fn finish(self: Box<Self>, committed: std::result::Result<(), String>);
}

struct Slot<O: Op> {
    op: O,
    result: Option<Result<O::Out>>,
    answer: oneshot::Sender<Result<O::Out>>,
    needs: Option<Need>,
}

impl<O: Op> Run for Slot<O> {
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Ran> {
        Box::pin(async move {
            let result = self.op.run(tx).await;
            let ran = match &result {
                Ok(_) => Ran::Done,
                Err(Error::NeedLock(_)) => Ran::Again,
                Err(_) => Ran::Failed,
            };
            if let Err(Error::NeedLock(need)) = &result {
                self.needs = Some(need.clone());
            }
            self.result = Some(result);
            ran
        })
    }

    fn finish(self: Box<Self>, committed: std::result::Result<(), String>) {
        let result = match (self.result, committed) {
            (Some(Err(error)), _) => Err(error),
            (Some(result), Ok(())) => result,
            (_, Err(reason)) => Err(Error::Database(sqlx::Error::Protocol(reason))),
            (None, Ok(())) => Err(Error::Closed),
        };
        // Whoever asked may have gone away; the work stands all the same.
        let _ = self.answer.send(result);
    }
}

trait Needs: Run {
    fn needs(&mut self) -> Option<Need>;
}

impl<O: Op> Needs for Slot<O> {
    fn needs(&mut self) -> Option<Need> {
        self.needs.take()
    }
}

/// An operation on its way to the database.
pub(crate) struct Job {
    locks: Locks,
    slot: Box<dyn Needs>,
    tries: u8,
}

impl Job {
    pub(crate) fn new<O: Op>(locks: Locks, op: O) -> (Self, oneshot::Receiver<Result<O::Out>>) {
        let (answer, receiver) = oneshot::channel();
        let slot = Slot {
            op,
            result: None,
            answer,
            needs: None,
        };
        (
            Self {
                locks,
                slot: Box::new(slot),
                tries: 0,
            },
            receiver,
        )
    }

    fn finish(self, committed: std::result::Result<(), String>) {
        (self.slot as Box<dyn Run>).finish(committed);
    }
}

/// Runs the jobs behind savepoints; gives back those that must run again.
async fn run_all(tx: &mut Tx, jobs: Vec<Job>) -> Result<(Vec<Job>, Vec<Job>)> {
    let (mut done, mut again) = (Vec::new(), Vec::new());
    for mut job in jobs {
        let told = tx.changes.len();
        tx.sql("SAVEPOINT job").run().await?;
        let ran = job.slot.run(tx).await;
        if ran != Ran::Done {
            tx.changes.truncate(told);
            tx.sql("ROLLBACK TO SAVEPOINT job").run().await?;
        }
        tx.sql("RELEASE SAVEPOINT job").run().await?;
        job.tries += 1;
        match job.slot.needs() {
            Some(need) if ran == Ran::Again && job.tries < MAX_TRIES => {
                job.locks.add(need);
                again.push(job);
            }
            _ => done.push(job),
        }
    }
    Ok((done, again))
}

/// One transaction for all jobs. The jobs that need another lock come back.
async fn commit_together(begun: Result<Tx>, jobs: Vec<Job>) -> (Vec<Job>, Vec<Change>) {
    let mut tx = match begun {
        Ok(tx) => tx,
        Err(error) => {
            let reason = error.to_string();
            jobs.into_iter()
                .for_each(|job| job.finish(Err(reason.clone())));
            return (Vec::new(), Vec::new());
        }
    };
    // Should the connection break here, the answers drop and every caller learns `Closed`.
    let Ok((done, again)) = run_all(&mut tx, jobs).await else {
        return (Vec::new(), Vec::new());
    };
    let changes = std::mem::take(&mut tx.changes);
    let committed = match notify_and_commit(tx, &changes).await {
        Ok(()) => Ok(()),
        Err(error) => Err(error.to_string()),
    };
    let told = if committed.is_ok() {
        changes
    } else {
        Vec::new()
    };
    done.into_iter()
        .for_each(|job| job.finish(committed.clone()));
    (again, told)
}

async fn notify_and_commit(mut tx: Tx, changes: &[Change]) -> Result<()> {
    if matches!(tx.held, Held::Postgres(_)) {
        notify(&mut tx, changes).await?;
    }
    match tx.held {
        Held::Sqlite(tx) => tx.commit().await?,
        Held::Postgres(tx) => tx.commit().await?,
        _ => return Err(Error::Corrupt("connection")),
    }
    Ok(())
}

/// Waits for the first job and takes those that have come with it.
async fn next_batch(jobs: &mut mpsc::Receiver<Job>) -> Vec<Job> {
    let mut batch = Vec::new();
    jobs.recv_many(&mut batch, BATCH).await;
    batch
}

/// SQLite's one writer.
#[derive(Clone)]
pub(crate) struct Writer {
    pool: SqlitePool,
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    pub(crate) const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    pub(crate) async fn submit(&self, job: Job) -> Result<()> {
        self.jobs.send(job).await.map_err(|_| Error::Closed)
    }
}

pub(crate) fn spawn_sqlite_writer(pool: SqlitePool, news: broadcast::Sender<Change>) -> Writer {
    let (sender, mut jobs) = mpsc::channel(4096);
    let writer = Writer {
        pool: pool.clone(),
        jobs: sender,
    };
    tokio::spawn(async move {
        loop {
            let batch = next_batch(&mut jobs).await;
            if batch.is_empty() {
                return;
            }
            let begun = pool.begin_with("BEGIN IMMEDIATE").await;
            let begun = begun
                .map(|tx| Tx::new(Held::Sqlite(tx)))
                .map_err(Error::from);
            let (_, changes) = commit_together(begun, batch).await;
            for change in changes {
                // Nobody listening is fine.
                let _ = news.send(change);
            }
        }
    });
    writer
}

/// PostgreSQL's lanes, one for each occurrence that is being booked at the moment.
#[derive(Clone)]
pub(crate) struct Lanes {
    pool: PgPool,
    open: Arc<Mutex<HashMap<OccurrenceId, mpsc::Sender<Job>>>>,
}

impl Lanes {
    pub(crate) fn new(pool: PgPool) -> Self {
        Self {
            pool,
            open: Arc::default(),
        }
    }

    pub(crate) async fn submit(&self, job: Job) -> Result<()> {
        let Some(key) = job.locks.occurrences.first().cloned() else {
            tokio::spawn(run_lane_batch(self.pool.clone(), vec![job]));
            return Ok(());
        };
        let lane = self.lane(key);
        lane.send(job).await.map_err(|_| Error::Closed)
    }

    fn lane(&self, key: OccurrenceId) -> mpsc::Sender<Job> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = open.get(&key) {
            return lane.clone();
        }
        let (sender, jobs) = mpsc::channel(4096);
        open.insert(key.clone(), sender.clone());
        tokio::spawn(self.clone().run_lane(key, jobs));
        sender
    }

    async fn run_lane(self, key: OccurrenceId, mut jobs: mpsc::Receiver<Job>) {
        loop {
            let batch = next_batch(&mut jobs).await;
            run_lane_batch(self.pool.clone(), batch).await;
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            // A sender that was handed out but has not sent yet keeps the lane open.
            let idle = jobs.is_empty() && open.get(&key).is_none_or(|s| s.strong_count() == 1);
            if idle {
                open.remove(&key);
                return;
            }
        }
    }
}

async fn run_lane_batch(pool: PgPool, mut jobs: Vec<Job>) {
    while !jobs.is_empty() {
        let begun = begin_locked(&pool, &jobs).await;
        (jobs, _) = commit_together(begun, jobs).await;
    }
}

async fn begin_locked(pool: &PgPool, jobs: &[Job]) -> Result<Tx> {
    let mut transaction = pool.begin().await?;
    let accounts: BTreeSet<AccountId> = jobs
        .iter()
        .flat_map(|job| job.locks.accounts.iter().cloned())
        .collect();
    let occurrences: BTreeSet<OccurrenceId> = jobs
        .iter()
        .flat_map(|job| job.locks.occurrences.iter().cloned())
        .collect();
    if !accounts.is_empty() {
        let ids: Vec<&str> = accounts.iter().map(AccountId::as_str).collect();
        sqlx::query("SELECT id FROM account WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
            .bind(ids)
            .execute(&mut *transaction)
            .await?;
    }
    if !occurrences.is_empty() {
        let ids: Vec<&str> = occurrences.iter().map(OccurrenceId::as_str).collect();
        sqlx::query("SELECT id FROM occurrence WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
            .bind(ids)
            .execute(&mut *transaction)
            .await?;
    }
    let mut tx = Tx::new(Held::Postgres(transaction));
    tx.locks = Locks {
        accounts,
        occurrences,
    };
    Ok(tx)
}
