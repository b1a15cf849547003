//! Who is booked: the roster, live, and cancelling for somebody. Who may not see bookings sees
//! the counts.

use crate::staff::common::{
    gate,
    live::LiveState,
    told::{shift_state, when},
};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Columns, FormKey, NoticeBox, Row, StateBadge, StatusBadge, Table, TextArea, Tone},
    web::{Answer, Form, Site, Visit, redirect, status},
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
    audit::Verb,
    booking::State,
    id::{BookingId, OccurrenceId},
};
use leptos::prelude::*;
use store::{
    Error,
    bookings::{self, BookingView},
    occurrences::{self, OccurrenceView, Roster, RosterRow},
    shifts::{self, ShiftView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/occurrences/{id}", get(show))
        .route("/staff/occurrences/{id}/roster", get(part))
        .route("/staff/bookings/{id}/phone", post(phone))
        .route("/staff/bookings/{id}/cancel", get(ask).post(cancel))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    answer(&visit, &id, form.get("done"), None).await
}

/// The page; `revealed` is the booking whose telephone number is shown in full.
async fn answer(
    visit: &Visit,
    id: &str,
    done: Option<&str>,
    revealed: Option<BookingId>,
) -> Answer {
    let (at, center) = gate::occurrence(visit, id, Action::ViewPlans).await?;
    let place = center.summary.place();
    let may = |action| visit.caller.may(action, &place).is_ok();
    let rights = Rights {
        view: may(Action::ViewBookings),
        book: may(Action::BookForOthers),
        plan: may(Action::ManageActivities),
    };
    let roster = if rights.view && at.terms.allocation == Allocation::FirstCome {
        Some(occurrences::roster(visit.db(), &visit.act(), &at.id).await?)
    } else {
        None
    };
    let helping = shifts::of_occurrence_for_staff(visit.db(), &at.id, visit.now).await?;
    let done = done.map(|what| told(visit.locale, what).to_owned());
    let title = td_string!(
        visit.locale,
        staff.roster.title_of,
        title = at.title.clone()
    );
    let reader = visit.clone();
    Ok(gate::page(visit, title)
        .render(move || page_view(&reader, at, roster, &helping, rights, done, revealed)))
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
        "noted" => td_string!(locale, note.done),
        _ => td_string!(locale, staff.saved),
    }
}

fn page_view(
    visit: &Visit,
    at: OccurrenceView,
    roster: Option<Roster>,
    helping: &[ShiftView],
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
            locale
            source=format!("/api/v1/occurrences/{id}/live")
            part=format!("/staff/occurrences/{id}/roster")
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
            {(rights.book && roster.is_some() && at.status != Status::Cancelled).then(|| view! {
                <a class="button" href=format!("/staff/occurrences/{id}/write")>{td_string!(locale, letter.action)}</a>
            })}
            {(rights.book && roster.is_some() && open).then(|| view! {
                <a class="button" href=format!("/staff/occurrences/{id}/bulk")>{td_string!(locale, bulk.link)}</a>
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
            <div class="column">{main}{shifts_of(visit, &at, helping, rights)}</div>
            {aside.map(|aside| view! { <aside class="column">{aside}</aside> })}
        </div>
    }
}

/// The shifts that staff it, and the way to one more.
fn shifts_of(
    visit: &Visit,
    at: &OccurrenceView,
    helping: &[ShiftView],
    rights: Rights,
) -> Option<impl IntoView + use<>> {
    let (locale, now) = (visit.locale, visit.now);
    let may_plan = rights.plan && at.ends_at > now && at.status != Status::Cancelled;
    let rows: Vec<_> = helping
        .iter()
        .map(|shift| {
            let (tone, text) = shift_state(locale, shift, now);
            let note = words::span_near(locale, shift.span, now);
            let href = format!("/staff/shifts/{}", shift.id);
            view! { <Row href title=shift.title.clone() note><Badge text tone /></Row> }
        })
        .collect();
    (may_plan || !rows.is_empty()).then(|| {
        let new = format!("/staff/centers/{}/shifts/new?occurrence={}", at.center_id, at.id);
        view! {
            <section class="section" aria-labelledby="helping">
                <h2 id="helping">{td_string!(locale, staff.shift.title)}</h2>
                {(!rows.is_empty()).then(|| view! { <ul class="row-list">{rows}</ul> })}
                {may_plan.then(|| view! { <p><a class="button" href=new>{td_string!(locale, staff.shift.new)}</a></p> })}
            </section>
        }
    })
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
    // Nobody needs a note any more once the day is over.
    let may_note = may_cancel;
    let columns = Columns::head(td_string!(locale, field.name), |row: &RosterRow| {
        let note = row
            .note
            .clone()
            .map(|note| view! { <small class="note">{note}</small> });
        view! { {row.person_name.as_str().to_owned()}{note} }
    })
    .view(td_string!(locale, staff.act.status), |row| {
        let position = row.position.and_then(|n| u32::try_from(n).ok());
        view! { <StateBadge locale state=row.state position=position /> }
    })
    .text(td_string!(locale, staff.roster.age), |row| {
        (year - row.birth_year.year()).to_string()
    })
    .view(td_string!(locale, staff.roster.phone), |row| {
        phone_cell(locale, row, revealed == Some(&row.id))
    })
    .text(td_string!(locale, staff.roster.channel), |row| {
        words::channel(locale, row.channel).to_owned()
    })
    .text(td_string!(locale, staff.roster.booked_at), |row| {
        row.booked_at.local().format("%m-%d %H:%M").to_string()
    })
    .actions(locale, |row| {
        let open = may_cancel && matches!(row.state, State::Confirmed | State::Waitlisted);
        view! {
            {may_note.then(|| note_link(locale, row))}
            {open.then(|| cancel_link(locale, row))}
        }
    });
    let list = if roster.bookings.is_empty() {
        view! { <p class="lead">{td_string!(locale, staff.roster.nobody)}</p> }.into_any()
    } else {
        Table::new(td_string!(locale, staff.roster.title), columns)
            .scrolls()
            .of(&roster.bookings)
    };
    view! { {tally(locale, &roster.occurrence)} {list} }
}

/// The number, masked until somebody asks for it.
fn phone_cell(locale: Locale, row: &RosterRow, revealed: bool) -> AnyView {
    let Some(phone) = &row.phone else {
        return td_string!(locale, staff.desk.no_phone).into_any();
    };
    if revealed {
        return view! { <strong>{phone.digits().to_owned()}</strong> }.into_any();
    }
    let name = row.person_name.as_str().to_owned();
    view! {
        <form class="cluster" method="post" action=format!("/staff/bookings/{}/phone", row.id)><FormKey />
            <span>{phone.masked()}</span>
            <button class="button button-quiet" type="submit">{td_string!(locale, staff.roster.show)}<span class="visually-hidden">{td_string!(locale, staff.roster.show_of, name = name)}</span></button>
        </form>
    }
    .into_any()
}

fn note_link(locale: Locale, row: &RosterRow) -> impl IntoView + use<> {
    let name = row.person_name.as_str().to_owned();
    view! {
        <a class="button button-quiet" href=format!("/staff/bookings/{}/note", row.id)>
            {td_string!(locale, note.title)}<span class="visually-hidden">" "{name}</span>
        </a>
    }
}

fn cancel_link(locale: Locale, row: &RosterRow) -> impl IntoView + use<> {
    let name = row.person_name.as_str().to_owned();
    view! {
        <a class="button button-quiet" href=format!("/staff/bookings/{}/cancel", row.id)>
            {td_string!(locale, staff.roster.cancel)}<span class="visually-hidden">{td_string!(locale, staff.roster.cancel_of, name = name)}</span>
        </a>
    }
}

/// The changing part alone, for the island.
async fn part(visit: Visit, Path(id): Path<String>) -> Answer {
    gate::staff(&visit)?;
    let id: OccurrenceId = id.parse()?;
    let roster = occurrences::roster(visit.db(), &visit.act(), &id).await?;
    let reader = visit.clone();
    Ok(gate::fragment(move || content(&reader, &roster, None)))
}

async fn phone(visit: Visit, Path(id): Path<String>) -> Answer {
    let booking = gate::booking(&visit, &id, Verb::BookingViewPhone).await?;
    let id = booking.occurrence_id.to_string();
    let mut visit = visit;
    visit.here = format!("/staff/occurrences/{id}");
    answer(&visit, &id, None, Some(booking.id)).await
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let booking = gate::booking(&visit, &id, Verb::BookingView).await?;
    Ok(cancel_page(&visit, booking, "", None))
}

async fn cancel(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let booking = gate::booking(&visit, &id, Verb::BookingView).await?;
    let reason = form.text("reason");
    let (db, act, id) = (visit.db(), visit.once(&form)?, booking.id.clone());
    let done = match form.text("do") {
        "series" => bookings::cancel(db, &act, id, reason.to_owned()).await,
        _ => bookings::miss(db, &act, id, reason.to_owned()).await,
    };
    match done {
        Ok(_) => Ok(redirect(&format!(
            "/staff/occurrences/{}?done=cancelled",
            booking.occurrence_id
        ))),
        Err(Error::Refused(refusal)) => Ok(cancel_page(&visit, booking, reason, Some(refusal))),
        Err(error) => Err(error.into()),
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
        let is_series = booking.enrolment_id.is_some() && booking.state == State::Confirmed;
        let when = words::span_near(locale, booking.span(), now);
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
            <form class="form" method="post" action=format!("/staff/bookings/{}/cancel", booking.id)><FormKey />
                <TextArea name="reason" label=td_string!(locale, field.reason) note=td_string!(locale, ui.optional)
                    hint=td_string!(locale, staff.roster.reason_hint) value=reason maxlength=200 />
                <div class="cluster">
                    <button class="button button-danger" type="submit">
                        {if is_series { td_string!(locale, staff.roster.cancel_date) } else { td_string!(locale, staff.roster.cancel_confirm) }}
                    </button>
                    {is_series.then(|| view! {
                        <button class="button button-danger" type="submit" name="do" value="series">{td_string!(locale, staff.roster.cancel_series)}</button>
                    })}
                    <a class="button" href=back>{td_string!(locale, cancel.keep)}</a>
                </div>
            </form>
        }
    })
}
