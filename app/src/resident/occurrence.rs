//! One occurrence: what, when, where, for whom, and the one thing to do next.

mod booking_box;
mod files;

use super::{gate, mine::Mine, place};
use crate::{
    i18n::{Locale, td_string},
    ui::{
        Availability, Badge, DemoLabel, NoticeBox, Row, TearOff, Tone, age_range, free_slots,
        shift_need,
    },
    web::{Answer, Site, Visit},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{
    activity::{Allocation, Enrolment, Kind, Status, Unit},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    bookings::BookingView,
    centers,
    occurrences::OccurrenceView,
    shifts::{self, ShiftView},
    whats_on,
};

/// How many further dates are listed; of a series that is booked as a whole all are.
const DATES: usize = 12;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/occurrences/{id}", get(show))
        .route("/occurrences/{id}/event.ics", get(files::event))
        .route("/occurrences/{id}/reminder.ics", get(files::reminder))
}

/// What the page shows.
struct Loaded {
    view: OccurrenceView,
    availability: Availability,
    mine: Vec<BookingView>,
    alternatives: Vec<OccurrenceView>,
    /// Shifts in which volunteers help with it.
    shifts: Vec<ShiftView>,
    /// The center's telephone, where calling is what is left to do.
    phone: Option<String>,
}

/// Most visits need the occurrence alone. What else there is, is looked for only where nothing can
/// be booked.
async fn load(visit: &Visit, view: OccurrenceView) -> store::Result<Loaded> {
    use Availability as A;
    let availability = Availability::of(&view, visit.now);
    let mine = Mine::of(visit).await?.at(&view.id);
    let (none_left, may_call) = match availability {
        A::Full | A::Closed | A::Kept => (mine.is_empty(), true),
        A::Cancelled | A::Past => (true, false),
        A::DropIn | A::Later { .. } | A::Open { .. } | A::Waitlist { .. } => (false, false),
    };
    let alternatives = match none_left {
        true => {
            let centers = visit.site.centers();
            whats_on::alternatives(visit.db(), &centers, &view.id, visit.now).await?
        }
        false => Vec::new(),
    };
    let phone = match may_call {
        true => Some(centers::find(visit.db(), &view.center_id).await?.phone),
        false => None,
    };
    let shifts = shifts::of_occurrence(visit.db(), &view.id, visit.now).await?;
    Ok(Loaded {
        shifts,
        view,
        availability,
        mine,
        alternatives,
        phone,
    })
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let view = gate::occurrence(&visit, &id).await?;
    let loaded = load(&visit, view).await?;
    Ok(page(&visit, loaded))
}

fn page(visit: &Visit, loaded: Loaded) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let action = booking_box::action(locale, &loaded);
    let mut page = visit.page(loaded.view.title.clone());
    if action.is_some() {
        page = page.with_action();
    }
    page.render(move || {
        let view = &loaded.view;
        let day = words::day_near(locale, view.starts_at.day(), now);
        let hours = words::hours(locale, view.span());
        let state = if loaded.mine.is_empty() { loaded.availability.card_state() } else { "booked" };
        let called_off = (view.status == Status::Cancelled).then(|| {
            let text = match view.cancel_reason.trim().trim_end_matches(['。', '.']) {
                "" => td_string!(locale, occurrence.called_off).to_owned(),
                reason => td_string!(locale, occurrence.called_off_because, reason),
            };
            let title = td_string!(locale, refusal.occurrence_cancelled.title);
            view! { <NoticeBox title text tone=Tone::Bad /> }
        });
        view! {
            <a class="back-link" href=format!("/centers/{}/whats-on", view.center_id)>{td_string!(locale, nav.whats_on)}</a>
            <div class="page-head">
                <div class="occurrence-head" data-state=state>
                    <TearOff locale at=view.starts_at />
                    <div>
                        <h1>{view.title.clone()}</h1>
                        <p class="clock"><span class="nowrap">{day}</span>" "<span class="nowrap">{hours}</span></p>
                    </div>
                </div>
            </div>
            {called_off}
            <div class="columns">
                <aside class="column" aria-label=td_string!(locale, book.title)>
                    {booking_box::booking_box(locale, &loaded, now)}
                    {action.map(|action| view! { <div class="action-bar">{action}</div> })}
                    {helping(locale, &loaded.shifts, now)}
                </aside>
                <div class="column">
                    {(!view.summary.is_empty()).then(|| view! { <p class="text">{view.summary.clone()}</p> })}
                    {free_slots(locale, view, "/occurrences", now)}
                    {facts(locale, view, now)}
                    {dates(locale, view, now)}
                </div>
            </div>
        }
    })
}

/// The shifts in which one can help with it, beside the booking.
fn helping(locale: Locale, shifts: &[ShiftView], now: Timestamp) -> Option<impl IntoView + use<>> {
    let rows: Vec<_> = shifts
        .iter()
        .map(|shift| {
            let (tone, text) = shift_need(locale, shift, now);
            let note = words::span_near(locale, shift.span, now);
            let href = format!("/shifts/{}", shift.id);
            view! { <Row href title=shift.title.clone() note><Badge text tone /></Row> }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="helping">
                <h2 id="helping">{td_string!(locale, shift.helping)}</h2>
                <ul class="row-list">{rows}</ul>
            </section>
        }
    })
}

fn number(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

fn facts(locale: Locale, view: &OccurrenceView, now: Timestamp) -> impl IntoView + use<> {
    let room = (!view.room.is_empty()).then(|| view! { <br />{view.room.clone()} });
    let capacity = match view.terms.allocation {
        Allocation::DropIn if view.terms.capacity == 0 => {
            td_string!(locale, places.unlimited).to_owned()
        }
        Allocation::DropIn => words::capacity(locale, view.terms.unit, view.terms.capacity),
        Allocation::FirstCome => {
            let places = words::capacity(locale, view.terms.unit, view.terms.capacity);
            match view.terms.waitlist_capacity {
                0 => places,
                waiting => {
                    let waiting = words::short_count(locale, view.terms.unit, waiting);
                    td_string!(locale, places.with_waitlist, places, waiting)
                }
            }
        }
    };
    let kept = view
        .terms
        .held_until
        .filter(|until| view.terms.held_back > 0 && *until > now)
        .map(|until| {
            let places = words::places(locale, view.terms.unit, view.terms.held_back);
            td_string!(
                locale,
                occurrence.kept,
                places,
                until = words::moment(locale, until, now)
            )
        });
    let item = view.menu_item_id.as_ref().map(|item| {
        let href = format!("/centers/{}/menu/{item}", view.center_id);
        view! { <dt>{td_string!(locale, occurrence.service)}</dt><dd><a href=href>{td_string!(locale, occurrence.service_link)}</a></dd> }
    });
    let bring = (!view.terms.bring.is_empty()).then(|| {
        view! { <dt>{td_string!(locale, field.bring)}</dt><dd>{view.terms.bring.clone()}</dd> }
    });
    let grants = view.terms.grants_training.as_ref().map(|training| {
        let label = td_string!(locale, field.grants_training);
        let text = grants(locale, training, view.terms.training_months);
        view! { <dt>{label}</dt><dd>{text}</dd> }
    });
    let per_household =
        (view.terms.unit == Unit::Households).then(|| td_string!(locale, occurrence.per_household));
    view! {
        <dl class="facts card">
            <dt>{td_string!(locale, ticket.place)}</dt>
            <dd><a href=format!("/centers/{}", view.center_id)>{place::center_name(&view.center_name)}</a>{room}</dd>
            <dt>{td_string!(locale, occurrence.who)}</dt>
            <dd>{words::who(locale, view.terms.unit, age_range(view))}{per_household.map(|text| view! { <br />{text} })}</dd>
            <dt>{td_string!(locale, field.capacity)}</dt>
            <dd>{capacity}{kept.map(|text| view! { <br /><small>{text}</small> })}</dd>
            {bring}
            {grants}
            {item}
            <dt>{td_string!(locale, field.kind)}</dt>
            <dd>{words::kind(locale, view.kind)}{view.demo.then(|| view! { " "<DemoLabel locale /> })}</dd>
        </dl>
    }
}

/// What attending gives, and for how long.
fn grants(locale: Locale, training: &str, months: Option<u16>) -> String {
    match months {
        None => td_string!(locale, occurrence.grants, training),
        Some(months) => {
            let count = u32::from(months);
            td_string!(locale, occurrence.grants_months, training, count = count)
        }
    }
}

/// The other dates of the activity, or all of a series that is booked as a whole.
fn dates(locale: Locale, view: &OccurrenceView, now: Timestamp) -> Option<impl IntoView + use<>> {
    if view.kind == Kind::Casework {
        return None;
    }
    let series = view.enrolment == Enrolment::Series;
    let ahead: Vec<_> = view
        .dates
        .iter()
        .filter(|date| series || (date.ends_at > now && date.id != view.id))
        .take(if series { usize::MAX } else { DATES })
        .cloned()
        .collect();
    if ahead.is_empty() || (series && ahead.len() < 2) {
        return None;
    }
    let title = if series {
        td_string!(
            locale,
            occurrence.series,
            count = number(ahead.len() as i64)
        )
    } else {
        td_string!(locale, occurrence.dates).to_owned()
    };
    let here = view.id.clone();
    let rows: Vec<_> = ahead
        .into_iter()
        .map(|date| {
            let text = words::span_near(locale, date.span(), now);
            let note = match date.status {
                Status::Cancelled => Some(td_string!(locale, places.cancelled)),
                _ if date.ends_at <= now => Some(td_string!(locale, places.past)),
                _ => None,
            };
            let badge = note.map(|text| view! { <span class="badge">{text}</span> });
            if date.id == here {
                view! { <li><span class="row" aria-current="true"><span class="row-text"><strong>{text}</strong></span>{badge}</span></li> }
                    .into_any()
            } else {
                let href = format!("/occurrences/{}", date.id);
                view! { <li><a class="row" href=href><span class="row-text">{text}</span>{badge}</a></li> }.into_any()
            }
        })
        .collect();
    Some(view! {
        <section class="section" aria-labelledby="dates">
            <h2 id="dates">{title}</h2>
            <ul class="row-list">{rows}</ul>
        </section>
    })
}
