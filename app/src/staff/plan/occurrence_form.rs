//! The form of one occurrence: as it stands, and what of it was changed.

use crate::staff::common::merge;
use crate::{
    i18n::{Locale, td_string},
    ui::{Chip, Field, Problems, SelectField},
    web::{Form, Visit},
    words,
};
use domain::{
    Refusal,
    activity::{Allocation, Unit},
    time::Timestamp,
};
use leptos::prelude::*;
use store::occurrences::{EditScope, OccurrenceEdit, OccurrenceView, TermsEdit};

/// The fields with their names, in the order of the form.
pub(super) fn labels(locale: Locale) -> [(&'static str, &'static str); 17] {
    [
        ("starts_at", td_string!(locale, field.starts_at)),
        ("ends_at", td_string!(locale, field.ends_at)),
        ("room", td_string!(locale, field.room)),
        ("allocation", td_string!(locale, staff.form.allocation)),
        ("unit", td_string!(locale, field.unit)),
        ("capacity", td_string!(locale, field.capacity)),
        (
            "waitlist_capacity",
            td_string!(locale, field.waitlist_capacity),
        ),
        ("held_back", td_string!(locale, field.held_back)),
        ("held_until", td_string!(locale, field.held_until)),
        ("min_age", td_string!(locale, field.min_age)),
        ("max_age", td_string!(locale, field.max_age)),
        (
            "residents_first_until",
            td_string!(locale, field.residents_first_until),
        ),
        (
            "booking_opens_at",
            td_string!(locale, field.booking_opens_at),
        ),
        (
            "booking_closes_at",
            td_string!(locale, field.booking_closes_at),
        ),
        ("cancel_until", td_string!(locale, field.cancel_until)),
        (
            "door_opens_before_min",
            td_string!(locale, field.door_opens_before_min),
        ),
        ("asks_check_out", td_string!(locale, field.asks_check_out)),
    ]
}

/// The form as the occurrence stands.
pub(super) fn as_it_is(at: &OccurrenceView) -> Form {
    let maybe = |at: Option<Timestamp>| at.map(Timestamp::form_value).unwrap_or_default();
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    Form::of([
        ("revision", at.revision.to_string()),
        ("starts_at", at.starts_at.form_value()),
        ("ends_at", at.ends_at.form_value()),
        ("room", at.room.clone()),
        ("allocation", at.allocation.as_str().to_owned()),
        ("unit", at.unit.as_str().to_owned()),
        ("capacity", at.capacity.to_string()),
        ("waitlist_capacity", at.waitlist_capacity.to_string()),
        ("held_back", at.held_back.to_string()),
        ("held_until", maybe(at.held_until)),
        ("min_age", number(at.min_age)),
        ("max_age", number(at.max_age)),
        ("residents_first_until", maybe(at.residents_first_until)),
        ("booking_opens_at", at.booking_opens_at.form_value()),
        ("booking_closes_at", at.booking_closes_at.form_value()),
        ("cancel_until", at.cancel_until.form_value()),
        (
            "door_opens_before_min",
            at.door_opens_before_min.to_string(),
        ),
        ("asks_check_out", at.asks_check_out.to_string()),
    ])
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
    let mut edit = OccurrenceEdit {
        terms: TermsEdit::default(),
        ..OccurrenceEdit::default()
    };
    let mut fine = true;
    let mut note = |refusal: Refusal| {
        problems.note(visit.locale, &refusal, visit.now);
        fine = false;
    };
    let instant = |name: &str| -> Result<Timestamp, Refusal> {
        Timestamp::parse(form.need(name)?).map_err(|_| Refusal::invalid(name, "not_a_time"))
    };
    let maybe = |name: &str| form.get(name).map(|_| instant(name)).transpose();
    macro_rules! take {
        ($name:literal, $into:expr, $value:expr) => {
            if changed($name) {
                match $value {
                    Ok(value) => $into = Some(value),
                    Err(refusal) => note(refusal),
                }
            }
        };
    }
    let number = |name: &str| {
        let number: Result<Option<u32>, Refusal> = form.number(name);
        number.and_then(|n| n.ok_or_else(|| Refusal::invalid(name, "missing")))
    };
    take!("starts_at", edit.starts_at, instant("starts_at"));
    take!("ends_at", edit.ends_at, instant("ends_at"));
    take!(
        "room",
        edit.room,
        Ok::<_, Refusal>(form.text("room").to_owned())
    );
    take!(
        "allocation",
        edit.terms.allocation,
        form.text("allocation").parse()
    );
    take!("unit", edit.terms.unit, form.text("unit").parse());
    take!("capacity", edit.terms.capacity, number("capacity"));
    take!(
        "waitlist_capacity",
        edit.terms.waitlist_capacity,
        number("waitlist_capacity")
    );
    take!("held_back", edit.terms.held_back, number("held_back"));
    take!("held_until", edit.terms.held_until, maybe("held_until"));
    take!("min_age", edit.terms.min_age, form.number("min_age"));
    take!("max_age", edit.terms.max_age, form.number("max_age"));
    take!(
        "residents_first_until",
        edit.terms.residents_first_until,
        maybe("residents_first_until")
    );
    take!(
        "booking_opens_at",
        edit.terms.booking_opens_at,
        instant("booking_opens_at")
    );
    take!(
        "booking_closes_at",
        edit.terms.booking_closes_at,
        instant("booking_closes_at")
    );
    take!(
        "cancel_until",
        edit.terms.cancel_until,
        instant("cancel_until")
    );
    take!(
        "door_opens_before_min",
        edit.terms.door_opens_before_min,
        number("door_opens_before_min").and_then(minutes)
    );
    take!(
        "asks_check_out",
        edit.terms.asks_check_out,
        Ok::<_, Refusal>(form.text("asks_check_out") == "true")
    );
    // Moved to another hour of the same day, it ends when the form says; moved to another day it
    // stays as long.
    if let (Some(start), None) = (edit.starts_at, edit.ends_at)
        && start.day() == at.starts_at.day()
    {
        edit.ends_at = Some(at.ends_at);
    }
    fine.then_some(edit)
}

/// Minutes that a door opens before the start; the domain says how many are too many.
fn minutes(number: u32) -> Result<u16, Refusal> {
    u16::try_from(number).map_err(|_| Refusal::invalid("door_opens_before_min", "out_of_range"))
}

/// Whether people check out, as a choice.
pub(super) fn check_out_choice(locale: Locale) -> Vec<(String, String)> {
    vec![
        (
            "false".to_owned(),
            td_string!(locale, door.check_out_no).to_owned(),
        ),
        (
            "true".to_owned(),
            td_string!(locale, door.check_out_yes).to_owned(),
        ),
    ]
}

/// The fields.
pub(super) fn fields(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    several: bool,
) -> impl IntoView + use<> {
    let names = labels(locale);
    let label = |name: &str| {
        names
            .iter()
            .find(|(n, _)| *n == name)
            .map_or("", |(_, label)| *label)
    };
    let text = |name: &'static str, kind: &'static str| {
        let numeric = (kind == "number").then_some("numeric");
        let kind = if kind == "number" { "text" } else { kind };
        let value = form.text(name).to_owned();
        match numeric {
            Some(mode) => view! { <Field name=name label=label(name) kind=kind value=value error=problems.of(name) inputmode=mode /> }.into_any(),
            None => view! { <Field name=name label=label(name) kind=kind value=value error=problems.of(name) /> }.into_any(),
        }
    };
    let moment = |name| text(name, "datetime-local");
    let number = |name| text(name, "number");
    let units = Unit::ALL
        .iter()
        .map(|u| (u.as_str().to_owned(), words::unit(locale, *u).to_owned()))
        .collect();
    let ways = Allocation::ALL
        .iter()
        .map(|a| {
            (
                a.as_str().to_owned(),
                words::allocation(locale, *a).to_owned(),
            )
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
            <div class="form-grid">{moment("starts_at")}{moment("ends_at")}{text("room", "text")}</div>
            <p class="hint">{td_string!(locale, staff.occ.moves)}</p>
        </fieldset>
        <fieldset class="form-section">
            <legend>{td_string!(locale, staff.form.terms)}</legend>
            <div class="form-grid">
                <SelectField name="allocation" label=label("allocation") options=ways
                    selected=form.text("allocation").to_owned() error=problems.of("allocation") />
                <SelectField name="unit" label=label("unit") options=units selected=form.text("unit").to_owned()
                    error=problems.of("unit") />
            </div>
            <div class="form-grid">{number("capacity")}{number("waitlist_capacity")}{number("held_back")}{moment("held_until")}</div>
            <div class="form-grid">{number("min_age")}{number("max_age")}{moment("residents_first_until")}</div>
            <div class="form-grid">{moment("booking_opens_at")}{moment("booking_closes_at")}{moment("cancel_until")}</div>
            <div class="form-grid">
                {number("door_opens_before_min")}
                <SelectField name="asks_check_out" label=label("asks_check_out") options=check_out_choice(locale)
                    selected=form.text("asks_check_out").to_owned() error=problems.of("asks_check_out") />
            </div>
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
