//! The ticket of a place in a shift: shown when one comes and again when one goes.

use super::super::{
    gate,
    place::phone_link,
    ticket::{ics, readable},
};
use crate::{
    i18n::td_string,
    islands::{TicketIsland, TicketWords},
    ui::{Badge, TearOff, Tone},
    web::{Answer, Fault, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{
    activity::Status,
    booking::State,
    calendar::{self, Event, Standing},
    check_in::CHECK_OUT_GRACE,
    commitment::Subject,
    id::AssignmentId,
    shift::{AssignmentState, at_door},
    time::Timestamp,
};
use leptos::prelude::*;
use store::assignments::{self, AssignmentView};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/assignments/{id}/ticket", get(show))
        .route("/assignments/{id}/event.ics", get(event))
}

/// An assignment of the caller's own.
async fn own(visit: &Visit, id: &str) -> Result<AssignmentView, Fault> {
    visit.account()?;
    let id: AssignmentId = id.parse()?;
    Ok(assignments::find(visit.db(), &visit.caller, &id).await?)
}

async fn event(visit: Visit, Path(id): Path<String>) -> Answer {
    let view = own(&visit, &id).await?;
    let event = calendar_event(&visit, &view);
    Ok(ics(calendar::write(
        Some(words::calendar_name(visit.locale)),
        &[event],
    )))
}

/// The calendar entry of a place in a shift: a stable UID, a rising SEQUENCE (C-160).
fn calendar_event(visit: &Visit, view: &AssignmentView) -> Event {
    let locale = visit.locale;
    let origin = &visit.site.settings().origin;
    let state = match view.shift_status {
        Status::Cancelled => State::Cancelled,
        _ => at_door(view.state),
    };
    let place = [view.center_name.as_str(), view.place.as_str()];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    Event {
        uid: calendar::uid(&Subject::Assignment(view.id.clone())),
        sequence: u32::try_from(view.sequence).unwrap_or(0),
        stamp: visit.now,
        span: view.span,
        standing: Standing::from(state),
        is_transparent: false,
        summary: words::event_summary(locale, state, &view.title, &view.name),
        location: Some(place.join(", ")),
        description: view.position.clone(),
        url: (!origin.is_empty()).then(|| format!("{origin}/assignments/{}/ticket", view.id)),
        organizer: Some(view.center_name.clone()),
        reminder: Some(words::event_reminder(locale, &view.title)),
    }
}

/// Whether a code is shown: while a place is held, until nobody can check out any more.
pub(super) fn opens_a_door(view: &AssignmentView, now: Timestamp) -> bool {
    let held = matches!(
        view.state,
        AssignmentState::Confirmed | AssignmentState::CheckedIn | AssignmentState::CheckedOut
    );
    held && now < view.span.end().plus(CHECK_OUT_GRACE)
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let view = own(&visit, &id).await?;
    let locale = visit.locale;
    let token = visit.site.tickets().of_assignment(&view.id);
    let qr = opens_a_door(&view, visit.now)
        .then(|| ticket::qr::svg(&token, td_string!(locale, ticket.qr)).ok())
        .flatten();
    let reader = visit.clone();
    let title = td_string!(locale, ledger.ticket);
    Ok(gate::answer(&visit, title, false, move || {
        let words = TicketWords {
            open: td_string!(locale, ticket.enlarge).to_owned(),
            close: td_string!(locale, ticket.close).to_owned(),
            kept: td_string!(locale, ticket.kept).to_owned(),
        };
        let tone = match view.state.holds_place() {
            true => Tone::Good,
            false => Tone::Warn,
        };
        let mut who = vec![view.name.clone()];
        who.extend(view.position.clone());
        view! {
            <a class="back-link" href="/me/shifts">{td_string!(locale, shift.my_title)}</a>
            <p class="offline-banner kept-note" role="status">{td_string!(locale, ticket.from_phone)}</p>
            <article class="ticket" id="ticket" data-state=view.state.as_str()>
                <div class="ticket-head">
                    <TearOff locale at=view.span.start() />
                    <div>
                        <h1>{view.title.clone()}</h1>
                        <p class="clock">{words::span_near(locale, view.span, reader.now)}</p>
                        <p><Badge text=words::assignment_state(locale, view.state) tone /></p>
                    </div>
                </div>
                {qr.map(|svg| view! {
                    <div class="ticket-qr" id="bright">
                        <div class="qr" inner_html=svg></div>
                        <p class="ticket-code">{readable(&view.short_code)}</p>
                        <p class="ticket-who">{who.join(" · ")}</p>
                        <TicketIsland words />
                    </div>
                })}
                <p>{td_string!(locale, ledger.ticket_hint)}</p>
                <dl class="facts">
                    <dt>{td_string!(locale, ticket.place)}</dt>
                    <dd><a href=format!("/centers/{}", view.center_id)>{view.center_name.clone()}</a><br/>{view.place.clone()}</dd>
                    {phone_link(&view.center_phone).map(|call| view! { <dt>{td_string!(locale, ticket.call)}</dt><dd>{call}</dd> })}
                    {times(&reader, &view)}
                    <dt>{td_string!(locale, shift.lead)}</dt>
                    <dd>{td_string!(locale, ledger.ticket_lead)}</dd>
                </dl>
            </article>
            <p class="cluster">
                {view.state.is_live().then(|| view! {
                    <a class="button" href=format!("/assignments/{}/event.ics", view.id)>{td_string!(locale, ticket.calendar)}</a>
                })}
                <a class="button" href=format!("/shifts/{}", view.shift_id)>{td_string!(locale, ledger.back_to_shift)}</a>
                {view.may_be_given_back(reader.now).then(|| view! {
                    <a class="button button-quiet" href=format!("/assignments/{}/withdraw", view.id)>{td_string!(locale, shift.withdraw)}</a>
                })}
            </p>
        }
    }))
}

/// When they came and went.
fn times(visit: &Visit, view: &AssignmentView) -> impl IntoView + use<> {
    let locale = visit.locale;
    let at = |time: Timestamp| words::moment(locale, time, visit.now);
    let came = view.checked_in_at.map(at);
    let went = view.checked_out_at.map(at);
    view! {
        {came.map(|time| view! { <dt>{td_string!(locale, ledger.came)}</dt><dd class="clock">{time}</dd> })}
        {went.map(|time| view! { <dt>{td_string!(locale, ledger.went)}</dt><dd class="clock">{time}</dd> })}
    }
}
