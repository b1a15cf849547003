//! What a form leaves for the page that comes after it. Every form of this face is answered by
//! sending the browser on, and what was entered goes along in a cookie that the next page spends:
//! so no page of the history is the answer to a form, and going back shows nothing that was typed
//! (C-131).

use crate::web::{Visit, cookie, redirect, with_cookie};
use axum::{http::HeaderMap, response::Response};
use data_encoding::BASE64URL_NOPAD;
use domain::Refusal;
use serde::{Deserialize, Serialize};

/// The cookie; also named by what forgets.
pub(super) const ENTRY: &str = "kiosk-entry";

/// It waits for its page so long, in seconds: that page comes at once.
const WAITS: i64 = 30;

/// What was entered, and what is to be said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The page that it is for, without its query.
    page: String,
    /// What stands in the field.
    pub typed: String,
    /// What was wrong with it.
    pub wrong: Option<Refusal>,
}

impl Entry {
    /// What was typed so far, to be shown by that page.
    pub(super) fn typed(page: &str, typed: String) -> Self {
        Self {
            page: page.to_owned(),
            typed,
            wrong: None,
        }
    }

    /// Something to be said by that page.
    pub(super) fn wrong(page: &str, refusal: Refusal) -> Self {
        Self {
            page: page.to_owned(),
            typed: String::new(),
            wrong: Some(refusal),
        }
    }

    /// What was left for this page; nothing where nothing was.
    pub(super) fn of(visit: &Visit, headers: &HeaderMap) -> Self {
        let here = visit.here.split('?').next().unwrap_or_default();
        let read = || {
            let text = cookie(headers, ENTRY)?;
            let json = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
            serde_json::from_slice::<Self>(&json).ok()
        };
        read()
            .filter(|entry| entry.page == here)
            .unwrap_or_default()
    }

    /// Sends the browser to the page.
    pub(super) fn send(&self, visit: &Visit) -> Response {
        self.with(visit, redirect(&self.page))
    }

    /// Lets an answer that leads to the page take this along.
    pub(super) fn with(&self, visit: &Visit, response: Response) -> Response {
        let json = serde_json::to_vec(self).unwrap_or_default();
        let secure = visit.site.settings().secure_cookies;
        with_cookie(
            response,
            ENTRY,
            &BASE64URL_NOPAD.encode(&json),
            WAITS,
            secure,
        )
    }

    /// The page that shows it; shown again it shows nothing of it.
    pub(super) fn spent(&self, visit: &Visit, response: Response) -> Response {
        if *self == Self::default() {
            return response;
        }
        with_cookie(response, ENTRY, "", 0, visit.site.settings().secure_cookies)
    }
}
