//! Booking, cancelling, tickets, and the roster.

use super::{
    alternatives::Alternatives,
    api::{Answer, Api, Id, Query, Sent, marked},
    centers::{cursor, limit},
    problem::Problem,
    shapes::{Booking, Page, RosterEntry},
};
use axum::{
    Extension, Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    Refusal,
    access::Identity,
    activity::Channel,
    booking::{Fit, State},
    id::{AccountId, BookingId, OccurrenceId, PersonId},
    person::Phone,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{
    Error,
    bookings::{self, BookRequest, Booked, BookingView},
    desk::{self, Whom},
    occurrences,
    trail::{self, View},
};
use ticket::qr;
use utoipa::{IntoParams, ToSchema};

/// What was booked or refused, for the figures.
#[derive(Clone, Debug)]
pub(super) struct Outcome(pub &'static str);

/// Who wants a place. An empty body books for the caller themselves.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Wanted {
    /// Somebody of the caller's account.
    person_id: Option<String>,
    /// Several of them, at most 20; the answer then is a list.
    person_ids: Option<Vec<String>>,
    /// For several: `together` (all or none, unless told) or `as_many_as_fit`.
    fit: Option<String>,
    /// Whether a place in line will do; true unless told.
    may_wait: Option<bool>,
    /// Staff only: the telephone number of the account that they book for. Without it
    /// `person_id` says whose.
    account_phone: Option<String>,
    /// Staff only: `desk` (unless told) or `telephone`.
    channel: Option<String>,
}

impl Wanted {
    fn people(&self) -> Result<Vec<PersonId>, Refusal> {
        let ids = match (&self.person_id, &self.person_ids) {
            (Some(_), Some(_)) => return Err(Refusal::invalid("person_id", "not_with_person_ids")),
            (None, Some(ids)) if ids.is_empty() => {
                return Err(Refusal::invalid("person_ids", "missing"));
            }
            (Some(id), None) => std::slice::from_ref(id),
            (None, Some(ids)) => ids.as_slice(),
            (None, None) => &[],
        };
        ids.iter().map(|id| id.parse()).collect()
    }

    fn fit(&self) -> Result<Fit, Refusal> {
        let unknown = |_| Refusal::invalid("fit", "unknown_value");
        self.fit
            .as_deref()
            .map_or(Ok(Fit::Together), |text| text.parse().map_err(unknown))
    }

    fn channel(&self) -> Result<Channel, Refusal> {
        match self.channel.as_deref() {
            None | Some("desk") => Ok(Channel::Desk),
            Some("telephone") => Ok(Channel::Telephone),
            Some(_) => Err(Refusal::invalid("channel", "unknown_value")),
        }
    }

    /// Whom the staff book for.
    fn whom(&self, people: &[PersonId]) -> Result<Whom, Refusal> {
        match (&self.account_phone, people.first()) {
            (Some(phone), _) => Phone::parse(phone)
                .map(Whom::Phone)
                .map_err(|_| Refusal::invalid("account_phone", "not_a_phone")),
            (None, Some(person)) => Ok(Whom::Person(person.clone())),
            (None, None) => Err(Refusal::invalid("account_phone", "missing")),
        }
    }
}

/// Whose people are booked, and by which way it came in.
async fn asked(
    api: &Api,
    occurrence: &OccurrenceId,
    wanted: &Wanted,
    people: &[PersonId],
) -> Answer<(AccountId, Channel)> {
    match &api.caller.identity {
        Identity::Resident(account) => Ok((account.clone(), Channel::Online)),
        Identity::Anonymous => Err(api.refuse(&Refusal::Unauthenticated)),
        _ => {
            let channel = api.rule(wanted.channel())?;
            let whom = api.rule(wanted.whom(people))?;
            let found = desk::account(api.db(), &api.act(), occurrence, whom).await;
            Ok((api.answer(found)?, channel))
        }
    }
}

/// Books a place, or a place in line.
#[utoipa::path(post, path = "/occurrences/{id}/bookings", operation_id = "book", tag = "residents",
    params(("id" = String, Path, description = "The occurrence")), request_body = Wanted,
    responses((status = 201, description = "`confirmed` or `waitlisted`. With `person_ids`: `{\"items\": [{\"person_id\", \"booking\" or \"problem\"}]}`", body = Booking),
        (status = 409, description = "Why not: `full`, `held_back`, `already_booked`, `overlaps`, `not_open_yet`, `closed`, `occurrence_cancelled`, `no_booking_needed`, `too_young`, `too_old`, `not_resident`, `consent_required`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`, `idempotency_mismatch`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn book(
    api: Api,
    Extension(alternatives): Extension<Alternatives>,
    Id(occurrence): Id<OccurrenceId>,
    sent: Sent<Wanted>,
) -> Answer<Response> {
    api.signed_in()?;
    let wanted = sent.body;
    let people = api.rule(wanted.people())?;
    let (account, channel) = asked(&api, &occurrence, &wanted, &people).await?;
    let request = BookRequest {
        occurrence: occurrence.clone(),
        account,
        people,
        channel,
        fit: api.rule(wanted.fit())?,
        may_wait: wanted.may_wait.unwrap_or(true),
    };
    let act = api.act().with_key(sent.key);
    let several = wanted.person_ids.is_some();
    let booked = match bookings::book(api.db(), &act, request).await {
        Ok(booked) => told(&api, booked, several),
        Err(Error::Refused(refusal)) => Err(refusal),
        Err(error) => return Err(api.problem(&error)),
    };
    let refusal = match booked {
        Ok(body) => return Ok(made(body, act.was_replayed())),
        Err(refusal) => refusal,
    };
    let problem = api.refuse(&refusal).replayed(act.was_replayed());
    if !refusal.has_alternatives() {
        return Err(problem);
    }
    let others = alternatives
        .instead_of(api.db(), &occurrence, api.now)
        .await;
    Err(problem.with_alternatives(others))
}

/// What a booking that was made is answered with.
#[derive(Serialize)]
#[serde(untagged)]
enum Made {
    One(Box<Booking>),
    Several { items: Vec<Value> },
}

/// The answer to a booking that was made; for one person also the refusal in it.
fn told(api: &Api, booked: Booked, several: bool) -> Result<(Made, &'static str), Refusal> {
    let tickets = api.site.tickets();
    let first = booked
        .bookings()
        .next()
        .map(|view| view.state.as_str())
        .unwrap_or("refused");
    let mut items = Vec::with_capacity(booked.people.len());
    for (person, outcome) in booked.people {
        let shown = outcome.map(|view| Booking::of(&view, &tickets));
        if !several {
            return shown.map(|booking| (Made::One(Box::new(booking)), first));
        }
        items.push(match shown {
            Ok(booking) => json!({ "person_id": person, "booking": booking }),
            Err(refusal) => {
                json!({ "person_id": person, "problem": api.refuse(&refusal).into_members() })
            }
        });
    }
    Ok((Made::Several { items }, first))
}

fn made((body, outcome): (Made, &'static str), replayed: bool) -> Response {
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response.extensions_mut().insert(Outcome(outcome));
    marked(response, replayed)
}

/// Where a list goes on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// How many, 50 unless told, at most 200.
    limit: Option<u32>,
    /// From the `next` of the part before.
    cursor: Option<String>,
}

/// Bookings of the caller and their family, those that start last first.
#[utoipa::path(get, path = "/me/bookings", operation_id = "my_bookings", tag = "residents", params(Part),
    responses((status = 200, description = "Bookings", body = Page<Booking>)))]
pub(super) async fn mine(api: Api, Query(part): Query<Part>) -> Answer<Json<Page<Booking>>> {
    let account = api.rule(api.account())?;
    let before = api.rule(part.cursor.as_deref().map(cursor).transpose())?;
    let limit = limit(part.limit);
    let found = bookings::of_account(api.db(), &account, before, limit + 1).await;
    let mut found = api.answer(found)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found
        .last()
        .filter(|_| more)
        .map(|b| format!("{}.{}", b.starts_at.0, b.id));
    let tickets = api.site.tickets();
    let items = found
        .iter()
        .map(|view| Booking::of(view, &tickets))
        .collect();
    Ok(Json(Page { items, next }))
}

/// A booking that the caller may see; a look by the staff is put on record first (rule 6).
async fn seen(api: &Api, id: &BookingId) -> Answer<BookingView> {
    let view = api.answer(bookings::find(api.db(), &api.caller, id).await)?;
    if !matches!(api.caller.identity, Identity::Resident(_)) {
        let look = View {
            action: "booking.view",
            subject: ("booking", view.id.to_string()),
            center: Some(view.center_id.clone()),
            detail: json!({}),
        };
        api.answer(trail::record_view(api.db(), &api.act(), look).await)?;
    }
    Ok(view)
}

/// One booking: of the caller's account, or at a center whose bookings they may see.
#[utoipa::path(get, path = "/bookings/{id}", operation_id = "booking", tag = "residents",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The booking", body = Booking)))]
pub(super) async fn one(api: Api, Id(id): Id<BookingId>) -> Answer<Json<Booking>> {
    api.signed_in()?;
    let view = seen(&api, &id).await?;
    Ok(Json(Booking::of(&view, &api.site.tickets())))
}

/// Why a booking is cancelled.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Cancelling {
    /// For the staff: what the resident is told, at most 200 characters.
    reason: String,
}

/// Gives a place back, or leaves the line; who waits moves up at once. Cancelling what is
/// cancelled answers the same.
#[utoipa::path(delete, path = "/bookings/{id}", operation_id = "cancel_booking", tag = "residents",
    params(("id" = String, Path, description = "Its id")), request_body = Cancelling,
    responses((status = 200, description = "`state` is `cancelled`", body = Booking),
        (status = 409, description = "`cutoff_passed`, `already_started`, `already_checked_in`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn cancel(
    api: Api,
    Id(id): Id<BookingId>,
    sent: Sent<Cancelling>,
) -> Answer<Response> {
    api.signed_in()?;
    let act = api.act().with_key(sent.key);
    let done = bookings::cancel(api.db(), &act, id, sent.body.reason).await;
    let view = api.done(&act, done)?;
    let body = Json(Booking::of(&view, &api.site.tickets()));
    Ok(marked(body, act.was_replayed()))
}

/// The ticket of a booking that still stands.
async fn ticket(api: &Api, id: &BookingId) -> Answer<(ticket::Token, String)> {
    api.signed_in()?;
    let view = seen(api, id).await?;
    match view.state {
        State::Cancelled => Err(api.refuse(&Refusal::NotFound)),
        _ => Ok((api.site.tickets().ticket(&view.id), view.title)),
    }
}

fn picture(kind: &'static str, bytes: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, bytes).into_response()
}

/// The QR of a ticket as SVG. A cancelled booking has none.
#[utoipa::path(get, path = "/bookings/{id}/ticket.svg", operation_id = "ticket_svg", tag = "residents",
    params(("id" = String, Path, description = "The booking")),
    responses((status = 200, description = "The QR", content_type = "image/svg+xml", body = String)))]
pub(super) async fn ticket_svg(api: Api, Id(id): Id<BookingId>) -> Answer<Response> {
    let (token, title) = ticket(&api, &id).await?;
    match qr::svg(&token, &title) {
        Ok(svg) => Ok(picture("image/svg+xml", svg)),
        Err(_) => Err(Problem::internal(api.locale, "ticket")),
    }
}

/// How large a picture is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Size {
    /// Pixels to a module of the code, 1 to 40; 10 unless told.
    module: Option<u32>,
}

/// The QR of a ticket as PNG.
#[utoipa::path(get, path = "/bookings/{id}/ticket.png", operation_id = "ticket_png", tag = "residents",
    params(("id" = String, Path, description = "The booking"), Size),
    responses((status = 200, description = "The QR", content_type = "image/png", body = Vec<u8>)))]
pub(super) async fn ticket_png(
    api: Api,
    Id(id): Id<BookingId>,
    Query(size): Query<Size>,
) -> Answer<Response> {
    let (token, _) = ticket(&api, &id).await?;
    match qr::png(&token, size.module.unwrap_or(10).clamp(1, 40)) {
        Ok(png) => Ok(picture("image/png", png)),
        Err(_) => Err(Problem::internal(api.locale, "ticket")),
    }
}

/// Who is booked.
#[derive(Serialize, ToSchema)]
pub(super) struct RosterPage {
    /// Who holds a place, in the order of booking, then who waits, in line.
    items: Vec<RosterEntry>,
    /// Always `null`: a roster comes whole.
    next: Option<String>,
}

/// The roster of an occurrence, for the staff of its center. Each look is in the audit log.
#[utoipa::path(get, path = "/occurrences/{id}/bookings", operation_id = "roster", tag = "staff",
    params(("id" = String, Path, description = "The occurrence")),
    responses((status = 200, description = "Who is booked", body = RosterPage)))]
pub(super) async fn roster(api: Api, Id(id): Id<OccurrenceId>) -> Answer<Json<RosterPage>> {
    api.signed_in()?;
    let roster = api.answer(occurrences::roster(api.db(), &api.act(), &id).await)?;
    let items = roster.bookings.into_iter().map(RosterEntry::of).collect();
    Ok(Json(RosterPage { items, next: None }))
}
