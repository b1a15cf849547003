//! What a kiosk asks the server, and the server's time as this page knows it.

use js_sys::{Date, Reflect};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, Request, RequestInit, Response};

/// Where a kiosk's part of the interface is.
pub(crate) const ROOT: &str = "/api/v1/kiosk";

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
fn ran() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
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

/// Asks, and measures the server's time by the answer's member `now`: halfway between asking and
/// having the answer.
pub(crate) async fn ask(path: &str, body: Option<&str>) -> Result<JsValue, Silence> {
    let begun = ran();
    let answer = send(path, body).await?;
    let ended = ran();
    let told = Reflect::get(&answer, &"now".into()).unwrap_or(JsValue::UNDEFINED);
    let told = told.as_string().map_or(f64::NAN, |text| Date::parse(&text));
    if told.is_finite() {
        let server = told + (ended - begun) / 2.0;
        let measured = Measured {
            server,
            ran: ended,
            off: Date::now() - server,
        };
        MEASURED.with(|cell| cell.set(Some(measured)));
    }
    Ok(answer)
}

async fn send(path: &str, body: Option<&str>) -> Result<JsValue, Silence> {
    let window = web_sys::window().ok_or(Silence::Failed)?;
    let init = RequestInit::new();
    if let Some(body) = body {
        init.set_method("POST");
        init.set_body(&body.into());
    }
    let request = Request::new_with_str_and_init(path, &init).map_err(|_| Silence::Failed)?;
    let headers: Headers = request.headers();
    let _ = headers.set("content-type", "application/json");
    let response: Response = JsFuture::from(window.fetch_with_request(&request))
        .await
        .map_err(|_| Silence::Unreachable)?
        .unchecked_into();
    match response.status() {
        200..=299 => {}
        401 | 403 => return Err(Silence::NotPaired),
        502..=504 => return Err(Silence::Unreachable),
        _ => return Err(Silence::Failed),
    }
    let json = response.json().map_err(|_| Silence::Failed)?;
    JsFuture::from(json).await.map_err(|_| Silence::Failed)
}

/// A text member of an answer.
pub(crate) fn text(of: &JsValue, name: &str) -> Option<String> {
    Reflect::get(of, &name.into()).ok()?.as_string()
}

/// Goes to another screen in place of this one, so that the back key does not lead here.
pub(crate) fn replace(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().replace(path);
    }
}

/// Calls again and again while the page lives.
pub(crate) fn every(millis: i32, then: impl FnMut() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let call = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(then);
    let function = call.as_ref().unchecked_ref();
    let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(function, millis);
    call.forget();
}
