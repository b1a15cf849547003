//! The frame of every page, and the way from a view to an HTTP response.
//!
//! Rendering is synchronous: a handler has all its data before it builds the view, so nothing
//! streams and a reader without JavaScript gets the whole page. `leptos_axum` and `HydrationScripts`
//! are not used: they bring the router, and look the hashed names up on disk for every page.
//! A page without an island carries no WASM, only a small script of comforts (`app/tools.js`).

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, header};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use leptos_i18n::Locale as _;

use crate::assets::assets;
use crate::i18n::td_string;
use crate::page::{Face, Page};
use crate::ui::chrome;

/// The number that allows this response's own scripts (CSP). In the context of every view.
#[derive(Clone, Debug)]
pub struct Nonce(pub Arc<str>);

impl Page {
    /// Renders the view inside the shell.
    ///
    /// `view` runs at once, with [`Nonce`] in its context. The data that it shows must be at hand:
    /// resources and suspense do not resolve here.
    pub fn render<V: IntoView + 'static>(self, view: impl FnOnce() -> V) -> Response<Body> {
        let nonce = Nonce::fresh();
        let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
        let status = self.status;
        let cache = if self.public {
            "private, no-cache"
        } else {
            "no-store"
        };
        let html = owner.with(|| {
            provide_context(nonce.clone());
            let body = chrome::frame(&self, view().into_any()).to_html();
            framed(document(self, &body, &nonce).to_html(), &body)
        });
        owner.unset_with_forced_cleanup();

        let mut response = Response::new(Body::from(html));
        *response.status_mut() = status;
        response.extensions_mut().insert(nonce.clone());
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
        nonce.allow(headers);
        response
    }
}

impl Nonce {
    /// A number that no other response has.
    pub fn fresh() -> Self {
        Self(fresh_nonce().into())
    }

    /// Writes the policy that lets only scripts with this number run.
    pub fn allow(&self, headers: &mut HeaderMap) {
        let policy = format!(
            "default-src 'self'; script-src 'nonce-{}' 'strict-dynamic' 'wasm-unsafe-eval'; \
             style-src 'self'; img-src 'self' data:; worker-src 'self'; object-src 'none'; base-uri 'none'; \
             form-action 'self'; frame-ancestors 'none'",
            self.0
        );
        if let Ok(policy) = HeaderValue::try_from(policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// 128 random bits as text. The one place where a page needs randomness; it decides nothing.
fn fresh_nonce() -> String {
    let mut bytes = [0; 16];
    // Without the system's randomness there is no nonce that anyone could rely on, nor a session:
    // an empty one makes the browser refuse every script, which is the safe side.
    match getrandom::fill(&mut bytes) {
        Ok(()) => data_encoding::BASE64URL_NOPAD.encode(&bytes),
        Err(_) => String::new(),
    }
}

/// The document around a rendered body, which is put in afterwards.
fn document(page: Page, body: &str, nonce: &Nonce) -> impl IntoView + use<> {
    let files = assets();
    let title = format!("{} · {}", page.title, td_string!(page.locale, site.name));
    // Whatever stands in it is shown as it is: the marks that views put beside texts too.
    let title = html_escape::encode_text(&title).into_owned();
    // What moves on a kiosk and on the staff's pages are modules of their own.
    let (moves, js, wasm) = match page.face {
        _ if page.kiosk => ("<leptos-island", &files.screen_js, &files.screen_wasm),
        Face::Staff => ("\"live-state\"", &files.desk_js, &files.desk_wasm),
        Face::Resident | Face::Kiosk => ("<leptos-island", &files.js, &files.wasm),
    };
    let (js, wasm) = (js.as_str(), wasm.as_str());
    let script = body.contains(moves).then(|| {
        // crossorigin: a preload is used only when its mode equals that of the later fetch
        view! {
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
            <script type="module" src=js nonce=nonce.0.to_string()></script>
        }
    });
    // The size of this panel's pixels.
    let panel = page
        .kiosk
        .then(|| view! { <link rel="stylesheet" href="/kiosk/panel.css" /> });
    let onward = page.onward.map(|(seconds, path)| {
        view! { <noscript><meta http-equiv="refresh" content=format!("{seconds};url={path}") /></noscript> }
    });
    let own = page.kiosk.then_some("");
    // What is somebody's is asked for anew on the way back.
    let kept = page.public.then_some("");
    view! {
        <!DOCTYPE html>
        <html lang=page.locale.as_str() data-mode=page.mode.as_str() data-face=page.face.as_str() data-kiosk=own data-kept=kept>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <title inner_html=title></title>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                <meta name="theme-color" content="#1b6149" />
                <link rel="stylesheet" href=files.css.as_str() />
                <script type="module" src=files.tools.as_str() nonce=nonce.0.to_string()></script>
                {panel}
                {onward}
                {script}
            </head>
            <body></body>
        </html>
    }
}

/// The document with its body, which a view would copy three times: it may be long.
fn framed(document: String, body: &str) -> String {
    let at = document.rfind("</body>").unwrap_or(document.len());
    let (head, foot) = document.split_at(at);
    [head, body, foot].concat()
}
