//! Who is booked: the roster, live, and cancelling for somebody. Who may not see bookings sees
//! the counts.

use crate::staff::common::{gate, live::LiveState};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, NoticeBox, StateBadge, StatusBadge, TextArea, Tone},
    web::{Form, Site, Visit, redirect, status},
    words,
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use chrono::Datelike;
use domain::{
    Refusal,
    access::Action,
    activity::{Allocation, Channel, Status},
    booking::State,
    id::{BookingId, OccurrenceId},
    time::Span,
};
use leptos::prelude::*;
use serde_json::json;
use store::{
    Error,
    bookings::{self, BookingView},
    centers,
    occurrences::{self, OccurrenceView, Roster, RosterRow},
    trail::{self, View},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/occurrences/{id}", get(show))
        .route("/staff/occurrences/{id}/roster", get(part))
        .route("/staff/bookings/{id}/phone", post(phone))
        .route("/staff/bookings/{id}/cancel", get(ask).post(cancel))
}

/// The occurrence, for who may see its center's plans.
pub(in crate::staff) async fn occurrence(
    visit: &Visit,
    id: &str,
) -> Result<OccurrenceView, Response> {
    gate::staff(visit)?;
    let id: OccurrenceId = id
        .parse()
        .map_err(|refusal: Refusal| gate::fail(visit, refusal))?;
    let found = occurrences::find_for_staff(visit.db(), &visit.caller, &id).await;
    found.map_err(|error| gate::fail(visit, error))
}

/// Whether the caller may do that at the occurrence's center.
pub(in crate::staff) async fn may(
    visit: &Visit,
    at: &OccurrenceView,
    action: Action,
) -> Result<bool, Response> {
    let center = centers::find(visit.db(), &at.center_id).await;
    let place = center
        .map_err(|error| gate::fail(visit, error))?
        .summary
        .place();
    Ok(visit.caller.may(action, &place).is_ok())
}

/// When it is, as one would say it now.
pub(in crate::staff) fn when(visit: &Visit, at: &OccurrenceView) -> String {
    let span = Span::new(at.starts_at, at.ends_at);
    span.map(|span| words::span_near(visit.locale, span, visit.now))
        .unwrap_or_default()
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    answer(&visit, &id, form.get("done"), None).await
}

/// The page; `revealed` is the booking whose telephone number is shown in full.
async fn answer(
    visit: &Visit,
    id: &str,
    done: Option<&str>,
    revealed: Option<BookingId>,
) -> Response {
    let at = match occurrence(visit, id).await {
        Ok(at) => at,
        Err(response) => return response,
    };
    let rights = (
        may(visit, &at, Action::ViewBookings).await,
        may(visit, &at, Action::BookForOthers).await,
        may(visit, &at, Action::ManageActivities).await,
    );
    let rights = match rights {
        (Ok(view), Ok(book), Ok(plan)) => Rights { view, book, plan },
        (Err(response), ..) | (_, Err(response), _) | (.., Err(response)) => return response,
    };
    let roster = if rights.view && at.terms.allocation == Allocation::FirstCome {
        match occurrences::roster(visit.db(), &visit.act(), &at.id).await {
            Ok(roster) => Some(roster),
            Err(error) => return gate::fail(visit, error),
        }
    } else {
        None
    };
    let done = done.map(|what| told(visit.locale, what).to_owned());
    let title = td_string!(
        visit.locale,
        staff.roster.title_of,
        title = at.title.clone()
    );
    let reader = visit.clone();
    gate::page(visit, title).render(move || page_view(&reader, at, roster, rights, done, revealed))
}

#[derive(Clone, Copy)]
struct Rights {
    view: bool,
    book: bool,
    plan: bool,
}

/// What has just been done, by its word in the address.
fn told(locale: Locale, what: &str) -> &'static str {
    match what {
        "confirmed" => td_string!(locale, staff.roster.done_confirmed),
        "waitlisted" => td_string!(locale, staff.roster.done_waitlisted),
        "cancelled" => td_string!(locale, staff.roster.done_cancelled),
        _ => td_string!(locale, staff.saved),
    }
}

fn page_view(
    visit: &Visit,
    at: OccurrenceView,
    roster: Option<Roster>,
    rights: Rights,
    done: Option<String>,
    revealed: Option<BookingId>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let id = at.id.to_string();
    let past = at.ends_at <= visit.now;
    let open =
        at.status == Status::Published && !past && at.terms.allocation == Allocation::FirstCome;
    let room = (!at.room.is_empty()).then(|| format!(" · {}", at.room));
    let live = roster.is_some().then(|| view! {
        <LiveState
            source=format!("/api/v1/occurrences/{id}/live")
            part=format!("/staff/occurrences/{id}/roster")
            live=td_string!(locale, staff.roster.live).to_owned()
            lost=td_string!(locale, staff.roster.lost).to_owned()
        />
        <a class="button button-quiet" href=format!("/staff/occurrences/{id}")>{td_string!(locale, staff.roster.refresh)}</a>
    });
    let links = view! {
        <span class="cluster">
            {(rights.plan && !past && at.status != Status::Cancelled).then(|| view! {
                <a class="button" href=format!("/staff/occurrences/{id}/edit")>{td_string!(locale, staff.occ.edit)}</a>
            })}
            {roster.is_some().then(|| view! {
                <a class="button" href=format!("/staff/occurrences/{id}/attend")>{td_string!(locale, door.attend)}</a>
                <a class="button" href=format!("/staff/occurrences/{id}/sheet")>{td_string!(locale, staff.roster.sheet)}</a>
            })}
        </span>
    };
    let cancelled = (at.status == Status::Cancelled).then(|| view! {
        <NoticeBox title=td_string!(locale, status.cancelled) text=at.cancel_reason.clone() tone=Tone::Bad />
    });
    let aside = (rights.book && open).then(|| super::desk::phone_form(locale, &id));
    let main = match roster {
        Some(roster) => view! { <div id="roster" class="stack">{content(visit, &roster, revealed.as_ref())}</div> }.into_any(),
        None => view! {
            <div class="stack">
                {tally(locale, &at)}
                {(!rights.view).then(|| view! { <p class="lead">{td_string!(locale, staff.roster.counts_only)}</p> })}
                {(at.terms.allocation == Allocation::DropIn).then(|| view! { <p class="lead">{td_string!(locale, places.drop_in)}</p> })}
            </div>
        }.into_any(),
    };
    view! {
        <a class="back-link" href=format!("/staff/activities/{}", at.activity_id)>{at.title.clone()}</a>
        <div class="page-head">
            <h1>{at.title.clone()}</h1>
            <p class="lead">{when(visit, &at)}{room}" "{(at.status == Status::Draft).then(|| view! { <StatusBadge locale status=at.status /> })}</p>
            <div class="cluster"><span class="cluster">{live}</span>{links}</div>
        </div>
        {done.map(|text| view! { <NoticeBox title=text tone=Tone::Good fresh=true /> })}
        {cancelled}
        <div class="columns">
            <div class="column">{main}</div>
            {aside.map(|aside| view! { <aside class="column">{aside}</aside> })}
        </div>
    }
}

fn tally(locale: Locale, at: &OccurrenceView) -> impl IntoView + use<> {
    view! {
        <dl class="tally">
            <div><dt>{td_string!(locale, field.capacity)}</dt><dd>{at.terms.capacity}</dd></div>
            <div><dt>{td_string!(locale, state.confirmed)}</dt><dd>{at.confirmed}</dd></div>
            <div><dt>{td_string!(locale, field.waitlist_capacity)}</dt><dd>{at.waitlisted}</dd></div>
            {(at.terms.held_back > 0).then(|| view! { <div><dt>{td_string!(locale, staff.roster.held)}</dt><dd>{at.terms.held_back}</dd></div> })}
        </dl>
    }
}

/// What changes while the page stands: the counts and the list.
fn content(visit: &Visit, roster: &Roster, revealed: Option<&BookingId>) -> impl IntoView + use<> {
    let locale = visit.locale;
    let year = i64::from(roster.occurrence.starts_at.day().year());
    let may_cancel = roster.occurrence.ends_at > visit.now;
    let head = Heads::new(locale);
    let rows: Vec<_> = roster
        .bookings
        .iter()
        .map(|row| {
            row_view(
                locale,
                &head,
                row,
                year,
                may_cancel,
                revealed == Some(&row.id),
            )
        })
        .collect();
    let list = if rows.is_empty() {
        view! { <p class="lead">{td_string!(locale, staff.roster.nobody)}</p> }.into_any()
    } else {
        view! {
            <div class="table-wrap" tabindex="0" role="region" aria-label=td_string!(locale, staff.roster.title)>
                <table class="data-table">
                    <caption class="visually-hidden">{td_string!(locale, staff.roster.title)}</caption>
                    <thead><tr>
                        <th scope="col">{td_string!(locale, field.name)}</th>
                        <th scope="col">{head.state}</th>
                        <th scope="col">{head.age}</th>
                        <th scope="col">{head.phone}</th>
                        <th scope="col">{head.channel}</th>
                        <th scope="col">{head.booked_at}</th>
                        <th scope="col"><span class="visually-hidden">{td_string!(locale, staff.actions)}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { {tally(locale, &roster.occurrence)} {list} }
}

struct Heads {
    state: &'static str,
    age: &'static str,
    phone: &'static str,
    channel: &'static str,
    booked_at: &'static str,
}

impl Heads {
    fn new(locale: Locale) -> Self {
        Self {
            state: td_string!(locale, staff.act.status),
            age: td_string!(locale, staff.roster.age),
            phone: td_string!(locale, staff.roster.phone),
            channel: td_string!(locale, staff.roster.channel),
            booked_at: td_string!(locale, staff.roster.booked_at),
        }
    }
}

fn row_view(
    locale: Locale,
    head: &Heads,
    row: &RosterRow,
    year: i64,
    may_cancel: bool,
    revealed: bool,
) -> impl IntoView + use<> {
    let name = row.person_name.as_str().to_owned();
    let position = row.position.and_then(|n| u32::try_from(n).ok());
    let phone = if revealed {
        view! { <strong>{row.phone.digits().to_owned()}</strong> }.into_any()
    } else {
        view! {
            <form class="cluster" method="post" action=format!("/staff/bookings/{}/phone", row.id)>
                <span>{row.phone.masked()}</span>
                <button class="button button-quiet" type="submit">{td_string!(locale, staff.roster.show)}<span class="visually-hidden">{td_string!(locale, staff.roster.show_of, name = name.clone())}</span></button>
            </form>
        }
        .into_any()
    };
    let live = may_cancel && matches!(row.state, State::Confirmed | State::Waitlisted);
    let cancel = live.then(|| view! {
        <a class="button button-quiet" href=format!("/staff/bookings/{}/cancel", row.id)>
            {td_string!(locale, staff.roster.cancel)}<span class="visually-hidden">{td_string!(locale, staff.roster.cancel_of, name = name.clone())}</span>
        </a>
    });
    view! {
        <tr>
            <th scope="row">{name.clone()}</th>
            <td data-label=head.state><StateBadge locale state=row.state position=position /></td>
            <td data-label=head.age>{year - row.birth_year.year()}</td>
            <td data-label=head.phone>{phone}</td>
            <td data-label=head.channel>{words::channel(locale, row.channel)}</td>
            <td data-label=head.booked_at>{row.booked_at.local().format("%m-%d %H:%M").to_string()}</td>
            <td class="actions">{cancel}</td>
        </tr>
    }
}

/// The changing part alone, for the island.
async fn part(visit: Visit, Path(id): Path<String>) -> Response {
    if let Err(response) = gate::staff(&visit) {
        return response;
    }
    let id: OccurrenceId = match id.parse() {
        Ok(id) => id,
        Err(refusal) => return gate::fail(&visit, refusal as Refusal),
    };
    match occurrences::roster(visit.db(), &visit.act(), &id).await {
        Ok(roster) => {
            let reader = visit.clone();
            gate::fragment(move || content(&reader, &roster, None))
        }
        Err(error) => gate::fail(&visit, error),
    }
}

/// The booking of a path, for who may see bookings at its center; the look goes on record.
async fn seen(visit: &Visit, id: &str, action: &'static str) -> Result<BookingView, Response> {
    gate::staff(visit)?;
    let id: BookingId = id
        .parse()
        .map_err(|refusal: Refusal| gate::fail(visit, refusal))?;
    let found = bookings::find(visit.db(), &visit.caller, &id).await;
    let booking = found.map_err(|error| gate::fail(visit, error))?;
    let look = View {
        action,
        subject: ("booking", booking.id.to_string()),
        center: Some(booking.center_id.clone()),
        detail: json!({}),
    };
    let recorded = trail::record_view(visit.db(), &visit.act(), look).await;
    recorded.map_err(|error| gate::fail(visit, error))?;
    Ok(booking)
}

async fn phone(visit: Visit, Path(id): Path<String>) -> Response {
    match seen(&visit, &id, "booking.view_phone").await {
        Ok(booking) => {
            let id = booking.occurrence_id.to_string();
            let mut visit = visit;
            visit.here = format!("/staff/occurrences/{id}");
            answer(&visit, &id, None, Some(booking.id)).await
        }
        Err(response) => response,
    }
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Response {
    match seen(&visit, &id, "booking.view").await {
        Ok(booking) => cancel_page(&visit, booking, "", None),
        Err(response) => response,
    }
}

async fn cancel(visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let booking = match seen(&visit, &id, "booking.view").await {
        Ok(booking) => booking,
        Err(response) => return response,
    };
    let reason = form.text("reason");
    let act = visit.act();
    let done = bookings::cancel(visit.db(), &act, booking.id.clone(), reason.to_owned());
    match done.await {
        Ok(_) => redirect(&format!(
            "/staff/occurrences/{}?done=cancelled",
            booking.occurrence_id
        )),
        Err(Error::Refused(refusal)) => cancel_page(&visit, booking, reason, Some(refusal)),
        Err(error) => gate::fail(&visit, error),
    }
}

fn cancel_page(
    visit: &Visit,
    booking: BookingView,
    reason: &str,
    refusal: Option<Refusal>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let page = gate::page(visit, td_string!(locale, staff.roster.cancel_title)).narrow();
    let page = match &refusal {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let reason = reason.to_owned();
    page.render(move || {
        let back = format!("/staff/occurrences/{}", booking.occurrence_id);
        let span = Span::new(booking.starts_at, booking.ends_at);
        let when = span.map(|span| words::span_near(locale, span, now)).unwrap_or_default();
        let by = matches!(booking.channel, Channel::Desk | Channel::Telephone);
        view! {
            <a class="back-link" href=back.clone()>{td_string!(locale, staff.roster.title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, staff.roster.cancel_title)}</h1>
                <p class="lead">{booking.person_name.clone()}" · "{booking.title.clone()}" · "{when}</p>
                {by.then(|| view! { <p><Badge text=words::channel(locale, booking.channel) /></p> })}
            </div>
            {refusal.map(|refusal| {
                let told = words::refusal(locale, &refusal, now);
                view! { <NoticeBox title=told.title text=told.sentence tone=Tone::Bad fresh=true /> }
            })}
            <form class="form" method="post" action=format!("/staff/bookings/{}/cancel", booking.id)>
                <TextArea name="reason" label=td_string!(locale, field.reason) note=td_string!(locale, ui.optional)
                    hint=td_string!(locale, staff.roster.reason_hint) value=reason maxlength=200 />
                <div class="cluster">
                    <button class="button button-danger" type="submit">{td_string!(locale, staff.roster.cancel_confirm)}</button>
                    <a class="button" href=back>{td_string!(locale, cancel.keep)}</a>
                </div>
            </form>
        }
    })
}
