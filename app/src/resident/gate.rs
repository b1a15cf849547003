//! What the residents' pages share: finding what a path names, with the right to it; the way to sign
//! in and back; the narrow page.

use crate::web::{Fault, Visit, redirect};
use axum::{http::StatusCode, response::Response};
use domain::{
    Refusal,
    id::{BookingId, CenterId, OccurrenceId},
    person::Relation,
};
use leptos::prelude::*;
use store::{
    accounts::Account,
    bookings::{self, BookingView},
    centers::{self, CenterSummary, CenterView},
    occurrences::{self, OccurrenceView},
    people::Person,
};

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

/// What a page answers that failed as a whole: people who are not signed in may sign in and come
/// back.
pub(super) fn tell(visit: &Visit, refusal: Option<Refusal>) -> Response {
    match refusal {
        Some(Refusal::Unauthenticated) => {
            let is_unproven = visit.login.as_ref().is_some_and(|login| login.is_unproven);
            let door = if is_unproven {
                "/sign-in/who"
            } else {
                "/sign-in"
            };
            redirect(&format!("{door}?{}", query("back", &visit.here)))
        }
        refusal => visit.told(refusal.as_ref()),
    }
}

/// The account of the resident who asks, complete with name and birth year; else the way to enter
/// them.
pub(super) async fn complete_account(visit: &Visit) -> Result<Account, Fault> {
    let account = store::accounts::find(visit.db(), &visit.account()?).await?;
    if account.holder.is_none() {
        return Err(Fault::instead(redirect(&details(&visit.here))));
    }
    Ok(account)
}

/// The people of the resident who asks, the holder first; else the way to enter who that is.
pub(super) async fn own_people(visit: &Visit) -> Result<Vec<Person>, Fault> {
    let people = store::people::list(visit.db(), &visit.account()?).await?;
    match people.first() {
        Some(first) if first.relation == Relation::Myself => Ok(people),
        _ => Err(Fault::instead(redirect(&details(&visit.here)))),
    }
}

/// A booking of the caller's own.
pub(super) async fn own_booking(visit: &Visit, id: &str) -> Result<BookingView, Fault> {
    visit.account()?;
    let id: BookingId = id.parse()?;
    Ok(bookings::find(visit.db(), &visit.caller, &id).await?)
}

/// A center that anyone may see.
pub(super) async fn center(visit: &Visit, id: &str) -> Result<CenterView, Fault> {
    let id: CenterId = id.parse()?;
    Ok(centers::find(visit.db(), &id).await?)
}

/// The same as far as lists tell of it: from memory, or from its row where it has just come.
pub(super) async fn center_summary(visit: &Visit, id: &str) -> Result<CenterSummary, Fault> {
    let id: CenterId = id.parse()?;
    if let Some(known) = visit.site.centers().get(id.as_str()) {
        return Ok(known.clone());
    }
    Ok(centers::find(visit.db(), &id).await?.summary)
}

/// An occurrence that anyone may see.
pub(super) async fn occurrence(visit: &Visit, id: &str) -> Result<OccurrenceView, Fault> {
    let id: OccurrenceId = id.parse()?;
    Ok(occurrences::find(visit.db(), &id).await?)
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
