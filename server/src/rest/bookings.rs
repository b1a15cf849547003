//! Booking, cancelling, tickets, and the roster.

use super::{
    alternatives::Alternatives,
    api::{Api, Id, Own, Seen, SignedIn, The, marked, picture},
    fault::{Answer, Fault, done},
    page::{Asked, Page},
    problem::ProblemBody,
    sent::{Query, Sent},
    shapes::{Booking, RosterEntry},
};
use axum::{
    Extension, Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    Reason, Refusal,
    access::Identity,
    activity::Channel,
    audit::Verb,
    booking::{Fit, State},
    id::{AccountId, BookingId, OccurrenceId, PersonId},
    person::Phone,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
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
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Somebody of the caller's account.
    person_id: Option<PersonId>,
    /// Several of them, at most 20; the answer then is a list.
    person_ids: Option<Vec<PersonId>>,
    /// For several: `together` (all or none) unless told.
    fit: Option<Fit>,
    /// Whether a place in line will do; true unless told.
    may_wait: Option<bool>,
    /// Staff only: the telephone number of the account that they book for. Without it
    /// `person_id` says whose.
    account_phone: Option<String>,
    /// Staff only: `desk` (unless told) or `telephone`.
    channel: Option<Spoken>,
}

/// The ways in which staff are asked for a place.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Spoken {
    /// In person.
    Desk,
    /// On the telephone.
    Telephone,
}

impl Wanted {
    fn people(&self) -> Result<Vec<PersonId>, Refusal> {
        match (&self.person_id, &self.person_ids) {
            (Some(_), Some(_)) => Err(Refusal::invalid("person_id", Reason::NotWithPersonIds)),
            (None, Some(ids)) if ids.is_empty() => {
                Err(Refusal::invalid("person_ids", Reason::Missing))
            }
            (Some(id), None) => Ok(vec![id.clone()]),
            (None, Some(ids)) => Ok(ids.clone()),
            (None, None) => Ok(Vec::new()),
        }
    }

    const fn channel(&self) -> Channel {
        match self.channel {
            None | Some(Spoken::Desk) => Channel::Desk,
            Some(Spoken::Telephone) => Channel::Telephone,
        }
    }

    /// Whom the staff book for.
    fn whom(&self, people: &[PersonId]) -> Result<Whom, Refusal> {
        match (&self.account_phone, people.first()) {
            (Some(phone), _) => Phone::parse(phone)
                .map(Whom::Phone)
                .map_err(|_| Refusal::invalid("account_phone", Reason::NotAPhone)),
            (None, Some(person)) => Ok(Whom::Person(person.clone())),
            (None, None) => Err(Refusal::invalid("account_phone", Reason::Missing)),
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
        _ => {
            let whom = wanted.whom(people)?;
            let account = desk::account(api.db(), &api.act(), occurrence, whom).await?;
            Ok((account, wanted.channel()))
        }
    }
}

/// Books a place, or a place in line.
#[utoipa::path(post, path = "/occurrences/{id}/bookings", operation_id = "book", tag = "residents",
    params(("id" = OccurrenceId, Path, description = "The occurrence")), request_body = Wanted,
    responses((status = 201, description = "`confirmed` or `waitlisted`; with `person_ids` one for each person", body = Made),
        (status = 409, description = "Why not: `full`, `party_too_large` (with `most`), `held_back`, `already_booked`, `overlaps`, `not_open_yet`, `closed`, `occurrence_cancelled`, `no_booking_needed`, `too_young`, `too_old`, `not_resident`, `consent_required`", body = super::openapi::ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`, `idempotency_mismatch`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn book(
    SignedIn(api): SignedIn,
    Extension(alternatives): Extension<Alternatives>,
    Id(occurrence): Id<OccurrenceId>,
    sent: Sent<Wanted>,
) -> Answer<Response> {
    let wanted = sent.body;
    let people = wanted.people()?;
    let (account, channel) = asked(&api, &occurrence, &wanted, &people).await?;
    let request = BookRequest {
        occurrence: occurrence.clone(),
        account,
        people,
        channel,
        fit: wanted.fit.unwrap_or(Fit::Together),
        may_wait: wanted.may_wait.unwrap_or(true),
    };
    let act = api.act().with_key(sent.key);
    let several = wanted.person_ids.is_some();
    let booked = match bookings::book(api.db(), &act, request).await {
        Ok(booked) => told(&api, booked, several),
        Err(Error::Refused(refusal)) => Err(refusal),
        Err(error) => return Err(error.into()),
    };
    let refusal = match booked {
        Ok(body) => return Ok(made(body, act.was_replayed())),
        Err(refusal) => refusal,
    };
    let alternatives = match refusal.has_alternatives() {
        true => {
            let (site, now) = (&api.site, api.now);
            Some(alternatives.instead_of(site, &occurrence, now).await)
        }
        false => None,
    };
    Err(Fault::Refused {
        refusal,
        replayed: act.was_replayed(),
        alternatives,
    })
}

/// What a booking that was made is answered with.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Made {
    /// For one person.
    One(Box<Booking>),
    /// With `person_ids`.
    Several {
        /// One for each person, in their order.
        items: Vec<OfPerson>,
    },
}

/// What it came to for one of several people.
#[derive(Serialize, ToSchema)]
pub(super) struct OfPerson {
    /// Who.
    person_id: PersonId,
    /// Their booking, or why there is none.
    #[serde(flatten)]
    outcome: PlaceOrProblem,
}

/// A booking, or why there is none.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum PlaceOrProblem {
    /// The booking.
    Booking(Box<Booking>),
    /// Why there is none.
    Problem(ProblemBody),
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
        let shown = outcome.map(|view| Box::new(Booking::of(&view, &tickets)));
        if !several {
            return shown.map(|booking| (Made::One(booking), first));
        }
        items.push(OfPerson {
            person_id: person,
            outcome: match shown {
                Ok(booking) => PlaceOrProblem::Booking(booking),
                Err(refusal) => PlaceOrProblem::Problem(api.problem(&refusal.into()).into_body()),
            },
        });
    }
    Ok((Made::Several { items }, first))
}

fn made((body, outcome): (Made, &'static str), replayed: bool) -> Response {
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response.extensions_mut().insert(Outcome(outcome));
    marked(response, replayed)
}

/// Bookings of the caller and their family, those that start last first.
#[utoipa::path(get, path = "/me/bookings", operation_id = "my_bookings", tag = "residents", params(Asked),
    responses((status = 200, description = "Bookings", body = Page<Booking>)))]
pub(super) async fn mine(
    Own { api, account }: Own,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Booking>>> {
    let found = bookings::of_account(api.db(), &account, &asked.part()).await?;
    let tickets = api.site.tickets();
    Ok(Json(Page::of(found, |view| Booking::of(&view, &tickets))))
}

/// A booking is its account's, and at its center of those who may see bookings there. A look by
/// the staff is put on record first (rule 6).
impl Seen for BookingView {
    type Id = BookingId;

    async fn seen(api: &Api, id: BookingId) -> Answer<Self> {
        api.signed_in()?;
        let view = bookings::find(api.db(), &api.caller, &id).await?;
        if !matches!(api.caller.identity, Identity::Resident(_)) {
            let look = View {
                action: Verb::BookingView,
                subject: ("booking", view.id.to_string()),
                center: Some(view.center_id.clone()),
                detail: json!({}),
            };
            trail::record_view(api.db(), &api.act(), look).await?;
        }
        Ok(view)
    }
}

/// One booking: of the caller's account, or at a center whose bookings they may see.
#[utoipa::path(get, path = "/bookings/{id}", operation_id = "booking", tag = "residents",
    params(("id" = BookingId, Path, description = "Its id")),
    responses((status = 200, description = "The booking", body = Booking)))]
pub(super) async fn one(The { api, it }: The<BookingView>) -> Json<Booking> {
    Json(Booking::of(&it, &api.site.tickets()))
}

/// Why a booking is cancelled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancelling {
    /// For the staff: what the resident is told, at most 200 characters.
    #[serde(default)]
    reason: String,
    /// Of a series: to miss this date and keep the others. Else all that are still to come are
    /// given up.
    #[serde(default)]
    only_this_date: bool,
}

/// Gives a place back, of a series the whole of it unless told, or leaves the line; who waits moves
/// up at once. Cancelling what is cancelled answers the same.
#[utoipa::path(delete, path = "/bookings/{id}", operation_id = "cancel_booking", tag = "residents",
    params(("id" = BookingId, Path, description = "Its id")), request_body = Cancelling,
    responses((status = 200, description = "`state` is `cancelled`", body = Booking),
        (status = 409, description = "`cutoff_passed`, `already_started`, `already_checked_in`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn cancel(
    SignedIn(api): SignedIn,
    Id(id): Id<BookingId>,
    sent: Sent<Cancelling>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    let Cancelling {
        reason,
        only_this_date,
    } = sent.body;
    let view = match only_this_date {
        true => bookings::miss(api.db(), &act, id, reason).await,
        false => bookings::cancel(api.db(), &act, id, reason).await,
    };
    let view = done(&act, view)?;
    let body = Json(Booking::of(&view, &api.site.tickets()));
    Ok(marked(body, act.was_replayed()))
}

/// The ticket of a booking that still stands.
pub(super) struct Ticket {
    token: ticket::Token,
    title: String,
}

/// Whoever sees a booking sees its ticket. A cancelled booking has none.
impl Seen for Ticket {
    type Id = BookingId;

    async fn seen(api: &Api, id: BookingId) -> Answer<Self> {
        let view = BookingView::seen(api, id).await?;
        match view.state {
            State::Cancelled => Err(Refusal::NotFound.into()),
            _ => Ok(Self {
                token: api.site.tickets().ticket(&view.id),
                title: view.title,
            }),
        }
    }
}

/// The QR of a ticket as SVG. A cancelled booking has none.
#[utoipa::path(get, path = "/bookings/{id}/ticket.svg", operation_id = "ticket_svg", tag = "residents",
    params(("id" = BookingId, Path, description = "The booking")),
    responses((status = 200, description = "The QR", content_type = "image/svg+xml", body = String)))]
pub(super) async fn ticket_svg(The { it, .. }: The<Ticket>) -> Answer<Response> {
    let svg = qr::svg(&it.token, &it.title).map_err(|_| Fault::Broken("ticket"))?;
    Ok(picture("image/svg+xml", svg))
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
    params(("id" = BookingId, Path, description = "The booking"), Size),
    responses((status = 200, description = "The QR", content_type = "image/png", body = Vec<u8>)))]
pub(super) async fn ticket_png(
    The { it, .. }: The<Ticket>,
    Query(size): Query<Size>,
) -> Answer<Response> {
    let module = size.module.unwrap_or(10).clamp(1, 40);
    let png = qr::png(&it.token, module).map_err(|_| Fault::Broken("ticket"))?;
    Ok(picture("image/png", png))
}

/// The roster of an occurrence, for the staff of its center: who holds a place, in the order of
/// booking, then who waits, in line. Each look is in the audit log.
#[utoipa::path(get, path = "/occurrences/{id}/bookings", operation_id = "roster", tag = "staff",
    params(("id" = OccurrenceId, Path, description = "The occurrence"), Asked),
    responses((status = 200, description = "Who is booked", body = Page<RosterEntry>)))]
pub(super) async fn roster(
    SignedIn(api): SignedIn,
    Id(id): Id<OccurrenceId>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<RosterEntry>>> {
    let roster = occurrences::roster(api.db(), &api.act(), &id).await?;
    let page = asked
        .part()
        .of_all(roster.bookings, |row| row.id.as_str())?;
    Ok(Json(Page::of(page, RosterEntry::of)))
}
