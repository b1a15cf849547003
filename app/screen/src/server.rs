//! What a kiosk asks the server, and the server's time as this page knows it.

use gloo::{timers::callback::Interval, utils::window};
use gloo_net::http::{Request, Response};
use js_sys::Date;
use serde::{Deserialize, Serialize};
use std::cell::Cell;

/// Where a kiosk's part of the interface is.
pub(crate) const ROOT: &str = "/api/v1/kiosk";

/// The members of answers that a screen reads.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Told {
    /// The server's time.
    now: String,
    /// The kiosk's id.
    pub(crate) id: String,
    /// What wall codes are made of, in hex.
    pub(crate) wall_secret: String,
    /// Where a wall code leads.
    pub(crate) wall_address: String,
    /// Whether a ticket is genuine.
    pub(crate) genuine: Option<bool>,
}

/// What a kiosk tells of itself. A member that is none is left out.
#[derive(Default, Serialize)]
pub(crate) struct Health<'a> {
    /// The version of the program.
    pub(crate) version: &'a str,
    /// `ok`, `failed` or `unknown`.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) camera: &'a str,
    /// Likewise.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) scanner: &'a str,
    /// What the self-test has found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) checks: Vec<Check<'a>>,
    /// How far the device's clock is ahead, in milliseconds; [`tell`] knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clock_off_ms: Option<i64>,
}

/// One check of the self-test.
#[derive(Serialize)]
pub(crate) struct Check<'a> {
    /// Its stable name.
    pub(crate) check: &'a str,
    /// `green`, `amber` or `red`.
    pub(crate) light: &'a str,
}

/// The server's time, measured.
#[derive(Clone, Copy)]
struct Measured {
    /// The server's clock (UTC milliseconds) …
    server: f64,
    /// … when the page had run for so long (milliseconds).
    ran: f64,
    /// How far the device's clock was ahead.
    off: f64,
}

thread_local! {
    static MEASURED: Cell<Option<Measured>> = const { Cell::new(None) };
}

/// How long the page has run, in milliseconds: a clock that nobody sets.
pub(crate) fn ran() -> f64 {
    window()
        .performance()
        .map_or_else(Date::now, |performance| performance.now())
}

/// The server's time now, and how far the device's clock was ahead when it was measured, and is
/// now; none before the first answer.
pub(crate) fn time() -> Option<Time> {
    let measured = MEASURED.with(Cell::get)?;
    let age = ran() - measured.ran;
    let now = measured.server + age;
    Some(Time {
        now,
        age,
        off: measured.off,
        off_now: Date::now() - now,
    })
}

/// See [`time`]. All in milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct Time {
    /// The server's time.
    pub(crate) now: f64,
    /// How old the measurement is.
    pub(crate) age: f64,
    /// How far the device's clock was ahead then.
    pub(crate) off: f64,
    /// How far it is ahead now.
    pub(crate) off_now: f64,
}

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Silence {
    /// No network, or no server.
    Unreachable,
    /// This browser is no kiosk any more.
    NotPaired,
    /// The server could not.
    Failed,
}

/// Asks, and measures the server's time.
pub(crate) async fn ask(path: &str) -> Result<Told, Silence> {
    exchange(Request::get(path).build()).await
}

/// Sends, and measures the server's time.
pub(crate) async fn send(path: &str, body: &impl Serialize) -> Result<Told, Silence> {
    exchange(Request::post(path).json(body)).await
}

/// Says how the kiosk is, and how far its clock is off if that is known.
pub(crate) async fn tell(mut health: Health<'_>) -> Result<Told, Silence> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds")]
    let off = time().map(|time| time.off_now.round() as i64);
    health.clock_off_ms = off;
    send(&format!("{ROOT}/health"), &health).await
}

/// The server's time follows from the answer's member `now`: halfway between asking and having the
/// answer.
async fn exchange(request: Result<Request, gloo_net::Error>) -> Result<Told, Silence> {
    let begun = ran();
    let request = request.map_err(|_| Silence::Failed)?;
    let answer = request.send().await.map_err(|_| Silence::Unreachable)?;
    let told = read(answer).await?;
    let ended = ran();
    let now = Date::parse(&told.now);
    if now.is_finite() {
        let server = now + (ended - begun) / 2.0;
        let measured = Measured {
            server,
            ran: ended,
            off: Date::now() - server,
        };
        MEASURED.with(|cell| cell.set(Some(measured)));
    }
    Ok(told)
}

async fn read(answer: Response) -> Result<Told, Silence> {
    match answer.status() {
        200..=299 => answer.json().await.map_err(|_| Silence::Failed),
        401 | 403 => Err(Silence::NotPaired),
        502..=504 => Err(Silence::Unreachable),
        _ => Err(Silence::Failed),
    }
}

/// Goes to another screen in place of this one, so that the back key does not lead here.
pub(crate) fn replace(path: &str) {
    let _ = window().location().replace(path);
}

/// Calls again and again while the page lives.
pub(crate) fn every(millis: u32, then: impl FnMut() + 'static) {
    Interval::new(millis, then).forget();
}
