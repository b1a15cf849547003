//! A note at a booking, for those who are at the door that day.

use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{ErrorSummary, FormKey, Problems, TextArea},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use domain::audit::Verb;
use leptos::prelude::*;
use store::{
    Error,
    bookings::{self, BookingView, MAX_NOTE},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/bookings/{id}/note", get(ask).post(save))
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let booking = gate::booking(&visit, &id, Verb::BookingView).await?;
    let text = bookings::noted(visit.db(), &booking.id).await?;
    Ok(page(&visit, booking, text, Problems::none()))
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let booking = gate::booking(&visit, &id, Verb::BookingView).await?;
    let text = form.text("note");
    let act = visit.once(&form)?;
    match bookings::note(visit.db(), &act, booking.id.clone(), text).await {
        Ok(()) => Ok(redirect(&format!(
            "/staff/occurrences/{}?done=noted",
            booking.occurrence_id
        ))),
        Err(Error::Refused(refusal)) => {
            let mut problems = Problems::none();
            problems.note(visit.locale, &refusal, visit.now);
            Ok(page(&visit, booking, text.to_owned(), problems))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, booking: BookingView, text: String, problems: Problems) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let page = gate::page(visit, td_string!(locale, note.title)).narrow();
    let page = match problems.any() {
        true => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        false => page,
    };
    page.render(move || {
        let back = format!("/staff/occurrences/{}", booking.occurrence_id);
        let when = words::span_near(locale, booking.span(), now);
        let most = u16::try_from(MAX_NOTE).unwrap_or(u16::MAX);
        view! {
            <a class="back-link" href=back>{td_string!(locale, staff.roster.title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, note.title)}</h1>
                <p class="lead">{booking.person_name.clone()}" · "{booking.title.clone()}" · "{when}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=format!("/staff/bookings/{}/note", booking.id)><FormKey />
                <TextArea name="note" label=td_string!(locale, note.label) hint=td_string!(locale, note.hint)
                    value=text error=problems.of("note") maxlength=most />
                <button class="button button-main" type="submit">{td_string!(locale, note.save)}</button>
            </form>
        }
    })
}
