//! Keying back when somebody came to a shift and went: a row, and the scans that its times stand for.

use super::key_in::Keyed;
use crate::{
    i18n::{Locale, td_string},
    ui::Problems,
    web::{Form, Visit},
    words,
};
use domain::{
    check_in::Direction,
    commitment::Subject,
    id::AssignmentId,
    shift::{AssignmentState, Role},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    check_ins::{NewCheckIn, Presented},
    hours::SheetRow,
    paper::ShiftSheet,
};

/// What somebody does in a shift.
pub(super) fn part(locale: Locale, role: Role) -> &'static str {
    match role {
        Role::Lead => td_string!(locale, shift.lead),
        Role::Volunteer => td_string!(locale, shift.volunteers),
    }
}

/// The ways for which a row still has a time to come from the paper.
fn open(row: &SheetRow) -> Vec<Direction> {
    let asks = |direction: &Direction| match direction {
        Direction::In => !row.attendance.is_present(),
        _ => row.attendance.left.is_none() || row.attendance.left_by_rule,
    };
    let is_over = row.state == AssignmentState::Validated;
    let ways = [Direction::In, Direction::Out].into_iter();
    ways.filter(|way| !is_over && asks(way)).collect()
}

/// Whether any of its rows is to be keyed in.
pub(super) fn is_open(sheet: &ShiftSheet) -> bool {
    sheet.rows.iter().any(|row| !open(row).is_empty())
}

fn field(direction: Direction, of: &AssignmentId) -> String {
    format!("{}-{of}", direction.as_str())
}

fn id_field(direction: Direction, of: &AssignmentId) -> String {
    format!("id-{}", field(direction, of))
}

/// What the times in the form say of a shift, in the order in which it happened.
pub(super) fn read(
    visit: &Visit,
    sheet: &ShiftSheet,
    form: &Form,
    problems: &mut Problems,
) -> Vec<Keyed> {
    let mut keyed = Vec::new();
    for row in &sheet.rows {
        let mut scans = Vec::new();
        for direction in open(row) {
            let name = field(direction, &row.assignment);
            let span = sheet.shift.span;
            let near = match direction {
                Direction::In => span.start(),
                _ => span.end(),
            };
            let at = super::key_in::clock(form, &name, near);
            if let Some(Some(at)) = problems.keep(visit.locale, visit.now, at) {
                scans.push(scan(visit, row, form, direction, at));
            }
        }
        if !scans.is_empty() {
            let of = sheet.shift.title.clone();
            keyed.push(Keyed {
                name: row.name.clone(),
                of,
                scans,
            });
        }
    }
    keyed
}

fn scan(
    visit: &Visit,
    row: &SheetRow,
    form: &Form,
    direction: Direction,
    at: Timestamp,
) -> NewCheckIn {
    let id = super::key_in::scan_id(visit, form, &id_field(direction, &row.assignment));
    let presented = Presented::Sheet(Subject::Assignment(row.assignment.clone()));
    NewCheckIn {
        at: Some(at),
        direction,
        ..NewCheckIn::now(id, presented)
    }
}

/// The rows of a shift.
pub(super) fn section(
    visit: &Visit,
    sheet: &ShiftSheet,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let (locale, shift) = (visit.locale, &sheet.shift);
    let title = format!("{} · {}", shift.title, words::hours(locale, shift.span));
    let rows: Vec<_> = sheet
        .rows
        .iter()
        .map(|row| line(visit, row, form, problems))
        .collect();
    let done = (!is_open(sheet))
        .then(|| view! { <p class="hint">{td_string!(locale, paper.all_done)}</p> });
    view! {
        <fieldset class="form-section">
            <legend>{title}</legend>
            {done}
            <ul class="row-list">{rows}</ul>
        </fieldset>
    }
}

fn line(visit: &Visit, row: &SheetRow, form: &Form, problems: &Problems) -> impl IntoView + use<> {
    let locale = visit.locale;
    let fields: Vec<_> = open(row)
        .into_iter()
        .map(|direction| time(visit, row, direction, form, problems))
        .collect();
    let seen = [
        (
            td_string!(locale, ledger.came),
            row.attendance.first.as_ref(),
        ),
        (
            td_string!(locale, ledger.went),
            row.attendance.left.as_ref(),
        ),
    ];
    let seen: Vec<String> = seen
        .into_iter()
        .filter_map(|(word, seen)| Some(format!("{word} {}", words::clock(locale, seen?.at))))
        .collect();
    let parts = std::iter::once(part(locale, row.role).to_owned()).chain(seen);
    let note = parts.collect::<Vec<_>>().join(" · ");
    view! {
        <li><div class="row">
            <span class="row-text"><strong>{row.name.clone()}</strong><small>{note}</small></span>
            {fields}
        </div></li>
    }
}

fn time(
    visit: &Visit,
    row: &SheetRow,
    direction: Direction,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let name = field(direction, &row.assignment);
    let word = match direction {
        Direction::In => td_string!(locale, ledger.came),
        _ => td_string!(locale, ledger.went),
    };
    let (value, error) = (form.text(&name).to_owned(), problems.of(&name));
    let id = visit
        .site
        .ids()
        .make::<domain::id::CheckInId>(visit.now)
        .to_string();
    view! {
        <input type="hidden" name=id_field(direction, &row.assignment) value=id />
        <label class="cluster">
            <span>{word}<span class="visually-hidden">" "{row.name.clone()}</span></span>
            <input class="input input-short" id=name.clone() name=name type="time" value=value aria-invalid=error.is_some().then_some("true") />
        </label>
        {error.map(|error| view! { <span class="field-error">{error}</span> })}
    }
}
