//! The form of a shift, new or planned already: its fields, as it stands, and what of it was changed.

use super::positions;
use crate::{
    i18n::{Locale, td_string},
    staff::common::merge,
    ui::{Choice, Field, Problems, SelectField, TextArea},
    web::{Form, Visit},
};
use chrono::Days;
use domain::{
    Reason, Refusal,
    shift::{Duty, Joining, Needs, NeedsEdit},
    text,
    time::Timestamp,
};
use leptos::prelude::*;
use std::{collections::BTreeSet, str::FromStr};
use store::shifts::{ShiftEdit, ShiftView};

/// Between the trainings where they stand in one value: no name holds it.
const BREAK: &str = "\n";

/// The fields of a shift with their names, in the order of the form.
pub(super) fn labels(locale: Locale) -> Vec<(&'static str, &'static str)> {
    let first = [
        ("title", td_string!(locale, field.title)),
        ("duty", td_string!(locale, staff.shift.duty)),
        ("starts_on", td_string!(locale, staff.shift.day)),
        ("starts_at", td_string!(locale, field.starts_at)),
        ("ends_at", td_string!(locale, field.ends_at)),
        ("room", td_string!(locale, staff.shift.place)),
        ("volunteers_min", td_string!(locale, field.volunteers_min)),
        ("volunteers_max", td_string!(locale, field.volunteers_max)),
        ("joining", td_string!(locale, shift.joining)),
        ("leads_min", td_string!(locale, field.leads_min)),
        (
            "waitlist_capacity",
            td_string!(locale, field.waitlist_capacity),
        ),
    ];
    let last = [
        ("skills", td_string!(locale, shift.skills)),
        ("trainings", td_string!(locale, shift.trainings)),
        ("min_age", td_string!(locale, field.min_age)),
        ("guardian_below", td_string!(locale, field.guardian_below)),
        ("risks", td_string!(locale, shift.risks)),
    ];
    let positions = positions::labels(locale);
    first.into_iter().chain(positions).chain(last).collect()
}

/// The times of a shift as the form asks for them.
pub(super) fn times_of(starts_at: Timestamp, ends_at: Timestamp) -> [(&'static str, String); 3] {
    let clock = |time: Timestamp| time.local().format("%H:%M").to_string();
    [
        ("starts_on", starts_at.day().to_string()),
        ("starts_at", clock(starts_at)),
        ("ends_at", clock(ends_at)),
    ]
}

/// The needs as the form asks for them.
pub(super) fn needs_of(locale: Locale, needs: &Needs) -> Vec<(&'static str, String)> {
    let comma = td_string!(locale, list_separator);
    let age = |age: Option<u8>| age.map(|age| age.to_string()).unwrap_or_default();
    let mut fields = vec![
        ("leads_min", needs.leads_min.to_string()),
        ("volunteers_min", needs.volunteers_min.to_string()),
        ("volunteers_max", needs.volunteers_max.to_string()),
        ("waitlist_capacity", needs.waitlist_capacity.to_string()),
        ("skills", Vec::from_iter(needs.skills.clone()).join(comma)),
        ("min_age", age(needs.min_age)),
        ("guardian_below", needs.guardian_below.to_string()),
        ("risks", needs.risks.text.clone()),
    ];
    let trainings = needs.trainings.iter();
    fields.extend(trainings.map(|training| ("trainings", training.clone())));
    fields.extend(positions::as_they_are(&needs.positions));
    fields
}

/// The form as the shift stands.
pub(super) fn as_it_is(locale: Locale, shift: &ShiftView) -> Form {
    let duty = shift.duty.map(|duty| duty.as_str().to_owned());
    let said = [
        ("revision", shift.revision.to_string()),
        ("title", shift.title.clone()),
        ("duty", duty.unwrap_or_default()),
        ("room", shift.place.clone()),
        ("joining", shift.joining.as_str().to_owned()),
    ];
    let times = times_of(shift.span.start(), shift.span.end());
    let needs = needs_of(locale, &shift.needs);
    Form::of(said.into_iter().chain(times).chain(needs))
}

/// The form with all trainings in one value, so that each field has one, and lines broken as they are
/// stored.
fn flat(form: &Form) -> Form {
    let mut trainings: Vec<&str> = form.all("trainings").collect();
    trainings.sort_unstable();
    let trainings = trainings.join(BREAK);
    let risks = form.text("risks").replace("\r\n", "\n");
    form.clone()
        .with("trainings", trainings)
        .with("risks", risks)
}

/// What the form was opened on (C-69).
pub(super) fn opened_on(locale: Locale, shift: &ShiftView) -> String {
    merge::opened_on(&labels(locale), &flat(&as_it_is(locale, shift)))
}

/// What somebody else has changed meanwhile, in words.
pub(super) fn changes(locale: Locale, shift: &ShiftView, entered: &Form) -> Vec<String> {
    let now = flat(&as_it_is(locale, shift));
    merge::changes(locale, &labels(locale), &now, &flat(entered))
}

/// What was changed here, on the revision that stands now.
pub(super) fn on_revision(locale: Locale, shift: &ShiftView, entered: &Form) -> Form {
    let (labels, now) = (labels(locale), flat(&as_it_is(locale, shift)));
    let entered = flat(entered);
    let merged = merge::merged(&labels, &now, &entered);
    let fields = merged.flat_map(|(name, value)| match name {
        "trainings" => {
            let each = value.split(BREAK).map(|one| (name, one.to_owned()));
            each.collect::<Vec<_>>()
        }
        _ => vec![(name, value)],
    });
    let revision = ("revision", shift.revision.to_string());
    Form::of(fields.chain([revision]).collect::<Vec<_>>())
}

/// From and to, on one day, or into the next morning (C-52).
pub(super) fn times(form: &Form, now: Timestamp) -> Result<(Timestamp, Timestamp), Refusal> {
    let day = form.need_day("starts_on", now.day())?;
    let clock = |name| {
        let read = text::clock(form.need(name)?);
        read.ok_or_else(|| Refusal::invalid(name, Reason::NotATimeOfDay))
    };
    let (from, to) = (clock("starts_at")?, clock("ends_at")?);
    let last = match to <= from {
        true => day.checked_add_days(Days::new(1)).unwrap_or(day),
        false => day,
    };
    let start = Timestamp::from_local(day.and_time(from));
    Ok((start, Timestamp::from_local(last.and_time(to))))
}

/// Skills as people write them: a word each, with commas or stops between.
fn names(written: &str) -> BTreeSet<String> {
    let words = written.split(['，', '、', ',', '；', ';', '\n']);
    let words = words.map(str::trim).filter(|word| !word.is_empty());
    words.map(ToOwned::to_owned).collect()
}

/// A number that must be there.
fn needed<N: FromStr>(form: &Form, name: &str) -> Result<N, Refusal> {
    let number = form.number(name)?;
    number.ok_or_else(|| Refusal::invalid(name, Reason::Missing))
}

/// What was entered, as far as it differs from what stood there before; of a new shift everything that
/// is not left blank. What is wrong is noted, and then there is nothing.
pub(super) fn read(
    visit: &Visit,
    before: Option<&Form>,
    form: &Form,
    problems: &mut Problems,
) -> Option<ShiftEdit> {
    let (was, is) = (before.map(flat).unwrap_or_default(), flat(form));
    let is_new = before.is_none();
    let changed = |names: &[&str]| names.iter().any(|name| is.text(name) != was.text(name));
    let one = |name: &str| changed(&[name]);
    let mut edit = ShiftEdit::default();
    let mut fine = true;
    macro_rules! take {
        ($of:expr, $into:expr, $read:expr) => {
            if $of {
                match $read {
                    Ok(value) => $into = Some(value),
                    Err(refusal) => {
                        problems.note(visit.locale, &refusal, visit.now);
                        fine = false;
                    }
                }
            }
        };
    }
    let choice = |name: &str| Refusal::invalid(name, Reason::UnknownValue);
    let needs: &mut NeedsEdit = &mut edit.needs;
    take!(one("leads_min"), needs.leads_min, needed(form, "leads_min"));
    let least = needed(form, "volunteers_min");
    take!(one("volunteers_min"), needs.volunteers_min, least);
    let most = needed(form, "volunteers_max");
    take!(is_new || one("volunteers_max"), needs.volunteers_max, most);
    let waitlist = form
        .number("waitlist_capacity")
        .map(Option::unwrap_or_default);
    take!(one("waitlist_capacity"), needs.waitlist_capacity, waitlist);
    let said = changed(&positions::names());
    take!(said, needs.positions, positions::read(form));
    take!(
        one("skills"),
        needs.skills,
        Ok::<_, Refusal>(names(form.text("skills")))
    );
    let trainings = form.all("trainings").map(ToOwned::to_owned).collect();
    take!(
        one("trainings"),
        needs.trainings,
        Ok::<_, Refusal>(trainings)
    );
    take!(one("min_age"), needs.min_age, form.number("min_age"));
    let guardian = needed(form, "guardian_below");
    take!(one("guardian_below"), needs.guardian_below, guardian);
    let risks = form.text("risks").to_owned();
    take!(one("risks"), needs.risks, Ok::<_, Refusal>(risks));
    let title = form.text("title").to_owned();
    take!(one("title"), edit.title, Ok::<_, Refusal>(title));
    let place = form.text("room").to_owned();
    take!(one("room"), edit.place, Ok::<_, Refusal>(place));
    let duty = form.get("duty").map(str::parse::<Duty>).transpose();
    take!(one("duty"), edit.duty, duty.map_err(|_| choice("duty")));
    let joining = form.text("joining").parse::<Joining>();
    take!(
        one("joining"),
        edit.joining,
        joining.map_err(|_| choice("joining"))
    );
    if is_new || changed(&["starts_on", "starts_at", "ends_at"]) {
        match times(form, visit.now) {
            Ok((start, end)) => (edit.starts_at, edit.ends_at) = (Some(start), Some(end)),
            Err(refusal) => {
                problems.note(visit.locale, &refusal, visit.now);
                fine = false;
            }
        }
    }
    fine.then_some(edit)
}

/// Values and their words, as a choice has them.
type Options = Vec<(String, String)>;

/// What a shift can be for, and how people get into it.
fn options(locale: Locale, has_duty: bool) -> (Options, Options) {
    let none = [("", td_string!(locale, staff.shift.no_duty))];
    let duty = [
        ("reception", td_string!(locale, staff.shift.duty_reception)),
        ("door", td_string!(locale, staff.shift.duty_door)),
        ("outreach", td_string!(locale, staff.shift.duty_outreach)),
        ("visit", td_string!(locale, staff.shift.duty_visit)),
    ];
    let joining = [
        ("sign_up", td_string!(locale, staff.shift.joining_sign_up)),
        ("ask", td_string!(locale, staff.shift.joining_ask)),
        ("invite", td_string!(locale, staff.shift.joining_invite)),
    ];
    let own = |(value, words): &(&str, &str)| ((*value).to_owned(), (*words).to_owned());
    let none = none.iter().filter(|_| !has_duty);
    (
        none.chain(&duty).map(own).collect(),
        joining.iter().map(own).collect(),
    )
}

/// What the form is drawn with.
pub(super) struct Drawn<'a> {
    pub(super) form: &'a Form,
    pub(super) problems: &'a Problems,
    /// The trainings that are known.
    pub(super) trainings: &'a [String],
    /// Whether it is a duty of the center's own, and so one of the list.
    pub(super) has_duty: bool,
    /// What stands after the times.
    pub(super) repeats: Option<AnyView>,
}

/// The fields: what every shift has, and folded away what few have.
pub(super) fn fields(locale: Locale, drawn: Drawn<'_>) -> impl IntoView + use<> {
    let Drawn {
        form,
        problems,
        trainings,
        has_duty,
        repeats,
    } = drawn;
    let text = |name: &str| form.text(name).to_owned();
    let number = |name: &'static str, label: &'static str| {
        view! { <Field name=name label=label value=text(name) error=problems.of(name) inputmode="numeric" class="input-short" /> }
    };
    let time = |name: &'static str, label: &'static str| {
        view! { <Field name=name label=label value=text(name) error=problems.of(name) kind="time" class="input-short" /> }
    };
    let (duty, joining) = options(locale, has_duty);
    view! {
        <Field name="title" label=td_string!(locale, field.title) value=text("title") error=problems.of("title") maxlength=80 />
        <SelectField name="duty" label=td_string!(locale, staff.shift.duty) options=duty selected=text("duty") error=problems.of("duty") />
        <Field name="starts_on" label=td_string!(locale, staff.shift.day) value=text("starts_on") error=problems.of("starts_on") kind="date" class="input-short" />
        {time("starts_at", td_string!(locale, field.starts_at))}
        {time("ends_at", td_string!(locale, field.ends_at))}
        {repeats}
        <Field name="room" label=td_string!(locale, staff.shift.place) hint=td_string!(locale, staff.shift.place_hint) value=text("room") error=problems.of("room") maxlength=60 />
        {number("volunteers_min", td_string!(locale, field.volunteers_min))}
        {number("volunteers_max", td_string!(locale, field.volunteers_max))}
        <SelectField name="joining" label=td_string!(locale, shift.joining) options=joining selected=text("joining") error=problems.of("joining") />
        {more(locale, form, problems, trainings)}
    }
}

/// What few shifts ask for; unfolded where something stands in it or is wrong with it.
fn more(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    trainings: &[String],
) -> impl IntoView + use<> {
    const FEW: [&str; 8] = [
        "leads_min",
        "waitlist_capacity",
        "positions",
        "skills",
        "trainings",
        "min_age",
        "guardian_below",
        "risks",
    ];
    let is_wrong = FEW.iter().any(|name| problems.of(name).is_some());
    let is_said = ["position_1", "skills", "trainings", "min_age", "risks"];
    let is_said = is_said.iter().any(|name| form.get(name).is_some());
    let text = |name: &str| form.text(name).to_owned();
    let number = |name: &'static str, label: &'static str| {
        view! { <Field name=name label=label value=text(name) error=problems.of(name) inputmode="numeric" class="input-short" /> }
    };
    let age = |name: &'static str, label: &'static str, hint: &'static str| {
        view! { <Field name=name label=label hint=hint value=text(name) error=problems.of(name) inputmode="numeric" class="input-short" /> }
    };
    view! {
        <details class="unfold" open=is_wrong || is_said>
            <summary>{td_string!(locale, staff.shift.more)}</summary>
            <div class="form">
            {number("leads_min", td_string!(locale, field.leads_min))}
            {number("waitlist_capacity", td_string!(locale, field.waitlist_capacity))}
            {positions::fields(locale, form, problems)}
            <Field name="skills" label=td_string!(locale, shift.skills) note=td_string!(locale, cancel.optional) hint=td_string!(locale, staff.shift.skills_hint) value=text("skills") error=problems.of("skills") maxlength=200 />
            {trainings_field(locale, form, problems, trainings)}
            {age("min_age", td_string!(locale, field.min_age), td_string!(locale, staff.shift.min_age_hint))}
            {age("guardian_below", td_string!(locale, field.guardian_below), td_string!(locale, staff.shift.guardian_hint))}
            <TextArea name="risks" label=td_string!(locale, shift.risks) note=td_string!(locale, cancel.optional) hint=td_string!(locale, staff.shift.risks_hint) value=text("risks") error=problems.of("risks") maxlength=1000 />
            </div>
        </details>
    }
}

/// A box for each training that is known, and for any other that the shift asks for.
fn trainings_field(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    known: &[String],
) -> impl IntoView + use<> {
    let asked: BTreeSet<&str> = form.all("trainings").collect();
    let all: BTreeSet<&str> = known
        .iter()
        .map(String::as_str)
        .chain(asked.clone())
        .collect();
    let none = all.is_empty();
    let boxes: Vec<_> = all
        .into_iter()
        .map(|name| view! { <Choice name="trainings" value=name label=name checked=asked.contains(name) /> })
        .collect();
    view! {
        <fieldset class="form-field" id="trainings">
            <legend>{td_string!(locale, shift.trainings)}</legend>
            {problems.of("trainings").map(|text| view! { <p class="field-error">{text}</p> })}
            {none.then(|| view! { <p class="hint">{td_string!(locale, staff.shift.no_trainings)}</p> })}
            {boxes}
        </fieldset>
    }
}
