//! What the scans say of somebody's presence in a shift, and the minutes that a lead confirms of it.

use crate::{
    i18n::{Locale, td_string},
    ui::Columns,
    web::Form,
    words,
};
use domain::{
    Reason, Refusal,
    hours::{Kind, State},
    id::AssignmentId,
    shift::{AssignmentState, Role},
    time::Timestamp,
};
use leptos::prelude::*;
use store::hours::{EntryView, Said, Sheet, SheetRow};

/// The form that confirms; its fields stand in tables.
pub(in crate::staff) const CLOSING: &str = "closing";

/// The field in which a lead says how many minutes somebody served.
pub(in crate::staff) fn minutes_field(assignment: &AssignmentId) -> String {
    format!("minutes-{assignment}")
}

/// What a form says of the people of a sheet.
///
/// # Errors
/// [`Refusal::Invalid`] for what is no number.
pub(in crate::staff) fn said(form: &Form, sheet: &Sheet) -> Result<Vec<Said>, Refusal> {
    let mut said = Vec::new();
    for row in sheet.rows.iter().filter(|row| row.credit.is_some()) {
        let minutes = form.number(&minutes_field(&row.assignment));
        let minutes = minutes.map_err(|_| Refusal::invalid("minutes", Reason::NotANumber))?;
        if let Some(minutes) = minutes {
            said.push(Said {
                assignment: row.assignment.clone(),
                minutes,
            });
        }
    }
    Ok(said)
}

/// The columns of a sheet that say who somebody is and when they were there.
pub(in crate::staff) fn presence<'a>(locale: Locale) -> Columns<'a, SheetRow> {
    Columns::head(td_string!(locale, field.name), |row: &SheetRow| {
        row.name.clone()
    })
    .text(td_string!(locale, staff.shift.part), move |row| {
        match row.role {
            Role::Lead => td_string!(locale, shift.lead).to_owned(),
            Role::Volunteer => td_string!(locale, shift.volunteers).to_owned(),
        }
    })
    .text(td_string!(locale, ledger.came), move |row| {
        at(locale, row.attendance.first.as_ref().map(|first| first.at))
    })
    .text(td_string!(locale, ledger.went), move |row| {
        at(locale, row.attendance.left.as_ref().map(|left| left.at))
    })
}

fn at(locale: Locale, time: Option<Timestamp>) -> String {
    time.map_or(String::new(), |time| words::clock(locale, time))
}

/// What counts: what the ledger has, or the proposal, which the lead may lower where the page has the
/// form for it; then it shows what was entered there last.
pub(in crate::staff) fn hours_cell(
    locale: Locale,
    row: &SheetRow,
    closing: Option<&Form>,
) -> AnyView {
    if !row.entries.is_empty() {
        let told: Vec<_> = row
            .entries
            .iter()
            .map(|entry| entry_line(locale, entry))
            .collect();
        return view! { <ul class="plain">{told}</ul> }.into_any();
    }
    let Some(credit) = row.credit.as_ref() else {
        return ().into_any();
    };
    if !row.attendance.is_present() {
        let absent = row.state == AssignmentState::NoShow;
        return absent.then(|| td_string!(locale, ledger.absent)).into_any();
    }
    let doubt = credit.doubt.map(|doubt| {
        view! { <small class="hint">{words::doubt(locale, doubt)}</small> }
    });
    let minutes = credit.minutes.to_string();
    let name = minutes_field(&row.assignment);
    let said = match closing {
        Some(form) => {
            let value = form.get(&name).unwrap_or(&minutes).to_owned();
            view! {
                <label class="visually-hidden" for=name.clone()>{td_string!(locale, ledger.minutes)}" "{row.name.clone()}</label>
                <input class="input input-short" type="number" id=name.clone() name=name form=CLOSING min="0" max=minutes value=value inputmode="numeric" />
            }
            .into_any()
        }
        None => words::duration(locale, i64::from(credit.minutes)).into_any(),
    };
    view! { {said}" "{doubt} }.into_any()
}

fn entry_line(locale: Locale, entry: &EntryView) -> impl IntoView + use<> {
    let mut said = vec![words::duration(locale, entry.sum.minutes)];
    if entry.kind != Kind::Verified {
        said.push(words::hour_kind(locale, entry.kind).to_owned());
    }
    if entry.state() != State::Counted {
        said.push(words::hour_state(locale, entry.state()).to_owned());
    }
    view! { <li>{said.join(" · ")}</li> }
}
