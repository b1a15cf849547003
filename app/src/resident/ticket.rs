//! The ticket of a booking: its QR, the code to read out, when and where, and the calendar entry.

use super::{
    gate,
    giving_back::{self, Way},
    place::phone_link,
    thanks,
};
use crate::{
    i18n::td_string,
    islands::{TicketIsland, TicketWords},
    ui::{NoticeBox, TearOff, Tone},
    web::{Answer, Fault, Form, Site, Visit},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    booking::State,
    calendar::{self, Event, Standing},
    commitment::Subject,
    terms::Terms,
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    bookings::{self, BookingView},
    occurrences::{self, OccurrenceView},
    thanks::OfBooking,
};
use ticket::ShortCode;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/me/bookings/{id}/ticket", get(show))
        .route("/me/bookings/{id}/event.ics", get(event))
}

/// The terms of what is booked.
async fn terms(visit: &Visit, booking: &BookingView) -> Result<Terms, Fault> {
    let at = occurrences::find(visit.db(), &booking.occurrence_id).await?;
    Ok(at.terms)
}

/// `K7XQ-4M2P`, the code beside the QR.
pub(super) fn readable(code: &str) -> String {
    ShortCode::parse(code).map_or_else(|_| code.to_owned(), |code| code.to_string())
}

/// The code of a booking, where one is shown.
pub(super) fn qr(visit: &Visit, booking: &BookingView) -> Option<String> {
    if !opens_a_door(booking, visit.now) {
        return None;
    }
    let token = visit.site.tickets().ticket(&booking.id);
    ticket::qr::svg(&token, td_string!(visit.locale, ticket.qr)).ok()
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let booking = gate::own_booking(&visit, &id).await?;
    let locale = visit.locale;
    let title = td_string!(locale, ticket.title);
    let qr = qr(&visit, &booking);
    let is_cancelled = booking.state == State::Cancelled;
    let since = Since {
        is_new: form.is_on("new") && !is_cancelled,
        has_thanked: form.is_on("thanked"),
        gone: form
            .get("gone")
            .and_then(Way::parse)
            .filter(|_| is_cancelled),
    };
    let beside = Beside {
        bring: terms(&visit, &booking).await?.bring,
        note: bookings::noted(visit.db(), &booking.id).await?,
    };
    let thanking = thanks::of(&visit, &booking).await?;
    let reader = visit.clone();
    Ok(gate::answer(&visit, title, false, move || {
        ticket_view(&reader, booking, qr, (beside, thanking), since)
    }))
}

/// Whether a code is shown. Who waits has one on the day: a place that comes free late is given
/// out at the door.
fn opens_a_door(booking: &BookingView, now: Timestamp) -> bool {
    match booking.state {
        State::Confirmed | State::CheckedIn => true,
        State::Waitlisted => booking.starts_at.day() == now.day() && now < booking.ends_at,
        State::Cancelled | State::NoShow => false,
    }
}

/// What stands beside the booking's own data.
struct Beside {
    bring: String,
    /// What the staff noted: not kept with the ticket.
    note: String,
}

/// What has just happened to the booking.
#[derive(Clone, Copy)]
struct Since {
    is_new: bool,
    has_thanked: bool,
    gone: Option<Way>,
}

fn ticket_view(
    visit: &Visit,
    booking: BookingView,
    qr: Option<String>,
    (Beside { bring, note }, thanking): (Beside, Option<OfBooking>),
    Since {
        is_new,
        has_thanked,
        gone: way,
    }: Since,
) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let starts_at = booking.starts_at;
    let hours = words::span_near(locale, booking.span(), now);
    let id = booking.id.to_string();
    let cutoff = (booking.state == State::Confirmed && now < starts_at)
        .then(|| words::giving_back(locale, booking.cancel_until, now));
    view! {
        <a class="back-link" href="/me/bookings">{td_string!(locale, mine.bookings)}</a>
        {is_new.then(|| news(visit, &booking))}
        {has_thanked.then(|| view! { <NoticeBox title=td_string!(locale, thanks.sent) tone=Tone::Good fresh=true /> })}
        {way.map(|way| gone(visit, &booking, way))}
        <p class="offline-banner kept-note" role="status">{td_string!(locale, ticket.from_phone)}</p>
        <article class="ticket" id="ticket" data-state=booking.state.as_str()>
            <div class="ticket-head">
                <TearOff locale at=starts_at />
                <div>
                    <h1>{booking.title.clone()}</h1>
                    <p class="clock">{hours}</p>
                    <p><span class="badge" data-tone=tone(booking.state)>{words::state(locale, booking.state)}</span></p>
                </div>
            </div>
            {qr.map(|svg| view! {
                <div class="ticket-qr" id="bright">
                    <div class="qr" inner_html=svg></div>
                    <p class="ticket-code">{readable(&booking.short_code)}</p>
                    <p class="ticket-who">{booking.person_name.clone()}</p>
                    {enlarge(visit)}
                </div>
            })}
            {(booking.state == State::Waitlisted).then(|| view! {
                <p class="lead">{booking.person_name.clone()}" · "{position(visit, &booking)}</p>
                <p>{if opens_a_door(&booking, now) { td_string!(locale, ticket.waiting_today) } else { td_string!(locale, ticket.waiting_hint) }}</p>
            })}
            <dl class="facts">
                <dt>{td_string!(locale, ticket.place)}</dt>
                <dd><a href=format!("/centers/{}", booking.center_id)>{booking.center_name.clone()}</a><br/>{booking.room.clone()}</dd>
                {phone_link(&booking.center_phone).map(|call| view! {
                    <dt>{td_string!(locale, ticket.call)}</dt>
                    <dd>{call}</dd>
                })}
                {(!bring.is_empty()).then(|| view! {
                    <dt>{td_string!(locale, field.bring)}</dt>
                    <dd>{bring}</dd>
                })}
                {cutoff.map(|rule| view! {
                    <dt>{td_string!(locale, ticket.cancel)}</dt>
                    <dd>{rule}</dd>
                })}
            </dl>
        </article>
        {(!note.is_empty()).then(|| view! { <p>{td_string!(locale, note.of_staff)}"："{note}</p> })}
        <p class="cluster">
            {booking.state.is_live().then(|| view! {
                <a class="button" href=format!("/me/bookings/{id}/event.ics")>{td_string!(locale, ticket.calendar)}</a>
            })}
            {(booking.state == State::Confirmed).then(|| view! {
                <a class="button" href=format!("/api/v1/bookings/{id}/ticket.png") download=format!("linli-{}.png", booking.short_code)>
                    {td_string!(locale, ticket.picture)}
                </a>
            })}
            {giving_back::links(locale, &booking, now, false)}
        </p>
        {thanking.and_then(|of| thanks::section(locale, &booking.id, &of))}
    }
}

/// The ways into the large view and out of it.
fn enlarge(visit: &Visit) -> impl IntoView + use<> {
    let words = TicketWords {
        open: td_string!(visit.locale, ticket.enlarge).to_owned(),
        close: td_string!(visit.locale, ticket.close).to_owned(),
        kept: td_string!(visit.locale, ticket.kept).to_owned(),
    };
    view! { <TicketIsland words /> }
}

/// What to do with a new ticket.
pub(super) fn news_text(visit: &Visit) -> String {
    td_string!(visit.locale, ticket.new_text).to_owned()
}

fn news(visit: &Visit, booking: &BookingView) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (title, text) = match booking.state {
        State::Waitlisted => (
            position(visit, booking),
            td_string!(locale, ticket.new_waiting).to_owned(),
        ),
        _ => (
            td_string!(locale, ticket.new_title).to_owned(),
            news_text(visit),
        ),
    };
    view! { <div class="notice" data-kind="good" role="status"><h2>{title}</h2><p>{text}</p></div> }
}

/// What giving back has done, and what to do now.
fn gone(visit: &Visit, booking: &BookingView, way: Way) -> impl IntoView + use<> {
    let locale = visit.locale;
    let title = match way {
        Way::Date => td_string!(locale, ticket.gone_date),
        Way::Series => td_string!(locale, ticket.gone_series),
        Way::Line => td_string!(locale, ticket.gone_line),
        Way::Booking => td_string!(locale, ticket.gone_title),
    };
    let other = format!("/occurrences/{}", booking.occurrence_id);
    let what = format!("{} · {}", booking.person_name, booking.title);
    view! {
        <div class="notice" data-kind="good" role="status">
            <h2>{title}</h2>
            <p>{what}</p>
            <p><a href=other>{td_string!(locale, ticket.other_dates)}</a></p>
        </div>
    }
}

/// The place in line in words.
pub(super) fn position(visit: &Visit, booking: &BookingView) -> String {
    let position = booking
        .position
        .and_then(|p| u32::try_from(p).ok())
        .unwrap_or(1);
    words::position(visit.locale, position)
}

/// The tone of a state's badge.
pub(super) const fn tone(state: State) -> Option<&'static str> {
    match state {
        State::Confirmed | State::CheckedIn => Some("good"),
        State::Waitlisted => Some("warn"),
        State::Cancelled | State::NoShow => None,
    }
}

async fn event(visit: Visit, Path(id): Path<String>) -> Answer {
    let booking = gate::own_booking(&visit, &id).await?;
    let at = occurrences::find(visit.db(), &booking.occurrence_id).await?;
    let event = calendar_event(&visit, &booking, &at);
    Ok(ics(calendar::write(
        Some(words::calendar_name(visit.locale)),
        &[event],
    )))
}

/// The calendar entry of a booking: a stable UID, a rising SEQUENCE (C-160).
fn calendar_event(visit: &Visit, booking: &BookingView, at: &OccurrenceView) -> Event {
    let locale = visit.locale;
    let title = words::event_title(locale, at.kind, &booking.title);
    let origin = &visit.site.settings().origin;
    let location = words::event_place(at.kind, &booking.center_name, &booking.room);
    Event {
        uid: calendar::uid(&Subject::Booking(booking.id.clone())),
        sequence: u32::try_from(booking.sequence).unwrap_or(0),
        stamp: visit.now,
        span: booking.span(),
        standing: Standing::from(booking.state),
        is_transparent: at.terms.is_transparent,
        summary: words::event_summary(locale, booking.state, title, &booking.person_name),
        location: Some(location),
        description: words::event_bring(locale, at.kind, &at.terms.bring),
        url: (!origin.is_empty()).then(|| format!("{origin}/me/bookings/{}/ticket", booking.id)),
        organizer: Some(booking.center_name.clone()),
        reminder: Some(words::event_reminder(locale, title)),
    }
}

/// A calendar file as an answer.
pub(super) fn ics(text: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(calendar::MEDIA_TYPE),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"linli.ics\""),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (headers, text).into_response()
}
