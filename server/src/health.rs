//! Whether this process can do its work, for monitoring.

use crate::metrics::Metrics;
use app::web::Site;
use axum::{
    Extension, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    access::Caller,
    clock::{self, Trouble},
    time::{MINUTE, Timestamp},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Act, settings};

/// Minimum interval between writes that probe the database, however often it is asked for
/// (milliseconds).
const EVERY: i64 = MINUTE / 30;
/// Jobs that have been silent for this long are considered broken (milliseconds, C-175).
const SILENT: Duration = Duration::from_secs(300);

/// Whose clock is compared with the database's host's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clocks {
    /// The system's.
    Real,
    /// None: the time is made up.
    #[default]
    MadeUp,
}

/// When the database was last probed, and the error if there was one.
type Felt = (Timestamp, Result<(), String>);

/// A file by what it is, whatever it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    path: PathBuf,
    is: (u64, u64),
}

impl Watched {
    /// The file of that name now; none where there is none.
    pub fn of(path: PathBuf) -> Option<Self> {
        let is = identity(&path)?;
        Some(Self { path, is })
    }

    /// Whether another file has taken its name: what this process writes is not in that one.
    fn is_replaced(&self) -> bool {
        identity(&self.path) != Some(self.is)
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<(u64, u64)> {
    path.exists().then_some((0, 0))
}

/// The last result of probing the database.
#[derive(Clone, Default)]
pub struct Pulse {
    felt: Arc<Mutex<Option<Felt>>>,
    /// The latest time that this process has seen.
    latest: Arc<Mutex<Option<Timestamp>>>,
    database: Option<Watched>,
    clocks: Clocks,
}

impl Pulse {
    /// For a database that lies in this file, if it does in one.
    pub fn of(database: Option<Watched>, clocks: Clocks) -> Self {
        Self {
            database,
            clocks,
            ..Self::default()
        }
    }

    async fn feel(&self, site: &Site) -> Result<(), String> {
        if self.database.as_ref().is_some_and(Watched::is_replaced) {
            return Err("the database's file was replaced under this process".to_owned());
        }
        let act = Act::new(Caller::system(), site.now(), site.ids().clone());
        let now = act.now;
        let last = self
            .felt
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((at, felt)) = last
            && (at.0..at.0 + EVERY).contains(&now.0)
        {
            return felt;
        }
        let beat = tokio::time::timeout(Duration::from_secs(5), settings::beat(site.db(), &act));
        let felt = match beat.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the database did not answer within 5 s".to_owned()),
        };
        *self.felt.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, felt.clone()));
        felt
    }
}

impl Pulse {
    /// Whether the clock can be believed: it has not gone back under this process, and agrees with
    /// that of the database's host. Whoever starts anew takes the clock as it is, and has said so.
    async fn time(&self, site: &Site) -> Option<Trouble> {
        let now = site.now();
        let latest = {
            let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
            let before = *latest;
            *latest = before.max(Some(now));
            before
        };
        let database = match self.clocks {
            // What cannot be asked is found by the probe.
            Clocks::Real => settings::clock(site.db()).await.unwrap_or_default(),
            Clocks::MadeUp => None,
        };
        clock::trouble(now, database, None, latest)
    }
}

/// `/healthz`, `/readyz` and `/metrics`.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
}

fn plain(status: StatusCode, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text).into_response()
}

/// Fails when the database is gone, full or read-only, when the clock is wrong, and when the jobs have
/// been silent.
async fn healthz(
    State(site): State<Site>,
    Extension(pulse): Extension<Pulse>,
    Extension(metrics): Extension<Metrics>,
) -> Response {
    if let Err(error) = pulse.feel(&site).await {
        // The reason goes to the log only: it may contain an address.
        tracing::error!(%error, "the database takes no writes");
        return plain(StatusCode::SERVICE_UNAVAILABLE, "database\n".to_owned());
    }
    if let Some(trouble) = pulse.time(&site).await {
        tracing::error!("{trouble}");
        return plain(StatusCode::SERVICE_UNAVAILABLE, "clock\n".to_owned());
    }
    match metrics.since("settle", site.now()) {
        Some(silent) if silent > SILENT => {
            plain(StatusCode::SERVICE_UNAVAILABLE, "jobs\n".to_owned())
        }
        _ => plain(StatusCode::OK, "ok\n".to_owned()),
    }
}

/// Whether every migration of this program is applied.
async fn readyz(State(site): State<Site>) -> Response {
    match site.db().is_migrated().await {
        Ok(true) => plain(StatusCode::OK, "ready\n".to_owned()),
        Ok(false) => plain(StatusCode::SERVICE_UNAVAILABLE, "not migrated\n".to_owned()),
        Err(error) => {
            tracing::error!(%error, "the database cannot be asked");
            plain(StatusCode::SERVICE_UNAVAILABLE, "database\n".to_owned())
        }
    }
}

async fn metrics(Extension(metrics): Extension<Metrics>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, metrics.text()).into_response()
}
