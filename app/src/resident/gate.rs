//! What pages of a signed-in resident share: the way to sign in and back, the first details,
//! and the narrow page.

use crate::web::{Fault, Visit, redirect};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::Refusal;
use leptos::prelude::*;
use store::{Error, accounts::Account};

/// The page that asks for name and birth year, and then goes on.
pub(super) fn details(back: &str) -> String {
    format!("/me/details?{}", query("back", back))
}

/// A query of one field.
pub(super) fn query(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish()
}

/// What a page answers that failed as a whole: who is not signed in may sign in and comes back.
pub(super) fn fail(visit: &Visit, error: impl Into<Error>) -> Response {
    let error = error.into();
    match error.refusal() {
        Some(Refusal::Unauthenticated) => {
            redirect(&format!("/sign-in?{}", query("back", &visit.here)))
        }
        _ => Fault::new(visit.locale, error).into_response(),
    }
}

/// The account of who asks, complete with name and birth year; else the way to get there.
pub(super) async fn complete_account(visit: &Visit) -> Result<Account, Response> {
    let id = visit.account().map_err(|refusal| fail(visit, refusal))?;
    let account = store::accounts::find(visit.db(), &id)
        .await
        .map_err(|e| fail(visit, e))?;
    if account.holder.is_none() {
        return Err(redirect(&details(&visit.here)));
    }
    Ok(account)
}

/// A page of one column; `refused` makes it a 422.
pub(super) fn answer<V: IntoView + 'static>(
    visit: &Visit,
    title: impl Into<String>,
    refused: bool,
    view: impl FnOnce() -> V,
) -> Response {
    let status = if refused {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    visit.page(title).narrow().status(status).render(view)
}
