//! The form of one occurrence: as it stands, and what of it was changed.

use super::{room_field, term_lines};
use crate::staff::common::merge;
use crate::{
    i18n::{Locale, td_string},
    ui::{Chip, Field, Problems},
    web::{Form, Visit},
};
use domain::{
    Reason, Refusal,
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::occurrences::{EditScope, OccurrenceEdit, OccurrenceView};

/// The fields with their names, in the order of the form.
pub(super) fn labels(locale: Locale) -> Vec<(&'static str, &'static str)> {
    let time = [
        ("starts_at", td_string!(locale, field.starts_at)),
        ("ends_at", td_string!(locale, field.ends_at)),
        ("room", td_string!(locale, field.room)),
    ];
    let terms = term_lines::lines().map(|line| (line.name, (line.label)(locale)));
    time.into_iter().chain(terms).collect()
}

/// The form as the occurrence stands.
pub(super) fn as_it_is(at: &OccurrenceView) -> Form {
    let time = [
        ("revision", at.revision.to_string()),
        ("starts_at", at.starts_at.form_value()),
        ("ends_at", at.ends_at.form_value()),
        ("room", at.room.clone()),
    ];
    let terms = term_lines::as_they_are(&at.terms);
    Form::of(time.into_iter().chain(terms))
}

/// How far the edit reaches.
pub(super) fn scope(form: &Form) -> EditScope {
    match form.get("scope") {
        Some("this_and_following") => EditScope::ThisAndFollowing,
        Some("all_future") => EditScope::AllFuture,
        _ => EditScope::This,
    }
}

/// What was changed in the form: only that is stated, so that with a wider scope the other dates
/// keep what they have of their own.
pub(super) fn read(
    visit: &Visit,
    at: &OccurrenceView,
    form: &Form,
    problems: &mut Problems,
) -> Option<OccurrenceEdit> {
    let before = as_it_is(at);
    let changed = |name: &str| form.text(name) != before.text(name);
    let mut edit = OccurrenceEdit::default();
    let mut fine = true;
    let mut note = |refusal: Refusal| {
        problems.note(visit.locale, &refusal, visit.now);
        fine = false;
    };
    for (name, into) in [
        ("starts_at", &mut edit.starts_at),
        ("ends_at", &mut edit.ends_at),
    ] {
        if changed(name) {
            let read = form.need(name).and_then(|text| {
                Timestamp::parse(text).map_err(|_| Refusal::invalid(name, Reason::NotATime))
            });
            match read {
                Ok(at) => *into = Some(at),
                Err(refusal) => note(refusal),
            }
        }
    }
    if changed("room") {
        edit.room = Some(form.text("room").to_owned());
    }
    for line in term_lines::lines().filter(|line| changed(line.name)) {
        match (line.read)(form, line.name, &mut edit.terms) {
            Ok(true) => {}
            Ok(false) => note(Refusal::invalid(line.name, Reason::Missing)),
            Err(refusal) => note(refusal),
        }
    }
    // Moved to another hour of the same day, it ends when the form says; moved to another day it
    // stays as long.
    if let (Some(start), None) = (edit.starts_at, edit.ends_at)
        && start.day() == at.starts_at.day()
    {
        edit.ends_at = Some(at.ends_at);
    }
    fine.then_some(edit)
}

/// When the date would be, if the edit moves it.
pub(super) fn moved(at: &OccurrenceView, edit: &OccurrenceEdit) -> Option<Span> {
    let start = edit.starts_at.unwrap_or(at.starts_at);
    let as_long = start.plus(at.ends_at.0 - at.starts_at.0);
    let span = Span::new(start, edit.ends_at.unwrap_or(as_long)).ok()?;
    (span != at.span()).then_some(span)
}

/// The fields.
pub(super) fn fields(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    (rooms, trainings): (&[String], &[String]),
    several: bool,
) -> impl IntoView + use<> {
    let moment = |name: &'static str, label: &'static str| {
        let value = form.text(name).to_owned();
        view! { <Field name=name label=label kind="datetime-local" value=value error=problems.of(name) /> }
    };
    let rows: Vec<_> = term_lines::ROWS
        .iter()
        .map(|row| {
            let fields: Vec<_> = row
                .iter()
                .map(|line| line.edit(locale, form, problems, trainings))
                .collect();
            view! { <div class="form-grid">{fields}</div> }
        })
        .collect();
    let scope = scope(form);
    let reach = |of: EditScope, value: &'static str, label: &'static str| {
        view! { <Chip name="scope" value=value label=label checked=scope == of radio=true /> }
    };
    view! {
        <fieldset class="form-section">
            <legend>{td_string!(locale, staff.form.when)}</legend>
            {problems.of("occurrences").map(|text| view! { <p class="field-error" id="occurrences">{text}</p> })}
            <div class="form-grid">
                {moment("starts_at", td_string!(locale, field.starts_at))}
                {moment("ends_at", td_string!(locale, field.ends_at))}
                {room_field::fields(locale, form, problems, rooms)}
            </div>
            <p class="hint">{td_string!(locale, staff.occ.moves)}</p>
        </fieldset>
        <fieldset class="form-section">
            <legend>{td_string!(locale, staff.form.terms)}</legend>
            {rows}
        </fieldset>
        {several.then(|| view! {
            <fieldset class="form-section">
                <legend>{td_string!(locale, staff.occ.scope)}</legend>
                <div class="chips">
                    {reach(EditScope::This, "this", td_string!(locale, staff.occ.this))}
                    {reach(EditScope::ThisAndFollowing, "this_and_following", td_string!(locale, staff.occ.following))}
                    {reach(EditScope::AllFuture, "all_future", td_string!(locale, staff.occ.all))}
                </div>
                <p class="hint">{td_string!(locale, staff.occ.scope_hint)}</p>
            </fieldset>
        })}
    }
}

/// What was changed here, on the revision that was just read.
pub(super) fn on_revision(at: &OccurrenceView, locale: Locale, form: &Form) -> Form {
    let (labels, now) = (labels(locale), as_it_is(at));
    let fields: Vec<_> = merge::merged(&labels, &now, form).collect();
    let more = [
        ("revision", at.revision.to_string()),
        ("scope", form.text("scope").to_owned()),
    ];
    Form::of(fields.into_iter().chain(more))
}

/// The way back.
pub(super) fn back(locale: Locale, at: &OccurrenceView) -> impl IntoView + use<> {
    view! { <a class="back-link" href=format!("/staff/occurrences/{}", at.id)>{td_string!(locale, staff.roster.title)}</a> }
}
