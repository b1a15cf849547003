//! The terms of an occurrence as lines of a form: one list that labels, reads, writes, compares
//! and draws each term, for creating and for editing alike. Editing shows instants as they are;
//! creating asks for them as so long before the start, so that they hold for every date (C-64).

use super::training_field;
use crate::{
    i18n::{Locale, td_string},
    ui::{Field, Problems, SelectField},
    web::Form,
    words,
};
use domain::{
    Reason, Refusal,
    activity::{Allocation, Unit},
    terms::{Terms, TermsEdit},
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
};
use leptos::prelude::*;

type Words = fn(Locale) -> &'static str;

/// A line of the form: one term.
pub(super) struct Line {
    /// Name of the field, of the term, and of what a refusal names.
    pub(super) name: &'static str,
    pub(super) label: Words,
    pub(super) entry: Entry,
    /// How the term stands in the form.
    pub(super) write: fn(&Terms) -> String,
    /// Takes what was entered; whether there was something.
    pub(super) read: fn(&Form, &'static str, &mut TermsEdit) -> Result<bool, Refusal>,
}

/// How a term is entered.
pub(super) enum Entry {
    /// A number; a new activity begins with this one.
    Number(&'static str),
    /// A line of at most so many characters.
    Text(u16),
    /// One of these.
    Choice(fn(Locale) -> Vec<(String, String)>),
    /// A training that is known, or another.
    Training,
    /// An instant, for a new activity so long before the start.
    Instant(Before),
}

/// An instant as a number of units before the start.
pub(super) struct Before {
    label: Words,
    /// What stands for a blank; where this is blank too, nothing is stated.
    default: &'static str,
    pub(super) unit: i64,
    most: i64,
    at: fn(&Terms) -> Option<Timestamp>,
    pub(super) set: fn(&mut TermsEdit, Timestamp),
}

/// A value of a term as a form has it.
trait Entered: Sized {
    fn text(&self) -> String;
    /// What is stated; none where nothing was entered.
    fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal>;
}

macro_rules! entered_as_numbers {
    ($($type:ty),+) => {$(
        impl Entered for $type {
            fn text(&self) -> String {
                self.to_string()
            }
            fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal> {
                let Some(number) = form.number::<u32>(name)? else { return Ok(None) };
                let fitting = Self::try_from(number);
                fitting.map(Some).map_err(|_| Refusal::invalid(name, Reason::OutOfRange))
            }
        }
    )+};
}
entered_as_numbers!(u16, u32);

macro_rules! entered_as_words {
    ($($type:ty),+) => {$(
        impl Entered for $type {
            fn text(&self) -> String {
                self.as_str().to_owned()
            }
            fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal> {
                let chosen = form.get(name).map(str::parse).transpose();
                chosen.map_err(|_: Refusal| Refusal::invalid(name, Reason::UnknownValue))
            }
        }
    )+};
}
entered_as_words!(Allocation, Unit);

impl Entered for bool {
    fn text(&self) -> String {
        self.to_string()
    }
    fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal> {
        Ok(form.get(name).map(|text| text == "true"))
    }
}

impl Entered for String {
    fn text(&self) -> String {
        self.clone()
    }
    fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal> {
        Ok(Some(form.text(name).to_owned()))
    }
}

impl Entered for Option<String> {
    fn text(&self) -> String {
        self.clone().unwrap_or_default()
    }
    fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal> {
        Ok(Some(form.get(name).map(ToOwned::to_owned)))
    }
}

impl Entered for Option<u16> {
    fn text(&self) -> String {
        self.map(|number| number.to_string()).unwrap_or_default()
    }
    fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal> {
        form.number(name).map(Some)
    }
}

impl Entered for Option<u8> {
    fn text(&self) -> String {
        self.map(|number| number.to_string()).unwrap_or_default()
    }
    fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal> {
        form.number(name).map(Some)
    }
}

impl Entered for Timestamp {
    fn text(&self) -> String {
        self.form_value()
    }
    fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal> {
        let read = form.get(name).map(Self::parse).transpose();
        read.map_err(|_| Refusal::invalid(name, Reason::NotATime))
    }
}

impl Entered for Option<Timestamp> {
    fn text(&self) -> String {
        self.map(Timestamp::form_value).unwrap_or_default()
    }
    fn read(form: &Form, name: &'static str) -> Result<Option<Self>, Refusal> {
        Timestamp::read(form, name).map(Some)
    }
}

macro_rules! words {
    ($($key:tt)+) => {
        |locale| td_string!(locale, $($key)+)
    };
}

macro_rules! line {
    ($name:ident, $entry:expr, $($key:tt)+) => {
        Line {
            name: stringify!($name),
            label: words!($($key)+),
            entry: $entry,
            write: |terms| terms.$name.text(),
            read: |form, name, edit| {
                let stated = Entered::read(form, name)?;
                let some = stated.is_some();
                if some {
                    edit.$name = stated;
                }
                Ok(some)
            },
        }
    };
}

/// Every term that the form asks, row by row.
pub(super) const ROWS: &[&[Line]] = &[
    &[
        line!(allocation, Entry::Choice(ways), staff.form.allocation),
        line!(unit, Entry::Choice(units), field.unit),
    ],
    &[
        line!(capacity, Entry::Number("30"), field.capacity),
        line!(
            waitlist_capacity,
            Entry::Number("10"),
            field.waitlist_capacity
        ),
        line!(held_back, Entry::Number("0"), field.held_back),
        line!(
            held_until,
            Entry::Instant(Before {
                label: words!(staff.form.held_hours),
                default: "24",
                unit: HOUR,
                most: 24 * 60,
                at: |terms| terms.held_until,
                // Where nothing is held back there is no time either.
                set: |edit, at| {
                    if edit.held_back > Some(0) {
                        edit.held_until = Some(Some(at));
                    }
                },
            }),
            field.held_until
        ),
    ],
    &[
        line!(min_age, Entry::Number(""), field.min_age),
        line!(max_age, Entry::Number(""), field.max_age),
        line!(
            residents_first_until,
            Entry::Instant(Before {
                label: words!(staff.form.own_days),
                default: "",
                unit: DAY,
                most: 365,
                at: |terms| terms.residents_first_until,
                set: |edit, at| edit.residents_first_until = Some(Some(at)),
            }),
            field.residents_first_until
        ),
    ],
    &[
        line!(
            booking_opens_at,
            Entry::Instant(Before {
                label: words!(staff.form.opens_days),
                default: "",
                unit: DAY,
                most: 365,
                at: |terms| Some(terms.booking_opens_at),
                set: |edit, at| edit.booking_opens_at = Some(at),
            }),
            field.booking_opens_at
        ),
        line!(
            booking_closes_at,
            Entry::Instant(Before {
                label: words!(staff.form.closes),
                default: "0",
                unit: MINUTE,
                most: 60 * 24 * 60,
                at: |terms| Some(terms.booking_closes_at),
                set: |edit, at| edit.booking_closes_at = Some(at),
            }),
            field.booking_closes_at
        ),
        line!(
            cancel_until,
            Entry::Instant(Before {
                label: words!(staff.form.cutoff),
                default: "120",
                unit: MINUTE,
                most: 60 * 24 * 60,
                at: |terms| Some(terms.cancel_until),
                set: |edit, at| edit.cancel_until = Some(at),
            }),
            field.cancel_until
        ),
    ],
    &[
        line!(
            door_opens_before_min,
            Entry::Number("60"),
            field.door_opens_before_min
        ),
        line!(
            asks_check_out,
            Entry::Choice(check_out),
            field.asks_check_out
        ),
    ],
    &[line!(bring, Entry::Text(200), field.bring)],
    &[line!(
        is_transparent,
        Entry::Choice(meanwhile),
        field.is_transparent
    )],
    &[
        line!(grants_training, Entry::Training, field.grants_training),
        line!(training_months, Entry::Number(""), field.training_months),
    ],
];

fn units(locale: Locale) -> Vec<(String, String)> {
    let option = |unit: &Unit| (unit.text(), words::unit(locale, *unit).to_owned());
    Unit::ALL.iter().map(option).collect()
}

fn ways(locale: Locale) -> Vec<(String, String)> {
    let option = |way: &Allocation| (way.text(), words::allocation(locale, *way).to_owned());
    Allocation::ALL.iter().map(option).collect()
}

fn check_out(locale: Locale) -> Vec<(String, String)> {
    let option = |asks: bool, words: &str| (asks.text(), words.to_owned());
    vec![
        option(false, td_string!(locale, door.check_out_no)),
        option(true, td_string!(locale, door.check_out_yes)),
    ]
}

fn meanwhile(locale: Locale) -> Vec<(String, String)> {
    let option = |is_transparent: bool, words: &str| (is_transparent.text(), words.to_owned());
    vec![
        (
            String::new(),
            td_string!(locale, staff.form.meanwhile_by_length).to_owned(),
        ),
        option(false, td_string!(locale, staff.form.meanwhile_no)),
        option(true, td_string!(locale, staff.form.meanwhile_yes)),
    ]
}

/// Every line, in the order of the form.
pub(super) fn lines() -> impl Iterator<Item = &'static Line> {
    ROWS.iter().flat_map(|row| row.iter())
}

/// What the form of a new activity begins with.
pub(super) fn defaults() -> impl Iterator<Item = (&'static str, String)> {
    lines().map(|line| (line.name, line.default().to_owned()))
}

/// The terms of an occurrence as the form that edits them has them.
pub(super) fn as_they_are(terms: &Terms) -> impl Iterator<Item = (&'static str, String)> {
    lines().map(|line| (line.name, (line.write)(terms)))
}

/// The terms of a date as the form for further dates begins with them. Instants in minutes before
/// the start stay as far from it; the others begin anew. What follows from its length is left open.
pub(super) fn like(terms: &Terms, of: Span) -> impl Iterator<Item = (&'static str, String)> {
    let start = of.start();
    let by_length = terms.is_transparent == (of.end().0 - start.0 > DAY);
    lines().map(move |line| {
        let value = match &line.entry {
            Entry::Choice(_) if line.name == "is_transparent" && by_length => String::new(),
            Entry::Instant(before) if before.unit == MINUTE => (before.at)(terms)
                .map(|at| ((start.0 - at.0) / MINUTE).max(0).to_string())
                .unwrap_or_default(),
            Entry::Instant(before) => before.default.to_owned(),
            _ => (line.write)(terms),
        };
        (line.name, value)
    })
}

impl Before {
    /// How many units were entered.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for what is no number or out of range.
    pub(super) fn units(&self, form: &Form, name: &str) -> Result<Option<i64>, Refusal> {
        match form.number::<i64>(name)? {
            Some(number) if !(0..=self.most).contains(&number) => {
                Err(Refusal::invalid(name, Reason::OutOfRange))
            }
            None => Ok(self.default.parse().ok()),
            number => Ok(number),
        }
    }
}

impl Line {
    /// What stands in the form of a new activity before anything was entered.
    pub(super) fn default(&self) -> &'static str {
        match &self.entry {
            Entry::Number(default) => default,
            Entry::Instant(before) => before.default,
            Entry::Text(_) | Entry::Choice(_) | Entry::Training => "",
        }
    }

    /// Whether something else was entered than what stands there anyway.
    pub(super) fn is_set(&self, locale: Locale, form: &Form) -> bool {
        let Some(entered) = form.get(self.name) else {
            return false;
        };
        match &self.entry {
            // The first choice is what one gets without choosing.
            Entry::Choice(options) => options(locale)
                .first()
                .is_none_or(|(first, _)| first != entered),
            _ => entered != self.default(),
        }
    }

    /// The line in the form that edits an occurrence.
    pub(super) fn edit(
        &self,
        locale: Locale,
        form: &Form,
        problems: &Problems,
        trainings: &[String],
    ) -> AnyView {
        if matches!(self.entry, Entry::Training) {
            let label = (self.label)(locale);
            return training_field::fields(locale, label, form, problems, trainings).into_any();
        }
        let (label, is_instant) = (
            (self.label)(locale),
            matches!(self.entry, Entry::Instant(_)),
        );
        self.draw(locale, label, is_instant, form.text(self.name), problems)
    }

    /// The line in the form of a new activity.
    pub(super) fn create(
        &self,
        locale: Locale,
        form: &Form,
        problems: &Problems,
        trainings: &[String],
    ) -> AnyView {
        let label = match &self.entry {
            Entry::Number(_) | Entry::Text(_) | Entry::Choice(_) => (self.label)(locale),
            Entry::Instant(before) => (before.label)(locale),
            Entry::Training => return self.edit(locale, form, problems, trainings),
        };
        // Once it was sent, a blank is what was entered.
        let value = match form.get("mode") {
            Some(_) => form.text(self.name),
            None => form.get(self.name).unwrap_or(self.default()),
        };
        self.draw(locale, label, false, value, problems)
    }

    fn draw(
        &self,
        locale: Locale,
        label: &'static str,
        is_instant: bool,
        value: &str,
        problems: &Problems,
    ) -> AnyView {
        let (name, value, error) = (self.name, value.to_owned(), problems.of(self.name));
        match self.entry {
            Entry::Choice(options) => {
                let options = options(locale);
                view! { <SelectField name=name label=label options=options selected=value error=error /> }
                    .into_any()
            }
            Entry::Text(most) => {
                let note = td_string!(locale, ui.optional);
                view! { <Field name=name label=label note=note value=value error=error maxlength=most /> }
                    .into_any()
            }
            Entry::Instant(_) if is_instant => {
                view! { <Field name=name label=label kind="datetime-local" value=value error=error /> }
                    .into_any()
            }
            Entry::Number(_) | Entry::Instant(_) | Entry::Training => {
                view! { <Field name=name label=label value=value error=error inputmode="numeric" /> }
                    .into_any()
            }
        }
    }
}
