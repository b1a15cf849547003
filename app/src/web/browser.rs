//! A browser's own mark: a secret that tells it from others before anybody signs in, so that what a
//! stranger tries elsewhere is not counted against it (C-182). It says nothing about who uses it.

use super::{Visit, with_cookie};
use axum::{body::Body, http::Response};
use data_encoding::BASE64URL_NOPAD;
use domain::retention::BROWSERS;

/// The cookie that holds the mark.
pub(super) const fn browser_cookie(secure: bool) -> &'static str {
    if secure {
        "__Host-linli-browser"
    } else {
        "linli-browser"
    }
}

/// Whether a cookie of that name is the mark, which no page depends on.
pub fn is_browser_mark(name: &str) -> bool {
    name == browser_cookie(true) || name == browser_cookie(false)
}

/// Whether a cookie holds what we could have put there.
pub(super) fn is_mark(text: &str) -> bool {
    text.len() == 43 && BASE64URL_NOPAD.decode(text.as_bytes()).is_ok()
}

/// A mark that the browser is given with the answer, if it has none yet.
#[must_use]
pub struct Mark {
    fresh: Option<String>,
    secure: bool,
}

impl Mark {
    /// The answer, with the mark.
    pub fn on(self, response: Response<Body>) -> Response<Body> {
        let Some(secret) = self.fresh else {
            return response;
        };
        let name = browser_cookie(self.secure);
        with_cookie(response, name, &secret, BROWSERS / 1000, self.secure)
    }
}

impl Visit {
    /// The same visit of a browser with a mark.
    pub fn marked(mut self) -> (Self, Mark) {
        let mut mark = Mark {
            fresh: None,
            secure: self.site.settings().secure_cookies,
        };
        if self.browser.is_none() {
            let secret = BASE64URL_NOPAD.encode(&self.site.ids().random::<32>());
            self.browser = Some(secret.clone());
            mark.fresh = Some(secret);
        }
        (self, mark)
    }
}
