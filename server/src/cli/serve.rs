//! Serving until told to stop.

use super::{
    Common, Serve,
    held::Held,
    open::{ensure_secrets, migrated, sqlite_file},
};
use crate::{
    assets, clock,
    health::{Clocks, Watched},
    jobs::{Jobs, Post},
    layers::ByAddress,
    listen::{self, Most},
    metrics::Metrics,
    rest::{Ending, Streams},
    router::{Around, router},
    secrets,
    sms::LogSender,
};
use anyhow::Context;
use app::web::{Parts, Settings, Site, Tickets};
use std::{sync::Arc, time::Duration};
use store::{Db, centers::Directory, seen, settings, ticket_keys};
use tokio::{net::TcpListener, sync::watch};

/// Requests that are under way when the server is told to stop have so long.
const GRACE: Duration = Duration::from_secs(20);

pub(super) async fn serve(common: &Common, serve: &Serve) -> anyhow::Result<()> {
    let folder = assets::site_folder();
    assets::install(&folder)?;
    let file = sqlite_file(&common.database_url);
    let _held = file.as_deref().map(Held::shared).transpose()?;
    let db = migrated(common).await?;
    let watched = file.and_then(Watched::of);
    doubt_clock(&db).await?;
    let code_key = ensure_secrets(&db).await?;
    let demo = settings::find(&db, "demo").await?.is_some();
    let settings = Settings {
        secure_cookies: serve.secure_cookies,
        development: serve.development,
        demo,
        origin: serve
            .origin
            .clone()
            .unwrap_or_else(|| format!("http://{}", serve.addr)),
        kiosk_px_per_mm: serve.kiosk_px_per_mm,
        font: (serve.font.clone(), serve.font_face),
    };
    let site = Site::new(Parts {
        tickets: Tickets::from_keys(&ticket_keys::all(&db).await?)?,
        centers: Directory::read(&db).await?,
        clock: clock::system(),
        ids: secrets::ids(),
        db: db.clone(),
        settings,
        code_key,
    });
    let (stop, ending) = watch::channel(false);
    let metrics = Metrics::default();
    let limits = ByAddress::new(
        serve.sign_ins_per_minute,
        serve.client_address_header.clone(),
    );
    let around = Around {
        metrics: metrics.clone(),
        ending: Ending(ending.clone()),
        limits: limits.clone(),
        streams: Streams::new(serve.streams_per_network),
        files: Some(folder),
        database: watched,
        clocks: Clocks::Real,
    };
    let routes = router(site.clone(), around)
        .context("--origin must be as browsers send it, e.g. https://linli.example")?;
    let listener = TcpListener::bind(serve.addr)
        .await
        .with_context(|| format!("{} cannot be listened on", serve.addr))?;
    let address = listener.local_addr()?;
    let post = if serve.development {
        Post::Kept
    } else {
        Post::By(Arc::new(LogSender))
    };
    let jobs = Jobs::start(&site, &metrics, &limits, post, &ending);
    tracing::info!(%address, postgres = db.is_postgres(), "serving");
    eprintln!("Linli is at http://{address}");
    tokio::spawn(async move {
        signalled().await;
        tracing::info!("stopping");
        stop.send_replace(true);
    });
    // Behind a proxy all come from its address.
    let near = serve
        .client_address_header
        .is_none()
        .then_some(serve.connections_per_network);
    let serving = listen::serve(listener, routes, Most::raised(near), ending.clone());
    let mut ended = ending.clone();
    tokio::select! {
        () = serving => {}
        () = async {
            let _ = ended.wait_for(|ends| *ends).await;
            tokio::time::sleep(GRACE).await;
        } => tracing::warn!("some requests were not finished in time"),
    }
    jobs.finish().await;
    seen::write_down(&db).await?;
    db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Says what speaks against the clock. It is served all the same: a clock is mended without this
/// program, and a database that was wrongly dated once would keep it from starting.
async fn doubt_clock(db: &Db) -> anyhow::Result<()> {
    let settings::Times {
        beat,
        entry,
        clock: host,
    } = settings::times(db).await?;
    if let Some(trouble) = domain::clock::trouble(clock::now(), host, beat, entry) {
        tracing::warn!("{trouble}");
        eprintln!("Look at the clock: {trouble}.");
    }
    Ok(())
}

/// Waits for SIGTERM or SIGINT.
async fn signalled() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(_) => {
                let _ = interrupted.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupted.await;
    }
}
