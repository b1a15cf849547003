//! How a browser wants the site shown: language, mode, home center. Cookies, so that it also
//! works without an account and without JavaScript.

use crate::{
    page::Mode,
    web::{Form, Visit, redirect, with_cookie},
};
use axum::{Router, response::Response, routing::post};
use domain::id::CenterId;
use leptos_i18n::Locale as _;

use crate::{i18n::Locale, web::Site};

/// Seconds of a year.
const YEAR: i64 = 365 * 24 * 3600;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/preferences", post(save))
}

async fn save(visit: Visit, form: Form) -> Response {
    let secure = visit.site.settings().secure_cookies;
    let mut response = redirect(form.get("back").unwrap_or("/"));
    if let Some(mode) = form.get("mode") {
        response = with_cookie(response, "mode", Mode::parse(mode).as_str(), YEAR, secure);
    }
    let lang = form
        .get("lang")
        .and_then(|lang| Locale::get_all().iter().find(|l| l.as_str() == lang));
    if let Some(lang) = lang {
        response = with_cookie(response, "lang", lang.as_str(), YEAR, secure);
        // Messages follow the language of the site; that they could not is no reason to stop.
        if visit.account().is_ok() {
            let _ = store::accounts::set_locale(visit.db(), &visit.act(), lang.as_str()).await;
        }
    }
    if let Some(center) = form
        .get("center")
        .and_then(|text| text.parse::<CenterId>().ok())
    {
        response = visit.at_home(response, &center);
    }
    response
}
