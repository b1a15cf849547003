//! Keying back the sheets of a day: who signed, and when; one press for all. Every row takes the road of a
//! scan, and one that fails says why (C-115).

use super::{day, is_empty, other_day, shift_rows};
use crate::{
    i18n::td_string,
    staff::{
        common::gate,
        run::attend::{Failed, why_not},
    },
    ui::{EmptyState, ErrorSummary, FormKey, NoticeBox, Problems, StateBadge, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal, access::Action, booking::State, check_in::DoorTerms, commitment::Subject,
    id::CheckInId, shift::DOOR, text, time::Timestamp,
};
use leptos::prelude::*;
use store::{
    centers::CenterView,
    check_ins::{self, NewCheckIn, Presented},
    occurrences::{OccurrenceView, Roster, RosterRow},
    paper::{self, Sheets},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/sheets/key-in",
        get(show).post(save),
    )
}

/// A line of a sheet, and the scans that it stands for.
pub(super) struct Keyed {
    /// Who.
    pub(super) name: String,
    /// Of what.
    pub(super) of: String,
    /// One, or coming and going.
    pub(super) scans: Vec<NewCheckIn>,
}

async fn load(visit: &Visit, center: &CenterView, day: NaiveDate) -> store::Result<Sheets> {
    let mut sheets = paper::sheets(visit.db(), &visit.act(), &center.summary.id, day).await?;
    // Nobody has signed yet where the door is still closed.
    let is_open = |door: DoorTerms, span| door.window(span).start() <= visit.now;
    let dates = &mut sheets.dates;
    dates.retain(|date| is_open(date.occurrence.terms.door(), date.occurrence.span()));
    sheets
        .shifts
        .retain(|sheet| is_open(DOOR, sheet.shift.span));
    Ok(sheets)
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let day = day(&form, visit.now)?;
    let sheets = load(&visit, &center, day).await?;
    let shown = Shown {
        done: form.number("done")?,
        ..Shown::default()
    };
    Ok(page(&visit, center, day, sheets, shown))
}

/// What the page shows beside the sheets.
#[derive(Default)]
struct Shown {
    done: Option<usize>,
    failed: Failed,
    form: Form,
    problems: Problems,
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let day = form.need_day("day", visit.now.day())?;
    let sheets = load(&visit, &center, day).await?;
    let mut problems = Problems::none();
    let mut keyed = Vec::new();
    for date in &sheets.dates {
        keyed.extend(read(&visit, date, day, &form, &mut problems));
    }
    for sheet in &sheets.shifts {
        keyed.extend(shift_rows::read(&visit, sheet, &form, &mut problems));
    }
    if !problems.any() && keyed.is_empty() {
        let nobody = Refusal::invalid("person", Reason::NobodyChosen);
        problems.note(visit.locale, &nobody, visit.now);
    }
    if problems.any() {
        let shown = Shown {
            form,
            problems,
            ..Shown::default()
        };
        return Ok(page(&visit, center, day, sheets, shown));
    }
    let (done, failed) = admit(&visit, keyed).await?;
    if failed.is_empty() {
        let here = &center.summary.id;
        let query = format!("day={day}&done={done}");
        return Ok(redirect(&format!(
            "/staff/centers/{here}/sheets/key-in?{query}"
        )));
    }
    let sheets = load(&visit, &center, day).await?;
    let shown = Shown {
        done: Some(done),
        failed,
        ..Shown::default()
    };
    Ok(page(&visit, center, day, sheets, shown))
}

/// Sends all through the door: how many lines are in, and which are not.
async fn admit(visit: &Visit, keyed: Vec<Keyed>) -> store::Result<(usize, Failed)> {
    let keyring = visit.site.tickets().keyring;
    let scans = keyed.iter().flat_map(|line| line.scans.iter().cloned());
    let answers = check_ins::admit_all(visit.db(), &keyring, &visit.act(), scans.collect()).await;
    let (mut done, mut failed) = (0, Failed::new());
    let mut answers = answers.into_iter();
    for line in keyed {
        let mut whys = Vec::new();
        for answer in answers.by_ref().take(line.scans.len()) {
            whys.extend(why_not(visit.locale, visit.now, answer)?);
        }
        match whys.is_empty() {
            true => done += 1,
            false => failed.push((format!("{} · {}", line.name, line.of), whys.join(" "))),
        }
    }
    Ok((done, failed))
}

/// A time of day from the paper, as the instant nearest to where it belongs.
pub(super) fn clock(
    form: &Form,
    field: &str,
    near: Timestamp,
) -> Result<Option<Timestamp>, Refusal> {
    let Some(written) = form.get(field) else {
        return Ok(None);
    };
    let clock = text::clock(written);
    let clock = clock.ok_or_else(|| Refusal::invalid(field, Reason::NotATimeOfDay))?;
    Ok(Some(near.nearest(clock)))
}

/// The id of a scan, made with the page, so that sending it twice changes nothing.
pub(super) fn scan_id(visit: &Visit, form: &Form, field: &str) -> CheckInId {
    let id = form.get(field).and_then(|id| id.parse().ok());
    id.unwrap_or_else(|| visit.site.ids().make(visit.now))
}

fn is_open(row: &RosterRow) -> bool {
    matches!(row.state, State::Confirmed | State::NoShow)
}

/// When those came of whom the sheet does not say: when it begins on that day, of one that lasts over
/// days at the same time of each; now, if that is still to come.
fn came_on(at: &OccurrenceView, day: NaiveDate, now: Timestamp) -> Timestamp {
    now.min(Timestamp::from_local(
        day.and_time(at.starts_at.local().time()),
    ))
}

/// What the form says of a date: those who are ticked, or all but those.
fn read(
    visit: &Visit,
    date: &Roster,
    day: NaiveDate,
    form: &Form,
    problems: &mut Problems,
) -> Vec<Keyed> {
    let at = &date.occurrence;
    let but = form.text(&format!("who-{}", at.id)) == "all_but";
    let ticked = |row: &RosterRow| form.all("who").any(|who| who == row.id.as_str());
    let came = date
        .bookings
        .iter()
        .filter(|row| is_open(row) && ticked(row) != but);
    let came: Vec<&RosterRow> = came.collect();
    if came.is_empty() {
        return Vec::new();
    }
    let start = came_on(at, day, visit.now);
    let time = clock(form, &format!("at-{}", at.id), start);
    let Some(time) = problems.keep(visit.locale, visit.now, time) else {
        return Vec::new();
    };
    let keyed = came.into_iter().map(|row| Keyed {
        name: row.person_name.as_str().to_owned(),
        of: at.title.clone(),
        scans: vec![NewCheckIn {
            at: Some(time.unwrap_or(start)),
            ..NewCheckIn::now(
                scan_id(visit, form, &format!("id-{}", row.id)),
                Presented::Sheet(Subject::Booking(row.id.clone())),
            )
        }],
    });
    keyed.collect()
}

fn page(
    visit: &Visit,
    center: CenterView,
    day: NaiveDate,
    sheets: Sheets,
    shown: Shown,
) -> Response {
    let locale = visit.locale;
    let title = td_string!(locale, paper.key_in);
    let page = gate::page(visit, title);
    let page = match shown.problems.any() {
        true => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        false => page,
    };
    let reader = visit.clone();
    page.render(move || {
        let here = format!("/staff/centers/{}/sheets", center.summary.id);
        let many = shown.failed.len();
        let failed = shown.failed.iter().cloned();
        let failed: Vec<_> = failed
            .map(|(name, why)| view! { <li><strong>{name}</strong>" "{why}</li> })
            .collect();
        let main = match is_empty(&sheets) {
            true => view! { <EmptyState title=td_string!(locale, paper.none_begun) /> }.into_any(),
            false => form(&reader, &here, day, &sheets, &shown).into_any(),
        };
        view! {
            <a class="back-link" href=format!("{here}?day={day}")>{td_string!(locale, paper.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{center.summary.name.clone()}" · "{words::day_full(locale, day)}</p>
                <p class="hint">{td_string!(locale, paper.key_in_hint)}</p>
                {other_day(locale, format!("{here}/key-in"), day)}
            </div>
            {shown.done.filter(|many| *many > 0).map(|many| view! { <NoticeBox title=td_string!(locale, door.saved_many, many) tone=Tone::Good fresh=true /> })}
            {(many > 0).then(|| view! {
                <NoticeBox title=td_string!(locale, door.failed_many, many) tone=Tone::Bad fresh=true><ul>{failed}</ul></NoticeBox>
            })}
            <ErrorSummary locale problems=shown.problems.clone() />
            {main}
        }
    })
}

fn form(
    visit: &Visit,
    here: &str,
    day: NaiveDate,
    sheets: &Sheets,
    shown: &Shown,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (form, problems) = (&shown.form, &shown.problems);
    let dates: Vec<_> = sheets
        .dates
        .iter()
        .map(|date| section(visit, date, day, form, problems))
        .collect();
    let shifts: Vec<_> = sheets
        .shifts
        .iter()
        .map(|sheet| shift_rows::section(visit, sheet, form, problems))
        .collect();
    let is_open = sheets
        .dates
        .iter()
        .any(|date| date.bookings.iter().any(is_open))
        || sheets.shifts.iter().any(shift_rows::is_open);
    view! {
        <form class="form form-wide" id="person" method="post" action=format!("{here}/key-in")><FormKey />
            <input type="hidden" name="day" value=day.to_string() />
            {dates}
            {shifts}
            {is_open.then(|| view! {
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, paper.save)}</button></div>
            })}
        </form>
    }
}

fn section(
    visit: &Visit,
    date: &Roster,
    day: NaiveDate,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let (locale, at) = (visit.locale, &date.occurrence);
    let title = format!("{} · {}", at.title, words::hours(locale, at.span()));
    let rows: Vec<_> = date
        .bookings
        .iter()
        .map(|row| line(visit, row, form))
        .collect();
    let start = came_on(at, day, visit.now);
    let inner = if date.bookings.iter().any(is_open) {
        choice(visit, at, start, form, problems).into_any()
    } else if date.bookings.is_empty() {
        view! { <p class="hint">{td_string!(locale, staff.roster.nobody)}</p> }.into_any()
    } else {
        view! { <p class="hint">{td_string!(locale, paper.all_done)}</p> }.into_any()
    };
    let walk_in = format!(
        "/staff/occurrences/{}/walk-in?at={}",
        at.id,
        start.form_value()
    );
    let may_add = at.confirmed < i64::from(at.terms.capacity);
    view! {
        <fieldset class="form-section">
            <legend>{title}</legend>
            {inner}
            <ul class="row-list tick-list">{rows}</ul>
            {may_add.then(|| view! {
                <p><a class="button button-quiet" href=walk_in>{td_string!(locale, paper.add_walk_in)}<span class="visually-hidden">" "{at.title.clone()}</span></a></p>
            })}
        </fieldset>
    }
}

/// What a tick means, and when those came who came.
fn choice(
    visit: &Visit,
    at: &OccurrenceView,
    start: Timestamp,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (who, time) = (format!("who-{}", at.id), format!("at-{}", at.id));
    let but = form.text(&who) == "all_but";
    let value = form.get(&time).map(str::to_owned);
    let value = value.unwrap_or_else(|| start.local().format("%H:%M").to_string());
    let error = problems.of(&time);
    view! {
        <div class="cluster">
            <label class="choice"><input type="radio" name=who.clone() value="ticked" checked=!but /><span>{td_string!(locale, paper.ticked_came)}</span></label>
            <label class="choice"><input type="radio" name=who value="all_but" checked=but /><span>{td_string!(locale, paper.all_but_ticked)}</span></label>
            <label class="cluster">
                <span>{td_string!(locale, paper.came_at)}</span>
                <input class="input input-short" id=time.clone() name=time type="time" value=value aria-invalid=error.is_some().then_some("true") />
            </label>
            {error.map(|error| view! { <span class="field-error">{error}</span> })}
        </div>
    }
}

fn line(visit: &Visit, row: &RosterRow, form: &Form) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (booking, open) = (row.id.to_string(), is_open(row));
    let ticked = form.all("who").any(|who| who == booking);
    let id: CheckInId = visit.site.ids().make(visit.now);
    let position = row.position.and_then(|n| u32::try_from(n).ok());
    let name = row.person_name.as_str().to_owned();
    view! {
        <li><div class="row">
            {open.then(|| view! {
                <input type="hidden" name=format!("id-{booking}") value=id.to_string() />
                <input type="checkbox" id=booking.clone() name="who" value=booking.clone() checked=ticked />
            })}
            <label class="row-text" for=booking><strong>{name}</strong></label>
            <StateBadge locale state=row.state position=position />
        </div></li>
    }
}
