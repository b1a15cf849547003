//! Who is there, and for how long: checking in by a tap, and validating the hours in one press.

use super::one::{find, told};
use crate::{
    i18n::{Locale, td_string},
    staff::common::{
        gate,
        hours::{CLOSING, hours_cell, presence, said},
        tap::{Back, Tap, tap},
    },
    ui::{Field, FormKey, SelectField, Table},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, routing::post};
use domain::{
    access::Action,
    check_in::{DOOR_OPENS_BEFORE_MIN, Direction},
    commitment::Subject,
    hours::Kind,
    id::{AssignmentId, CheckInId, HourEntryId},
    shift::{AssignmentState, Role},
    time::{MINUTE, Timestamp},
};
use leptos::prelude::*;
use store::{
    Error,
    check_ins::{self, NewCheckIn, Presented},
    hours::{self, EntryView, Sheet, SheetRow},
    shifts::ShiftView,
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/shifts/{id}/check-in", post(check_in))
        .route("/staff/shifts/{id}/close", post(close))
        .route("/staff/shifts/{id}/enter", post(enter))
        .route("/staff/shifts/{id}/correct", post(correct))
}

/// Whether the sheet is of any use yet: since its door has opened.
pub(super) fn is_due(shift: &ShiftView, now: Timestamp) -> bool {
    let opens = i64::from(DOOR_OPENS_BEFORE_MIN) * MINUTE;
    now >= shift.span.start().plus(-opens)
}

/// The sheet of a shift with everything that can be done with it.
pub(super) fn section(visit: &Visit, shift: &ShiftView, sheet: &Sheet) -> impl IntoView + use<> {
    let locale = visit.locale;
    let may_close = sheet.refusal.is_none();
    let is_open = |row: &SheetRow| row.role == Role::Volunteer && verified(row).is_none();
    let wants_closing = sheet.rows.iter().any(is_open) && shift.closed_at.is_none();
    let why_not = sheet.refusal.as_ref();
    let why_not = why_not.map(|refusal| words::refusal(locale, refusal, visit.now).sentence);
    let id = shift.id.to_string();
    view! {
        <section class="section" aria-labelledby="sheet">
            <h2 id="sheet">{td_string!(locale, ledger.sheet)}</h2>
            <p>{td_string!(locale, ledger.sheet_hint)}</p>
            {own_key(visit, shift, sheet)}
            {table(visit, shift, sheet, may_close && wants_closing)}
            {(wants_closing && may_close).then(|| view! {
                <form class="form" id=CLOSING method="post" action=format!("/staff/shifts/{id}/close")><FormKey />
                    <p class="hint">{td_string!(locale, ledger.close_hint)}</p>
                    <button class="button button-main" type="submit">{td_string!(locale, ledger.close)}</button>
                </form>
            })}
            {(wants_closing && !may_close).then(|| view! { <p class="hint">{why_not}</p> })}
            {(visit.now >= shift.span.end()).then(|| afterwards(locale, shift, sheet))}
        </section>
    }
}

/// The entry that stands for what a row's scans showed.
fn verified(row: &SheetRow) -> Option<&EntryView> {
    let mut of = row.entries.iter();
    of.find(|entry| entry.kind == Kind::Verified)
}

/// One tap for the lead who reads this: here, or leaving.
fn own_key(visit: &Visit, shift: &ShiftView, sheet: &Sheet) -> Option<AnyView> {
    let own = visit.caller.staff().ok()?;
    let locale = visit.locale;
    let row = sheet
        .rows
        .iter()
        .find(|row| row.staff.as_ref() == Some(own))?;
    let (direction, words) = match (row.attendance.is_inside(), row.attendance.is_present()) {
        (true, _) => (Direction::Out, td_string!(locale, ledger.lead_gone)),
        (false, false) => (Direction::In, td_string!(locale, ledger.lead_here)),
        (false, true) => return None,
    };
    let class = match direction {
        Direction::In => "button-main",
        _ => "button-quiet",
    };
    let key = Tap {
        class,
        ..key(shift, row, direction, words)
    };
    Some(tap(visit, &key).into_any())
}

/// A tap for somebody in the sheet.
fn key<'a>(
    shift: &'a ShiftView,
    row: &'a SheetRow,
    direction: Direction,
    words: &'static str,
) -> Tap<'a> {
    Tap {
        shift: &shift.id,
        assignment: &row.assignment,
        name: &row.name,
        direction,
        words,
        class: "button-quiet",
        back: Back::Shift,
    }
}

fn table(visit: &Visit, shift: &ShiftView, sheet: &Sheet, closing: bool) -> AnyView {
    let locale = visit.locale;
    let form = Form::default();
    let columns = presence(locale)
        .view(td_string!(locale, ledger.title), move |row| {
            hours_cell(locale, row, closing.then_some(&form))
        })
        .actions(locale, move |row| taps(visit, shift, row));
    Table::new(td_string!(locale, ledger.sheet), columns).of(&sheet.rows)
}

/// Coming and going by a tap, for whoever has no code at hand.
fn taps(visit: &Visit, shift: &ShiftView, row: &SheetRow) -> Option<AnyView> {
    let locale = visit.locale;
    if row.state == AssignmentState::Validated || shift.closed_at.is_some() {
        return None;
    }
    let over = visit.now >= shift.span.end();
    let (direction, words) = match (row.attendance.is_inside(), over) {
        (true, _) => (Direction::Out, td_string!(locale, ledger.gone)),
        (false, false) => (Direction::In, td_string!(locale, ledger.here)),
        (false, true) => return None,
    };
    Some(tap(visit, &key(shift, row, direction, words)).into_any())
}

/// What can be done once it is over: entering what nobody scanned, and correcting.
fn afterwards(locale: Locale, shift: &ShiftView, sheet: &Sheet) -> impl IntoView + use<> {
    let live = |entry: &&EntryView| !entry.sum.is_refused;
    let volunteers = || sheet.rows.iter().filter(|row| row.role == Role::Volunteer);
    let without: Vec<(String, String)> = volunteers()
        .filter(|row| row.entries.iter().all(|entry| entry.sum.is_refused))
        .map(|row| (row.assignment.to_string(), row.name.clone()))
        .collect();
    let with: Vec<(String, String)> = volunteers()
        .flat_map(|row| row.entries.iter())
        .filter(live)
        .filter(|entry| entry.kind != Kind::Correction)
        .map(|entry| {
            let minutes = words::duration(locale, entry.sum.minutes);
            let label = format!("{} · {minutes}", entry.person_name);
            (entry.id.to_string(), label)
        })
        .collect();
    let id = shift.id.to_string();
    view! {
        {(!without.is_empty()).then(|| view! {
            <details class="disclosure">
                <summary>{td_string!(locale, ledger.enter)}</summary>
                <p>{td_string!(locale, ledger.enter_hint)}</p>
                <form class="form" method="post" action=format!("/staff/shifts/{id}/enter")><FormKey />
                    <SelectField name="assignment" label=td_string!(locale, field.name) options=without />
                    <Field name="minutes" label=td_string!(locale, ledger.enter_minutes) kind="number" class="input-short" />
                    <Field name="reason" label=td_string!(locale, ledger.enter_reason) maxlength=200 />
                    <button class="button" type="submit">{td_string!(locale, ledger.enter_send)}</button>
                </form>
            </details>
        })}
        {(!with.is_empty()).then(|| view! {
            <details class="disclosure">
                <summary>{td_string!(locale, ledger.correct)}</summary>
                <p>{td_string!(locale, ledger.correct_hint)}</p>
                <form class="form" method="post" action=format!("/staff/shifts/{id}/correct")><FormKey />
                    <SelectField name="entry" label=td_string!(locale, field.name) options=with />
                    <Field name="add" label=td_string!(locale, ledger.correct_minutes) />
                    <Field name="why" label=td_string!(locale, ledger.correct_reason) maxlength=200 />
                    <button class="button" type="submit">{td_string!(locale, ledger.correct_send)}</button>
                </form>
            </details>
        })}
    }
}

async fn check_in(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (shift, _) = find(&visit, &id, Action::BookForOthers).await?;
    let assignment: AssignmentId = form.need("assignment")?.parse()?;
    let scan: CheckInId = form.need("scan")?.parse()?;
    let direction: Direction = form.need("direction")?.parse()?;
    let new = NewCheckIn {
        direction,
        center: Some(shift.center_id.clone()),
        door: visit
            .login
            .as_ref()
            .map(|login| login.name.clone())
            .unwrap_or_default(),
        ..NewCheckIn::now(scan, Presented::Roster(Subject::Assignment(assignment)))
    };
    let keyring = visit.site.tickets().keyring;
    match check_ins::admit(visit.db(), &keyring, &visit.act(), new).await {
        Ok(answer) => {
            let back = Back::of(&form).path(&shift.center_id, &shift.id);
            let query = gate::query("scan", answer.id.as_str());
            Ok(redirect(&format!("{back}?{query}")))
        }
        Err(Error::Refused(refusal)) => told::<()>(&visit, &id, Err(refusal.into())).await,
        Err(error) => Err(error.into()),
    }
}

async fn close(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (shift, _) = find(&visit, &id, Action::BookForOthers).await?;
    let (caller, now) = (&visit.caller, visit.now);
    let sheet = hours::sheet(visit.db(), caller, &shift.id, now).await?;
    let said = said(&form, &sheet)?;
    let act = visit.once(&form)?;
    let closed = hours::close(visit.db(), &act, &shift.id, said).await;
    told(&visit, &id, closed.map(Ok)).await
}

async fn enter(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    find(&visit, &id, Action::BookForOthers).await?;
    let assignment: AssignmentId = form.need("assignment")?.parse()?;
    let minutes: u32 = form.number("minutes")?.unwrap_or(0);
    let act = visit.once(&form)?;
    let entered = hours::enter(visit.db(), &act, &assignment, minutes, form.text("reason")).await;
    told(&visit, &id, entered.map(Ok)).await
}

async fn correct(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    find(&visit, &id, Action::BookForOthers).await?;
    let entry: HourEntryId = form.need("entry")?.parse()?;
    let minutes: i64 = form.number("add")?.unwrap_or(0);
    let act = visit.once(&form)?;
    let corrected = hours::correct(visit.db(), &act, &entry, minutes, form.text("why")).await;
    told(&visit, &id, corrected.map(Ok)).await
}
