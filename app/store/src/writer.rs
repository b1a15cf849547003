//! Group commit: write operations that arrive together share one transaction and one fsync. If one
//! of them leaves something to undo, they run again, each behind a savepoint of its own.
//!
//! SQLite has one writer, so all of its operations stand in one line. PostgreSQL has several lines
//! (lanes), chosen by the occurrence; what names no occurrence runs alone. Locks are taken in one
//! fixed order, accounts and then occurrences, each by id (C-06), before the first read (C-03).

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
    collections::BTreeSet,
    future::Future,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{broadcast, mpsc, oneshot};

/// Rises with every commit that changed what live pages show, before its writers are answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Version(Arc<AtomicU64>);

impl Version {
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    pub(crate) fn rise(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// Most operations that share a commit.
const BATCH: usize = 128;
/// How often other servers are told what changed.
const NEWS_EVERY: Duration = Duration::from_millis(50);
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

/// How an operation ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ran {
    Done,
    /// A rule said no.
    Refused,
    /// The database failed; PostgreSQL then gives up the whole transaction.
    Failed,
    /// It needs another lock.
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
                Err(Error::Refused(_)) => Ran::Refused,
                Err(_) => Ran::Failed,
            };
            self.needs = match &result {
                Err(Error::NeedLock(need)) => Some(need.clone()),
                _ => None,
            };
            self.result = Some(result);
            ran
        })
    }

    fn finish(self: Box<Self>, committed: std::result::Result<(), String>) {
        let result = match (self.result, committed) {
            (Some(result), Ok(())) => result,
            (Some(Err(error)), Err(_)) if !matches!(error, Error::NeedLock(_)) => Err(error),
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
    ran: Ran,
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
                ran: Ran::Again,
            },
            receiver,
        )
    }

    fn finish(self, committed: std::result::Result<(), String>) {
        (self.slot as Box<dyn Run>).finish(committed);
    }
}

/// Where a transaction begins.
enum Source<'p> {
    Sqlite(&'p SqlitePool),
    Postgres(&'p PgPool),
}

impl Source<'_> {
    async fn begin(&self, jobs: &[Job]) -> Result<Tx> {
        match self {
            Self::Sqlite(pool) => {
                let begun = pool.begin_with("BEGIN IMMEDIATE").await?;
                Ok(Tx::new(Held::Sqlite(begun)))
            }
            Self::Postgres(pool) => begin_locked(pool, jobs).await,
        }
    }
}

/// Runs the jobs one after another in one transaction. Most jobs leave nothing to undo: they
/// succeed, or are refused before they write. False at the first that leaves something: the
/// transaction is of no use then.
async fn run_trusting(tx: &mut Tx, jobs: &mut [Job]) -> bool {
    for job in jobs {
        let told = tx.changes.len();
        tx.wrote = false;
        job.ran = job.slot.run(tx).await;
        if job.ran != Ran::Done {
            tx.changes.truncate(told);
            if tx.wrote || job.ran == Ran::Failed {
                return false;
            }
        }
    }
    true
}

/// The same with each job behind a savepoint, so that one that fails takes back only its own.
async fn run_apart(tx: &mut Tx, jobs: &mut [Job]) -> Result<()> {
    for job in jobs {
        let told = tx.changes.len();
        tx.sql("SAVEPOINT job").run().await?;
        job.ran = job.slot.run(tx).await;
        if job.ran != Ran::Done {
            tx.changes.truncate(told);
            tx.sql("ROLLBACK TO SAVEPOINT job").run().await?;
        }
        tx.sql("RELEASE SAVEPOINT job").run().await?;
    }
    Ok(())
}

/// Runs all jobs and commits what they did; what changed by it.
async fn run_all(source: &Source<'_>, jobs: &mut [Job]) -> Result<Vec<Change>> {
    let mut tx = source.begin(jobs).await?;
    if !run_trusting(&mut tx, jobs).await {
        tx.roll_back().await?;
        if jobs.len() == 1 {
            return Ok(Vec::new());
        }
        tx = source.begin(jobs).await?;
        run_apart(&mut tx, jobs).await?;
    }
    let changes = std::mem::take(&mut tx.changes);
    tx.commit().await?;
    Ok(changes)
}

/// One transaction for all jobs. Answers those that are through; those that need another lock
/// come back, with what changed.
async fn commit_together(
    source: Source<'_>,
    version: &Version,
    mut jobs: Vec<Job>,
) -> (Vec<Job>, Vec<Change>) {
    let (changes, committed) = match run_all(&source, &mut jobs).await {
        Ok(changes) => {
            if !changes.is_empty() {
                version.rise();
            }
            (changes, Ok(()))
        }
        Err(error) => (Vec::new(), Err(error.to_string())),
    };
    let mut again = Vec::new();
    for mut job in jobs {
        job.tries += 1;
        match job.slot.needs() {
            Some(need) if committed.is_ok() && job.tries < MAX_TRIES => {
                job.locks.add(need);
                again.push(job);
            }
            _ => job.finish(committed.clone()),
        }
    }
    (again, changes)
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

pub(crate) fn spawn_sqlite_writer(
    pool: SqlitePool,
    version: Version,
    news: broadcast::Sender<Change>,
) -> Writer {
    let (sender, mut jobs) = mpsc::channel(4096);
    let writer = Writer {
        pool: pool.clone(),
        jobs: sender,
    };
    tokio::spawn(async move {
        loop {
            let mut batch = next_batch(&mut jobs).await;
            if batch.is_empty() {
                return;
            }
            while !batch.is_empty() {
                let changes;
                (batch, changes) = commit_together(Source::Sqlite(&pool), &version, batch).await;
                for change in changes {
                    // Nobody listening is fine.
                    let _ = news.send(change);
                }
            }
        }
    });
    writer
}

/// PostgreSQL's lanes. What concerns one occurrence always takes the same one, so that those who
/// want the same place share a transaction and do not wait for each other's locks.
#[derive(Clone)]
pub(crate) struct Lanes {
    pool: PgPool,
    lanes: Arc<[mpsc::Sender<Job>]>,
    news: mpsc::Sender<Change>,
    version: Version,
}

impl Lanes {
    /// `many` lanes; what names no occurrence takes a connection of its own beside them.
    pub(crate) fn new(pool: PgPool, version: Version, many: usize) -> Self {
        let (news, told) = mpsc::channel(4096);
        tokio::spawn(spread_news(pool.clone(), told));
        let lane = |_| {
            let (sender, jobs) = mpsc::channel(4096);
            tokio::spawn(run_lane(pool.clone(), version.clone(), jobs, news.clone()));
            sender
        };
        let lanes = (0..many.max(1)).map(lane).collect();
        Self {
            lanes,
            news,
            pool,
            version,
        }
    }

    pub(crate) async fn submit(&self, job: Job) -> Result<()> {
        let Some(key) = job.locks.occurrences.first() else {
            let (pool, version) = (self.pool.clone(), self.version.clone());
            tokio::spawn(run_batch(pool, version, vec![job], self.news.clone()));
            return Ok(());
        };
        let mut hash = DefaultHasher::new();
        key.hash(&mut hash);
        let lane = usize::try_from(hash.finish() % self.lanes.len() as u64).unwrap_or(0);
        self.lanes[lane].send(job).await.map_err(|_| Error::Closed)
    }
}

async fn run_lane(
    pool: PgPool,
    version: Version,
    mut jobs: mpsc::Receiver<Job>,
    news: mpsc::Sender<Change>,
) {
    loop {
        let batch = next_batch(&mut jobs).await;
        if batch.is_empty() {
            return;
        }
        run_batch(pool.clone(), version.clone(), batch, news.clone()).await;
    }
}

async fn run_batch(pool: PgPool, version: Version, mut jobs: Vec<Job>, news: mpsc::Sender<Change>) {
    while !jobs.is_empty() {
        let changes;
        (jobs, changes) = commit_together(Source::Postgres(&pool), &version, jobs).await;
        for change in changes {
            // Only at the end is nobody there to spread it.
            let _ = news.send(change).await;
        }
    }
}

/// Tells every server of the database what changed. After the commit and several at once: a
/// NOTIFY inside a transaction makes all that have one commit one after another.
async fn spread_news(pool: PgPool, mut told: mpsc::Receiver<Change>) {
    loop {
        let mut changes = Vec::new();
        if told.recv_many(&mut changes, 1024).await == 0 {
            return;
        }
        if let Err(error) = notify(&pool, &changes).await {
            tracing::warn!(%error, "live pages were not told of a change");
        }
        tokio::time::sleep(NEWS_EVERY).await;
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
