//! Group commit: write operations that arrive together share one transaction and one fsync. If one
//! of them leaves something to undo, they run again, each behind a savepoint of its own.

use super::{
    Act, Change, Error, Locks, Op, Result, Tx,
    begun::{self, Pg},
    change::Version,
    kept::Kept,
    replay::{self, Answered, Asked},
    tx::Held,
};
use futures_util::{FutureExt as _, future::BoxFuture};
use std::{collections::HashMap, panic::AssertUnwindSafe};
use tokio::sync::oneshot;

/// How often an operation may ask for one more lock before it is given up.
const MAX_TRIES: u8 = 20;

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
    fn asked(&self) -> Option<Asked>;
    fn run<'a>(&'a mut self, tx: &'a mut Tx, first: Option<&'a Answered>) -> BoxFuture<'a, Ran>;
    fn needs(&mut self) -> Option<Locks>;
    fn finish(self: Box<Self>, committed: std::result::Result<(), Lost>);
}

/// Why nothing of what was done was kept.
#[derive(Clone)]
struct Lost {
    reason: String,
    /// Whether it may well work soon.
    is_passing: bool,
}

impl Lost {
    fn of(error: &Error) -> Self {
        Self {
            reason: error.to_string(),
            is_passing: matches!(error, Error::Unavailable(_)),
        }
    }

    fn error(self) -> Error {
        match self.is_passing {
            true => Error::Unavailable(self.reason),
            false => Error::Database(sqlx::Error::Protocol(self.reason)),
        }
    }
}

struct Slot<O: Op> {
    act: Act,
    op: O,
    result: Option<Result<O::Out>>,
    answer: oneshot::Sender<Result<O::Out>>,
    needs: Option<Locks>,
}

impl<O: Op> Run for Slot<O> {
    fn asked(&self) -> Option<Asked> {
        O::replay().is_kept().then(|| replay::asked(&self.act))?
    }

    fn run<'a>(&'a mut self, tx: &'a mut Tx, first: Option<&'a Answered>) -> BoxFuture<'a, Ran> {
        Box::pin(async move {
            let run = replay::run(&self.op, &self.act, tx, first);
            // One operation that panics must not end the line for those that come after it.
            let ended = AssertUnwindSafe(run).catch_unwind().await;
            let result = ended.unwrap_or(Err(Error::Panicked));
            let ran = match &result {
                Ok(_) => Ran::Done,
                Err(Error::NeedLocks(_)) => Ran::Again,
                Err(Error::Refused(_)) => Ran::Refused,
                Err(_) => Ran::Failed,
            };
            self.needs = match &result {
                Err(Error::NeedLocks(need)) => Some(need.clone()),
                _ => None,
            };
            self.result = Some(result);
            ran
        })
    }

    fn needs(&mut self) -> Option<Locks> {
        self.needs.take()
    }

    fn finish(self: Box<Self>, committed: std::result::Result<(), Lost>) {
        let result = match (self.result, committed) {
            (Some(result), Ok(())) => result,
            (Some(Err(error)), Err(_)) if !matches!(error, Error::NeedLocks(_)) => Err(error),
            (_, Err(lost)) => Err(lost.error()),
            (None, Ok(())) => Err(Error::Closed),
        };
        // Whoever asked may have gone away; the work stands all the same.
        let _ = self.answer.send(result);
    }
}

/// An operation on its way to the database.
pub(super) struct Job {
    locks: Locks,
    slot: Box<dyn Run>,
    /// The first answer to its key, as the transaction found it.
    first: Option<Answered>,
    tries: u8,
    ran: Ran,
}

impl Job {
    pub(super) fn new<O: Op>(
        act: Act,
        locks: Locks,
        op: O,
    ) -> (Self, oneshot::Receiver<Result<O::Out>>) {
        let (answer, receiver) = oneshot::channel();
        let slot = Slot {
            act,
            op,
            result: None,
            answer,
            needs: None,
        };
        (
            Self {
                locks,
                slot: Box::new(slot),
                first: None,
                tries: 0,
                ran: Ran::Again,
            },
            receiver,
        )
    }

    pub(super) const fn locks(&self) -> &Locks {
        &self.locks
    }

    fn finish(self, committed: std::result::Result<(), Lost>) {
        self.slot.finish(committed);
    }
}

/// Where a transaction begins.
pub(super) enum Source<'p> {
    Sqlite(&'p Kept),
    Postgres(&'p Pg),
}

impl Source<'_> {
    /// Begins a transaction that holds the locks of all jobs, and finds the first answers to their
    /// keys.
    async fn begin(&self, jobs: &mut [Job]) -> Result<Tx> {
        let mut locks = Locks::none();
        for job in jobs.iter() {
            locks.add(job.locks.clone());
        }
        let asked: Vec<Option<Asked>> = jobs.iter().map(|job| job.slot.asked()).collect();
        let keys: Vec<Asked> = asked.iter().flatten().cloned().collect();
        let (tx, kept) = match self {
            Self::Sqlite(writer) => {
                let mut tx = Tx::new(Held::Sqlite(begun::writer(writer).await?));
                let kept = replay::begin_and_find(&mut tx, &keys).await?;
                (tx, kept)
            }
            Self::Postgres(pg) => {
                let mut tx = Tx::new(Held::Postgres(pg.begin().await?));
                let kept = lock_rows(&mut tx, &locks, &keys).await?;
                tx.locks = locks;
                (tx, kept)
            }
        };
        for (job, asked) in jobs.iter_mut().zip(asked) {
            job.first = asked.and_then(|asked| kept.get(&asked).cloned());
        }
        Ok(tx)
    }
}

/// Locks rows in their one order, and finds first answers together with the last of them: what is
/// looked up by itself is one more journey to the database.
async fn lock_rows(tx: &mut Tx, locks: &Locks, keys: &[Asked]) -> Result<HashMap<Asked, Answered>> {
    let mut tables = locks.by_table();
    let last = if keys.is_empty() { None } else { tables.pop() };
    for (table, ids) in tables {
        let text =
            format!("SELECT id FROM {table} WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE");
        tx.sql_built(text).bind_list(ids).run().await?;
    }
    let Some((table, ids)) = last else {
        return replay::find(tx, keys).await;
    };
    let text = format!(
        "{} UNION ALL SELECT id, NULL, NULL, NULL FROM
         (SELECT id FROM {table} WHERE id = ANY($3) ORDER BY id FOR NO KEY UPDATE) AS locked",
        replay::FIND_IN_POSTGRES
    );
    let query = replay::bind_keys(tx.sql_built(text), keys).bind_list(ids);
    Ok(replay::kept(query.all().await?))
}

/// Runs the jobs one after another in one transaction. Most jobs leave nothing to undo: they
/// succeed, or are refused before they write. False at the first that leaves something: the
/// transaction is of no use then.
async fn run_trusting(tx: &mut Tx, jobs: &mut [Job]) -> bool {
    for job in jobs {
        let told = tx.changes.len();
        tx.wrote = false;
        job.ran = job.slot.run(tx, job.first.as_ref()).await;
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
        job.ran = job.slot.run(tx, job.first.as_ref()).await;
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
        // A rollback that fails ends with the connection closed, which takes everything back too.
        let _ = tx.roll_back().await;
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
pub(super) async fn commit_together(
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
        Err(error) => (Vec::new(), Err(Lost::of(&error))),
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
