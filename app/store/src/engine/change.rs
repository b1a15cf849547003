//! The news of what changed: within the process by a channel, between servers by PostgreSQL's LISTEN
//! and NOTIFY.

use super::{Error, Result};
use domain::{
    commitment::Event,
    id::{CenterId, OccurrenceId, ShiftId},
};
use sqlx_postgres::{PgListener, PgPool};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::broadcast;

/// Something that live pages show has changed; they fetch it anew (no state travels).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// An occurrence or its bookings.
    Occurrence(OccurrenceId),
    /// A shift or its assignments.
    Shift(ShiftId),
    /// What a center offers.
    Center(CenterId),
    /// What happens at a center's doors, and who has a place in its shifts: what its staff follow.
    Door(CenterId),
    /// Anything may have changed: news was lost (C-197).
    Anything,
}

impl Change {
    /// Whether whoever waits for news of that should look again.
    pub fn concerns(&self, wanted: &Self) -> bool {
        self == wanted || *self == Self::Anything
    }
}

impl From<&Event> for Change {
    fn from(event: &Event) -> Self {
        match event {
            Event::Occurrence(id) => Self::Occurrence(id.clone()),
            Event::Shift(id) => Self::Shift(id.clone()),
        }
    }
}

impl Change {
    fn text(&self) -> String {
        match self {
            Self::Occurrence(id) => format!("occurrence:{id}"),
            Self::Shift(id) => format!("shift:{id}"),
            Self::Center(id) => format!("center:{id}"),
            Self::Door(id) => format!("door:{id}"),
            Self::Anything => "anything:".to_owned(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("occurrence", id) => id.parse().ok().map(Self::Occurrence),
            ("shift", id) => id.parse().ok().map(Self::Shift),
            ("center", id) => id.parse().ok().map(Self::Center),
            ("door", id) => id.parse().ok().map(Self::Door),
            ("anything", _) => Some(Self::Anything),
            _ => None,
        }
    }
}

/// The channel of PostgreSQL's LISTEN and NOTIFY.
const CHANNEL: &str = "linli";

/// Rises with every commit that changed what live pages show, before its writers are answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Version(Arc<AtomicU64>);

impl Version {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    pub(super) fn rise(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

pub(super) async fn notify(pool: &PgPool, changes: &[Change]) -> Result<()> {
    let mut texts: Vec<String> = changes.iter().map(Change::text).collect();
    texts.sort_unstable();
    texts.dedup();
    sqlx::query("SELECT pg_notify($1, what) FROM unnest($2::text[]) AS what")
        .bind(CHANNEL)
        .bind(texts)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn listen(pool: PgPool, version: Version, changes: broadcast::Sender<Change>) {
    while !pool.is_closed() {
        if let Err(error) = relay(&pool, &version, &changes).await
            && !pool.is_closed()
        {
            tracing::warn!(%error, "live news interrupted; listening again in a second");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn relay(
    pool: &PgPool,
    version: &Version,
    changes: &broadcast::Sender<Change>,
) -> Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    let tell = |change| {
        version.rise();
        // Nobody listening is fine.
        let _ = changes.send(change);
    };
    // What was said before this connection listened was not heard.
    tell(Change::Anything);
    while let Some(news) = listener.try_recv().await? {
        if let Some(change) = Change::parse(news.payload()) {
            tell(change);
        }
    }
    Err(Error::Unavailable("the connection was lost".to_owned()))
}
