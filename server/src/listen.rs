//! Connections: how many, for how long, and how they end. Strangers can open as many as they like, so
//! each has to say what it wants in time, one network has only so many, and stopping waits for
//! requests, not for connections (C-190).

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::{ConnectInfo, Request},
    http::Response,
};
use domain::network::Network;
use http_body::{Frame, SizeHint};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{AbortHandle, JoinSet},
};
use tower::ServiceExt;

/// A connection has so long to say what it wants, at its beginning and between requests.
const PATIENCE: Duration = Duration::from_secs(15);
/// A proxy keeps connections for later, mostly for a minute; ending one under its hands would lose
/// the request that it has just sent.
const PATIENCE_WITH_PROXIES: Duration = Duration::from_secs(90);
/// Once told to stop, a connection without a request has so long to take what was written.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// After an error of the listener itself, such as no file handle left.
const BREATH: Duration = Duration::from_millis(50);

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// In all.
    pub in_all: usize,
    /// From one network; none behind a proxy, from which all come.
    pub near: Option<usize>,
}

impl Most {
    fn patience(self) -> Duration {
        match self.near {
            Some(_) => PATIENCE,
            None => PATIENCE_WITH_PROXIES,
        }
    }

    /// As many as the system gives files for, with some left for the database. Asks for as many as
    /// it may have.
    pub fn raised(near: Option<usize>) -> Self {
        Self {
            in_all: files().saturating_sub(FILES_ELSEWHERE).max(64),
            near,
        }
    }
}

/// Files that are not connections.
const FILES_ELSEWHERE: usize = 128;

#[cfg(unix)]
fn files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let wanted = Rlimit {
        current: now.maximum,
        maximum: now.maximum,
    };
    // A system that gives no more leaves it as it is.
    let _ = setrlimit(Resource::Nofile, wanted);
    let given = getrlimit(Resource::Nofile).current;
    given.map_or(65_536, |files| usize::try_from(files).unwrap_or(65_536))
}

#[cfg(not(unix))]
fn files() -> usize {
    1_024
}

/// The open connections, oldest first.
#[derive(Clone, Default)]
struct Open(Arc<Mutex<Connections>>);

#[derive(Default)]
struct Connections {
    next: u64,
    open: BTreeMap<u64, Connection>,
    near: HashMap<Network, usize>,
}

struct Connection {
    network: Network,
    busy: Busy,
    /// Ends it; none for a moment at its beginning.
    end: Option<AbortHandle>,
}

impl Connections {
    fn near(&self, network: Network) -> usize {
        self.near.get(&network).copied().unwrap_or(0)
    }

    /// Ends the oldest connection that asks for nothing, of that network if one is given.
    fn end_idle(&mut self, of: Option<Network>) -> bool {
        let fits = |one: &Connection| of.is_none_or(|network| network == one.network);
        let idle = self
            .open
            .iter()
            .find(|(_, one)| fits(one) && one.end.is_some() && one.busy.is_idle());
        let Some((id, _)) = idle else { return false };
        let id = *id;
        if let Some(end) = self.remove(id).and_then(|one| one.end) {
            end.abort();
        }
        true
    }

    fn remove(&mut self, id: u64) -> Option<Connection> {
        let one = self.open.remove(&id)?;
        if let Some(near) = self.near.get_mut(&one.network) {
            *near -= 1;
            if *near == 0 {
                self.near.remove(&one.network);
            }
        }
        Some(one)
    }
}

impl Open {
    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more from there. Where there are too many, the oldest that asks for nothing makes room;
    /// none where all are at work.
    fn enter(&self, network: Network, busy: Busy, most: Most) -> Option<Entered> {
        let mut all = self.lock();
        let is_full_near = most.near.is_some_and(|most| all.near(network) >= most);
        if is_full_near && !all.end_idle(Some(network)) {
            return None;
        }
        if all.open.len() >= most.in_all && !all.end_idle(None) {
            return None;
        }
        let id = all.next;
        all.next += 1;
        *all.near.entry(network).or_default() += 1;
        let one = Connection {
            network,
            busy,
            end: None,
        };
        all.open.insert(id, one);
        Some(Entered {
            open: self.clone(),
            id,
        })
    }

    fn can_end(&self, id: u64, end: AbortHandle) {
        if let Some(one) = self.lock().open.get_mut(&id) {
            one.end = Some(end);
        }
    }
}

/// A connection that is counted until it is dropped.
struct Entered {
    open: Open,
    id: u64,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let gone = self.open.lock().remove(self.id);
        drop(gone);
    }
}

/// Requests of one connection that are under way, until their answers are written.
#[derive(Clone, Default)]
struct Busy(Arc<AtomicUsize>);

struct Working(Busy);

impl Busy {
    fn work(&self) -> Working {
        self.0.fetch_add(1, Ordering::AcqRel);
        Working(self.clone())
    }

    fn is_idle(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A body whose connection is at work until it is through.
struct Counted {
    body: Body,
    _working: Working,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Serves until told to stop, and then until every request is answered.
pub async fn serve(listener: TcpListener, routes: Router, most: Most, stop: watch::Receiver<bool>) {
    let open = Open::default();
    let mut connections = JoinSet::new();
    let mut stopping = stop.clone();
    loop {
        let accepted = tokio::select! {
            _ = stopping.wait_for(|stops| *stops) => break,
            accepted = listener.accept() => accepted,
            // Those that have ended are let go.
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, from)) => {
                let busy = Busy::default();
                let Some(entered) = open.enter(Network::of(from.ip()), busy.clone(), most) else {
                    continue;
                };
                let id = entered.id;
                let (routes, stop) = (routes.clone(), stop.clone());
                let end = connections.spawn(async move {
                    let patience = most.patience();
                    connection(stream, from, routes, busy, patience, stop).await;
                    drop(entered);
                });
                open.can_end(id, end);
            }
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(
    stream: TcpStream,
    from: SocketAddr,
    routes: Router,
    busy: Busy,
    patience: Duration,
    mut stop: watch::Receiver<bool>,
) {
    // Small answers are not held back; a connection that cannot be told is served all the same.
    let _ = stream.set_nodelay(true);
    let works = busy.clone();
    let service =
        hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let working = works.work();
            let routes = routes.clone();
            async move {
                let mut request: Request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(from));
                let answer: Result<Response<Body>, Infallible> = routes.oneshot(request).await;
                answer.map(|answer| {
                    answer.map(|body| Counted {
                        body,
                        _working: working,
                    })
                })
            }
        });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience)
        .max_concurrent_streams(64);
    let mut serving = pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
    tokio::select! {
        // What a client does wrong, or a connection that breaks, concerns nobody else.
        _ = serving.as_mut() => return,
        _ = stop.wait_for(|stops| *stops) => {}
    }
    serving.as_mut().graceful_shutdown();
    while !busy.is_idle() {
        if tokio::time::timeout(LAST_WORDS, serving.as_mut())
            .await
            .is_ok()
        {
            return;
        }
    }
    let _ = tokio::time::timeout(LAST_WORDS, serving).await;
}
