//! Who runs write operations. SQLite has one writer, so all operations stand in one line. PostgreSQL
//! has several lines (lanes), chosen by the row that many want at once; what names none runs alone.

use super::{
    Change, Error, Result,
    begun::Pg,
    change::{Version, notify},
    commit::{Job, Source, commit_together},
    kept::Kept,
};
use sqlx_postgres::PgPool;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{broadcast, mpsc};

/// Most operations that share a commit.
const BATCH: usize = 128;
/// How often other servers are told what changed.
const NEWS_EVERY: Duration = Duration::from_millis(50);

/// Waits for the first job and takes those that have come with it.
async fn next_batch(jobs: &mut mpsc::Receiver<Job>) -> Vec<Job> {
    let mut batch = Vec::new();
    jobs.recv_many(&mut batch, BATCH).await;
    batch
}

/// SQLite's one writer.
#[derive(Clone)]
pub(super) struct Writer {
    connections: Kept,
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    pub(super) const fn connections(&self) -> &Kept {
        &self.connections
    }

    pub(super) async fn submit(&self, job: Job) -> Result<()> {
        self.jobs.send(job).await.map_err(|_| Error::Closed)
    }
}

pub(super) fn spawn_sqlite_writer(
    connections: Kept,
    version: Version,
    news: broadcast::Sender<Change>,
) -> Writer {
    let (sender, mut jobs) = mpsc::channel(4096);
    let writer = Writer {
        connections: connections.clone(),
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
                (batch, changes) =
                    commit_together(Source::Sqlite(&connections), &version, batch).await;
                for change in changes {
                    // Nobody listening is fine.
                    let _ = news.send(change);
                }
            }
        }
    });
    writer
}

/// PostgreSQL's lanes. What concerns one occurrence or one shift always takes the same one, so that those who
/// want the same place share a transaction and do not wait for each other's locks.
#[derive(Clone)]
pub(super) struct Lanes {
    pg: Pg,
    lanes: Arc<[mpsc::Sender<Job>]>,
    news: mpsc::Sender<Change>,
    version: Version,
}

impl Lanes {
    /// `many` lanes; what names no such row takes a connection of its own beside them.
    pub(super) fn new(pg: Pg, version: Version, many: usize) -> Self {
        let (news, told) = mpsc::channel(4096);
        tokio::spawn(spread_news(pg.pool.clone(), told));
        let lane = |_| {
            let (sender, jobs) = mpsc::channel(4096);
            tokio::spawn(run_lane(pg.clone(), version.clone(), jobs, news.clone()));
            sender
        };
        let lanes = (0..many.max(1)).map(lane).collect();
        Self {
            lanes,
            news,
            pg,
            version,
        }
    }

    pub(super) async fn submit(&self, job: Job) -> Result<()> {
        let Some(key) = job.locks().contended() else {
            let (pg, version) = (self.pg.clone(), self.version.clone());
            tokio::spawn(run_batch(pg, version, vec![job], self.news.clone()));
            return Ok(());
        };
        let mut hash = DefaultHasher::new();
        key.hash(&mut hash);
        let lane = usize::try_from(hash.finish() % self.lanes.len() as u64).unwrap_or(0);
        self.lanes[lane].send(job).await.map_err(|_| Error::Closed)
    }
}

async fn run_lane(
    pg: Pg,
    version: Version,
    mut jobs: mpsc::Receiver<Job>,
    news: mpsc::Sender<Change>,
) {
    loop {
        let batch = next_batch(&mut jobs).await;
        if batch.is_empty() {
            return;
        }
        run_batch(pg.clone(), version.clone(), batch, news.clone()).await;
    }
}

async fn run_batch(pg: Pg, version: Version, mut jobs: Vec<Job>, news: mpsc::Sender<Change>) {
    while !jobs.is_empty() {
        let changes;
        (jobs, changes) = commit_together(Source::Postgres(&pg), &version, jobs).await;
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
