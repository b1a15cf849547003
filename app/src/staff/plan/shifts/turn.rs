//! A shift as a whole: a draft is published or thrown away, one that is known is cancelled. Each is an
//! act of its own.

use super::one::{find, told};
use crate::{
    i18n::{Locale, td_string},
    ui::FormKey,
    web::{Answer, Form, Site, Visit, redirect},
};
use axum::{Router, extract::Path, response::Response, routing::post};
use domain::{Refusal, access::Action, activity::Status};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    shifts::{self, ShiftView},
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/shifts/{id}/publish", post(publish))
        .route("/staff/shifts/{id}/remove-draft", post(discard))
        .route("/staff/shifts/{id}/cancel", post(cancel))
}

/// What can be done with it as a whole.
pub(super) fn acts(locale: Locale, shift: &ShiftView) -> AnyView {
    match shift.status {
        Status::Draft => discard_form(locale, shift).into_any(),
        Status::Published => cancel_form(locale, shift).into_any(),
        Status::Cancelled => ().into_any(),
    }
}

/// The way to open a draft to volunteers.
pub(super) fn publish_form(locale: Locale, shift: &ShiftView) -> impl IntoView + use<> {
    let action = format!("/staff/shifts/{}/publish", shift.id);
    let revision = shift.revision.to_string();
    view! {
        <section class="card" aria-labelledby="draft">
            <h2 id="draft">{td_string!(locale, status.draft)}</h2>
            <p>{td_string!(locale, staff.shift.publish_hint)}</p>
            <form method="post" action=action><FormKey />
                <input type="hidden" name="revision" value=revision />
                <button class="button button-main" type="submit">{td_string!(locale, staff.shift.publish)}</button>
            </form>
        </section>
    }
}

fn discard_form(locale: Locale, shift: &ShiftView) -> impl IntoView + use<> {
    let action = format!("/staff/shifts/{}/remove-draft", shift.id);
    let revision = shift.revision.to_string();
    view! {
        <details class="disclosure">
            <summary>{td_string!(locale, staff.shift.discard)}</summary>
            <p>{td_string!(locale, staff.shift.discard_hint)}</p>
            <form class="form" method="post" action=action><FormKey />
                <input type="hidden" name="revision" value=revision />
                <button class="button button-danger" type="submit">{td_string!(locale, staff.shift.discard)}</button>
            </form>
        </details>
    }
}

fn cancel_form(locale: Locale, shift: &ShiftView) -> impl IntoView + use<> {
    let action = format!("/staff/shifts/{}/cancel", shift.id);
    let revision = shift.revision.to_string();
    view! {
        <details class="disclosure">
            <summary>{td_string!(locale, staff.shift.cancel)}</summary>
            <p>{td_string!(locale, staff.shift.cancel_hint)}</p>
            <form class="form" method="post" action=action><FormKey />
                <input type="hidden" name="revision" value=revision />
                <div class="form-field">
                    <label for="reason">{td_string!(locale, cancel.reason)}" "<span class="optional">{td_string!(locale, cancel.optional)}</span></label>
                    <input class="input" id="reason" name="reason" maxlength="200" autocomplete="off" />
                </div>
                <button class="button button-danger" type="submit">{td_string!(locale, staff.shift.cancel)}</button>
            </form>
        </details>
    }
}

/// The revision that was looked at; whether it is the newest one is for the transaction to say.
fn revision(form: &Form) -> Result<Option<i64>, Refusal> {
    let revision = form.number("revision")?;
    revision.map(Some).ok_or(Refusal::Stale)
}

async fn publish(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (shift, _) = find(&visit, &id, Action::ManageActivities).await?;
    let revision = match revision(&form) {
        Ok(revision) => revision,
        Err(refusal) => return told::<()>(&visit, &id, Err(refusal.into())).await,
    };
    let act = visit.once(&form)?;
    let published = shifts::publish(visit.db(), &act, &shift.id, revision).await;
    told(&visit, &id, published.map(Ok)).await
}

async fn discard(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (shift, center) = find(&visit, &id, Action::ManageActivities).await?;
    let revision = match revision(&form) {
        Ok(revision) => revision,
        Err(refusal) => return told::<()>(&visit, &id, Err(refusal.into())).await,
    };
    let act = visit.once(&form)?;
    match shifts::discard(visit.db(), &act, &shift.id, revision).await {
        Ok(()) => Ok(discarded(&center)),
        Err(Error::Refused(refusal)) => told::<()>(&visit, &id, Err(refusal.into())).await,
        Err(error) => Err(error.into()),
    }
}

async fn cancel(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (shift, center) = find(&visit, &id, Action::ManageActivities).await?;
    let revision = match revision(&form) {
        Ok(revision) => revision,
        Err(refusal) => return told::<()>(&visit, &id, Err(refusal.into())).await,
    };
    let (act, reason) = (visit.once(&form)?, form.text("reason"));
    let cancelled = shifts::cancel(visit.db(), &act, &shift.id, reason, revision).await;
    match cancelled {
        // It was a draft, whatever the page showed.
        Ok(None) => Ok(discarded(&center)),
        cancelled => told(&visit, &id, cancelled.map(Ok)).await,
    }
}

fn discarded(center: &CenterView) -> Response {
    redirect(&format!(
        "/staff/centers/{}/shifts?done=discarded",
        center.summary.id
    ))
}
