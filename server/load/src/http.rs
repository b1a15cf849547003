//! A lightweight client: HTTP/1.1 over keep-alive connections, one request at a time on each.

use anyhow::{Context, Result};
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, task::JoinSet};

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    pub(crate) path: String,
    /// The idempotency key of a write; `None` for a read.
    pub(crate) key: Option<String>,
    pub(crate) token: Option<String>,
    /// The secret of a signed-in browser.
    pub(crate) cookie: Option<String>,
    /// JSON, or nothing.
    pub(crate) body: String,
}

impl Ask {
    pub(crate) fn page(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..Self::default()
        }
    }
}

/// An open connection.
pub(crate) struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends when the sender is dropped.
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: address.to_owned(),
        })
    }

    pub(crate) async fn ask(&mut self, ask: &Ask) -> Result<(StatusCode, Bytes)> {
        let method = if ask.key.is_some() {
            Method::POST
        } else {
            Method::GET
        };
        let mut request = Request::builder()
            .method(method)
            .uri(&ask.path)
            .header(header::HOST, &self.host);
        if let Some(key) = &ask.key {
            request = request
                .header("idempotency-key", key)
                .header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(token) = &ask.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(secret) = &ask.cookie {
            request = request.header(header::COOKIE, format!("linli={secret}"));
        }
        self.sender.ready().await?;
        let answer = self
            .sender
            .send_request(request.body(Full::from(ask.body.clone()))?)
            .await?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }
}

/// The responses.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) count: usize,
    /// Total size of all bodies.
    pub(crate) bytes: usize,
    /// How many of each kind: `confirmed`, `waitlisted`, the result of a scan, the code of a
    /// problem, or the status.
    pub(crate) kinds: BTreeMap<String, usize>,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// How long each took.
    pub(crate) each: Vec<Duration>,
}

impl Answers {
    fn add(&mut self, kind: String, bytes: usize, took: Duration) {
        self.count += 1;
        self.bytes += bytes;
        *self.kinds.entry(kind).or_default() += 1;
        self.each.push(took);
    }

    fn join(&mut self, other: Self) {
        self.count += other.count;
        self.bytes += other.bytes;
        self.each.extend(other.each);
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
    }

    pub(crate) fn of(&self, kind: &str) -> usize {
        self.kinds.get(kind).copied().unwrap_or(0)
    }

    /// A percentile of the response times.
    pub(crate) fn percentile(&mut self, percent: usize) -> Duration {
        self.each.sort_unstable();
        let last = self.each.len().saturating_sub(1);
        self.each
            .get(last * percent / 100)
            .copied()
            .unwrap_or_default()
    }
}

/// What a response means. Of a page only the status is looked at.
fn kind(ask: &Ask, status: StatusCode, body: &[u8]) -> String {
    let word = ask.key.as_ref().and_then(|_| {
        let json: serde_json::Value = serde_json::from_slice(body).ok()?;
        let word = match status.is_success() {
            true => json.get("state").or_else(|| json.get("result"))?,
            false => json.get("code")?,
        };
        Some(word.as_str()?.to_owned())
    });
    word.unwrap_or_else(|| status.as_u16().to_string())
}

/// Sends requests `0..many` over that many connections, one request in flight on each, until all
/// are answered or time is up.
pub(crate) async fn storm(
    address: &str,
    connections: usize,
    many: usize,
    limit: Duration,
    ask: impl Fn(usize) -> Ask + Clone + Send + 'static,
) -> Result<Answers> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for mut connection in open {
        let (next, ask) = (next.clone(), ask.clone());
        tasks.spawn(async move {
            let mut answers = Answers::default();
            while begun.elapsed() < limit {
                let k = next.fetch_add(1, Ordering::Relaxed);
                if k >= many {
                    break;
                }
                let ask = ask(k);
                let sent = Instant::now();
                let (status, body) = connection.ask(&ask).await?;
                answers.add(kind(&ask, status, &body), body.len(), sent.elapsed());
            }
            anyhow::Ok(answers)
        });
    }
    let mut all = Answers::default();
    for answers in tasks.join_all().await {
        all.join(answers?);
    }
    all.took = begun.elapsed();
    Ok(all)
}

/// Sends requests `0..many` spread evenly over `within`, each on its own connection, like a crowd.
pub(crate) async fn rush(
    address: &str,
    many: usize,
    within: Duration,
    ask: impl Fn(usize) -> Ask,
) -> Result<Answers> {
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for k in 0..many {
        let (ask, address) = (ask(k), address.to_owned());
        let at = within.mul_f64(k as f64 / many as f64);
        tasks.spawn(async move {
            tokio::time::sleep_until((begun + at).into()).await;
            let sent = Instant::now();
            let (status, body) = Connection::open(&address).await?.ask(&ask).await?;
            anyhow::Ok((kind(&ask, status, &body), sent.elapsed()))
        });
    }
    let mut all = Answers::default();
    for answer in tasks.join_all().await {
        let (kind, took) = answer.context("somebody was not answered")?;
        all.add(kind, 0, took);
    }
    all.took = begun.elapsed();
    Ok(all)
}
