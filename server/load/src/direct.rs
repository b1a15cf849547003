//! Bookings through the store, with no server in between.

use crate::{
    base::{Base, Kind, cluster_port},
    crowd, door, process,
};
use anyhow::{Result, ensure};
use domain::{
    access::Caller,
    activity::Channel,
    booking::{Fit, State},
    id::OccurrenceId,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use store::{
    Act, Db, Ids, Key,
    bookings::{self, BookRequest},
};

/// How many attempts run at once.
pub(crate) const AT_ONCE: usize = 128;

/// Connections to the database: the server's default.
const CONNECTIONS: u32 = 16;

/// How fast something went.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    pub(crate) attempts: usize,
    pub(crate) booked: usize,
    pub(crate) took: Duration,
    /// Of the program.
    pub(crate) cpu: Duration,
    /// Of PostgreSQL.
    pub(crate) database_cpu: Duration,
}

impl Pace {
    /// Attempts a second.
    pub(crate) fn rate(&self) -> f64 {
        self.attempts as f64 / self.took.as_secs_f64()
    }

    /// CPU milliseconds of the program per attempt.
    pub(crate) fn cpu_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1000.0 / self.attempts as f64
    }

    /// CPU milliseconds of the database per attempt.
    pub(crate) fn database_cpu_each(&self) -> f64 {
        self.database_cpu.as_secs_f64() * 1000.0 / self.attempts as f64
    }

    /// This measurement followed by another one.
    pub(crate) fn add(&mut self, other: Self) {
        self.attempts += other.attempts;
        self.booked += other.booked;
        self.took += other.took;
        self.cpu += other.cpu;
        self.database_cpu += other.database_cpu;
    }
}

/// Clocks read before and after.
pub(crate) struct Meter {
    pid: u32,
    postgres: Vec<u32>,
    cpu: Duration,
    database_cpu: Duration,
    begun: Instant,
}

impl Meter {
    pub(crate) fn start(pid: u32, kind: Kind) -> Result<Self> {
        let postgres = match kind {
            Kind::Sqlite => Vec::new(),
            Kind::Postgres => process::postgres(cluster_port()?),
        };
        Ok(Self {
            pid,
            cpu: process::cpu(pid)?,
            database_cpu: process::cpu_of_all(&postgres),
            postgres,
            begun: Instant::now(),
        })
    }

    pub(crate) fn stop(self, attempts: usize, booked: usize) -> Result<Pace> {
        Ok(Pace {
            attempts,
            booked,
            took: self.begun.elapsed(),
            cpu: process::cpu(self.pid)?.saturating_sub(self.cpu),
            database_cpu: process::cpu_of_all(&self.postgres).saturating_sub(self.database_cpu),
        })
    }
}

async fn attempt(db: &Db, ids: &Ids, n: usize, occurrence: OccurrenceId) -> Result<bool> {
    let account = crowd::account(n);
    let act = Act::new(Caller::resident(account.clone()), crowd::NOW, ids.clone());
    let key = Key::new(
        &format!("{n}-{occurrence}"),
        &[occurrence.as_str().as_bytes()],
    )
    .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    let request = BookRequest {
        occurrence,
        account,
        people: Vec::new(),
        channel: Channel::Online,
        fit: Fit::Together,
        may_wait: false,
    };
    match bookings::book(db, &act.with_key(Some(key)), request).await {
        Ok(booked) => Ok(booked.bookings().any(|view| view.state == State::Confirmed)),
        Err(store::Error::Refused(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Runs attempts `0..many`, [`AT_ONCE`] at a time, until all are answered or time is up.
async fn storm(
    db: &Db,
    kind: Kind,
    seed: u64,
    many: usize,
    limit: Duration,
    wish: impl Fn(usize) -> (usize, OccurrenceId) + Clone + Send + 'static,
) -> Result<Pace> {
    let next = Arc::new(AtomicUsize::new(0));
    let meter = Meter::start(std::process::id(), kind)?;
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..AT_ONCE {
        let (db, next, wish) = (db.clone(), next.clone(), wish.clone());
        let ids = Ids::repeatable(seed * 1_000_003 + task as u64 * 7_919);
        tasks.spawn(async move {
            let (mut tried, mut booked) = (0, 0);
            while begun.elapsed() < limit {
                let k = next.fetch_add(1, Ordering::Relaxed);
                if k >= many {
                    break;
                }
                let (n, occurrence) = wish(k);
                booked += usize::from(attempt(&db, &ids, n, occurrence).await?);
                tried += 1;
            }
            anyhow::Ok((tried, booked))
        });
    }
    let (mut tried, mut booked) = (0, 0);
    for done in tasks.join_all().await {
        let (t, b) = done?;
        tried += t;
        booked += b;
    }
    meter.stop(tried, booked)
}

/// The measurements through the store.
pub(crate) struct Measured {
    /// Bookings spread over many occurrences.
    pub(crate) spread: Pace,
    /// Attempts on one hot occurrence after another.
    pub(crate) hot: Pace,
    /// Check-ins of those who were booked.
    pub(crate) door: Pace,
}

/// Migrates a fresh database and writes the crowd into it.
pub(crate) async fn opened(base: &Base) -> Result<Db> {
    let db = base.open(CONNECTIONS).await?;
    db.migrate().await?;
    crowd::settle(base).await?;
    // Connections are open before the clocks start; the listener for changes has one too.
    let mut open = Vec::new();
    for _ in 1..CONNECTIONS {
        open.push(db.read().await?);
    }
    Ok(db)
}

/// Bookings spread over many occurrences, until time is up.
pub(crate) async fn spread(db: &Db, kind: Kind, limit: Duration) -> Result<Pace> {
    let spread = storm(db, kind, 1, crowd::SPREAD_ATTEMPTS, limit, |k| {
        let (person, of) = crowd::spread(k);
        (person, crowd::occurrence(of))
    })
    .await?;
    ensure!(
        spread.booked == spread.attempts,
        "every attempt that spreads finds a place"
    );
    Ok(spread)
}

/// Bookings and check-ins, without a server.
pub(crate) async fn measure(kind: Kind, limit: Duration) -> Result<Measured> {
    let base = Base::create(kind).await?;
    let db = opened(&base).await?;
    let spread = spread(&db, kind, limit).await?;
    let mut hot = Pace::default();
    for round in 0..crowd::HOT - 1 {
        let wish = move |k| (k, crowd::hot(round));
        hot.add(storm(&db, kind, 100 + round as u64, crowd::PEOPLE, limit, wish).await?);
        if hot.took > limit {
            break;
        }
    }
    ensure!(oversold(&base).await? == 0, "an occurrence was sold twice");
    let door = door::bookings(&db, kind, limit).await?;
    db.close().await;
    Ok(Measured { spread, hot, door })
}

/// How many occurrences are over capacity.
pub(crate) async fn oversold(base: &Base) -> Result<i64> {
    base.number(
        "SELECT COUNT(*) FROM occurrence o WHERE o.capacity < (SELECT COUNT(*) FROM booking b
         WHERE b.occurrence_id = o.id AND b.state IN ('confirmed', 'checked_in'))",
    )
    .await
}
