//! All routes and the layers around them.

use crate::{
    assets,
    health::{self, Clocks, Watched},
    layers::{self, ByAddress},
    metrics::Metrics,
    rest::{self, Alternatives, Ending, Streams},
    shared_pages::{SharedPages, shared},
};
use app::web::Site;
use axum::{
    Extension, Router, extract::DefaultBodyLimit, http::HeaderName, middleware::from_fn_with_state,
};
use std::{num::NonZeroU32, path::PathBuf};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, DefaultPredicate},
    csrf::CsrfLayer,
};

/// What a router needs besides the site.
pub struct Around {
    /// The metrics.
    pub metrics: Metrics,
    /// Tells open streams to end.
    pub ending: Ending,
    /// Rate limits by address.
    pub limits: ByAddress,
    /// Live streams by network.
    pub streams: Streams,
    /// The folder of the built files; `None` serves none (tests).
    pub files: Option<PathBuf>,
    /// The database's file, to notice when it is replaced.
    pub database: Option<Watched>,
    /// Whether the time is the system's.
    pub clocks: Clocks,
}

impl Default for Around {
    fn default() -> Self {
        Self {
            metrics: Metrics::default(),
            ending: Ending::never(),
            limits: ByAddress::new(NonZeroU32::MAX, None::<HeaderName>),
            streams: Streams::default(),
            files: None,
            database: None,
            clocks: Clocks::MadeUp,
        }
    }
}

/// The site as a service.
///
/// # Errors
/// If the site's origin isn't one that a browser could send.
pub fn router(site: Site, around: Around) -> anyhow::Result<Router> {
    let Around {
        metrics,
        ending,
        limits,
        streams,
        files,
        database,
        clocks,
    } = around;
    let same_origin = CsrfLayer::new().add_trusted_origin(&site.settings().origin)?;
    // Files have precompressed twins and pass through unchanged.
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(DefaultPredicate::new());
    let pages = app::resident::routes()
        .merge(app::staff::routes())
        .merge(app::kiosk::routes());
    let rest = rest::routes().layer(from_fn_with_state(site.clone(), rest::told));
    let routes = Router::new()
        .merge(pages)
        .merge(rest)
        .merge(health::routes());
    let routes = match files {
        Some(folder) => routes.merge(assets::routes(&folder)),
        None => routes.fallback(app::resident::not_found),
    };
    let pages = from_fn_with_state((site.clone(), SharedPages::default()), shared);
    Ok(routes
        .layer(pages)
        .layer(from_fn_with_state(site.clone(), layers::remembered))
        .layer(same_origin)
        .layer(from_fn_with_state(
            (site.clone(), limits),
            layers::by_address,
        ))
        .layer(from_fn_with_state(site.clone(), layers::confined))
        .layer(DefaultBodyLimit::max(rest::MAX_BODY))
        .layer(Extension(Alternatives::default()))
        .layer(Extension(health::Pulse::of(database, clocks)))
        .layer(Extension(metrics.clone()))
        .layer(Extension(ending))
        .layer(Extension(streams))
        .layer(from_fn_with_state((site.clone(), metrics), layers::around))
        .layer(from_fn_with_state(site.clone(), layers::headers))
        .layer(compression)
        .with_state(site))
}
