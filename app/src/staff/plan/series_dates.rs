//! The dates that a series would make, before it is made: what each day is, and where a day is not as
//! others whether the date is kept, left out or moved. What is chosen travels in the same form, so that
//! what is created is what was last shown (C-63).

use crate::{
    i18n::{Locale, td_string},
    ui::{Chip, Field, Problems},
    web::{Form, Visit},
    words,
};
use chrono::NaiveDate;
use domain::holiday::{Choice, Holidays, Put, put};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::activities::Planned;

/// The hidden field with the days that were shown.
const SEEN: &str = "seen";

fn choice_field(day: NaiveDate) -> String {
    format!("on-{day}")
}

fn move_field(day: NaiveDate) -> String {
    format!("to-{day}")
}

/// What becomes of each day, as the form says; what is wrong is noted beside its date.
pub(super) fn chosen(
    visit: &Visit,
    form: &Form,
    days: &[NaiveDate],
    problems: &mut Problems,
) -> Option<Vec<Put>> {
    let mut choices = BTreeMap::new();
    let mut fine = true;
    // A date that is alone is entered on another day.
    for day in days.iter().filter(|_| days.len() > 1) {
        let choice = match form.get(&choice_field(*day)) {
            Some("skip") => Choice::Skip,
            Some("move") => match form.need_day(&move_field(*day), *day) {
                Ok(to) => Choice::Move(to),
                Err(refusal) => {
                    problems.note_at(&move_field(*day), visit.locale, &refusal, visit.now);
                    fine = false;
                    continue;
                }
            },
            _ => continue,
        };
        choices.insert(*day, choice);
    }
    fine.then(|| put(days, &choices))
}

/// The days of these dates, each once.
pub(super) fn days(planned: &[Planned]) -> Vec<NaiveDate> {
    let days = planned.iter().map(|plan| plan.span.start().day());
    let mut days: Vec<NaiveDate> = days.collect();
    days.dedup();
    days
}

/// All of the days as they are.
pub(super) fn kept(days: &[NaiveDate]) -> Vec<Put> {
    put(days, &BTreeMap::new())
}

/// The days that are left out, and the days that are moved with where to.
pub(super) fn changes(put: &[Put]) -> (Vec<NaiveDate>, Vec<(NaiveDate, NaiveDate)>) {
    let skipped = put.iter().filter(|put| put.to.is_none());
    let moved = put
        .iter()
        .filter_map(|put| Some((put.on, put.to.filter(|to| *to != put.on)?)));
    (skipped.map(|put| put.on).collect(), moved.collect())
}

/// The days in one word each, as the form sends them back.
fn written(put: &[Put]) -> String {
    let days = put.iter().filter_map(|put| put.to);
    let days: Vec<String> = days.map(|day| day.format("%Y%m%d").to_string()).collect();
    days.join(" ")
}

/// Whether these are the days that were shown last; also where none were shown, which nobody has to ask
/// for. If not, that is noted.
pub(super) fn as_shown(visit: &Visit, form: &Form, put: &[Put], problems: &mut Problems) -> bool {
    let is_same = form.get(SEEN).is_none_or(|seen| seen == written(put));
    if !is_same {
        let locale = visit.locale;
        let text = td_string!(locale, holidays.look_again).to_owned();
        problems.note_text("preview", text);
    }
    is_same
}

/// A list of dates on which something is said of each.
pub(super) struct Shown<'a> {
    pub(super) locale: Locale,
    pub(super) form: &'a Form,
    pub(super) problems: &'a Problems,
    pub(super) holidays: &'a Holidays,
}

impl Shown<'_> {
    /// What is said of a day beside its date: the lunar day, and what was announced.
    fn about(&self, day: NaiveDate) -> impl IntoView + use<> {
        let lunar = words::lunar(day);
        let kind = words::day_kind(self.locale, self.holidays.kind(day));
        view! {
            {lunar.map(|lunar| view! { " "<small lang="zh-CN">{lunar}</small> })}
            {kind.map(|kind| view! { " "<strong>{kind}</strong> })}
        }
    }

    /// The rows: `text` says a date that takes place, with whether something is in its way.
    pub(super) fn rows(
        &self,
        put: &[Put],
        text: impl Fn(NaiveDate) -> (String, bool),
    ) -> Vec<AnyView> {
        let several = put.len() > 1;
        put.iter()
            .map(|put| {
                let (said, marked) = match put.to {
                    Some(to) => text(to),
                    None => {
                        let day = words::day(self.locale, put.on);
                        (td_string!(self.locale, holidays.left_out, day), false)
                    }
                };
                let instead = put.to.filter(|to| *to != put.on).map(|_| {
                    let day = words::day(self.locale, put.on);
                    view! { " "<small>{td_string!(self.locale, holidays.instead_of, day)}</small> }
                });
                let about = self.about(put.to.unwrap_or(put.on));
                let choice = several.then(|| self.choice(*put)).flatten();
                view! {
                    <li data-clash=marked.then_some("")>
                        <div><span>{said}</span>{instead}{about}{choice}</div>
                    </li>
                }
                .into_any()
            })
            .collect()
    }

    /// What can be chosen of a date whose day is not as others.
    fn choice(&self, put: Put) -> Option<AnyView> {
        let (locale, name) = (self.locale, choice_field(put.on));
        let announced = self.holidays.kind(put.on).is_announced();
        let entered = self.form.get(&name);
        (announced || entered.is_some()).then(|| {
            let entered = entered.unwrap_or("keep").to_owned();
            let day = words::day(locale, put.on);
            let chip = |value: &'static str, label: &'static str| {
                let checked = entered == value;
                view! { <Chip name=name.clone() value=value label=label checked=checked radio=true /> }
            };
            let to = move_field(put.on);
            let value = self.form.text(&to).to_owned();
            let error = self.problems.of(&to);
            view! {
                <fieldset class="form-field">
                    <legend class="visually-hidden">{td_string!(locale, holidays.what_of, day)}</legend>
                    <div class="chips">
                        {chip("keep", td_string!(locale, holidays.keep))}
                        {chip("skip", td_string!(locale, holidays.skip))}
                        {chip("move", td_string!(locale, holidays.move_it))}
                    </div>
                    <Field name=to label=td_string!(locale, holidays.move_to) kind="date" value error />
                </fieldset>
            }
            .into_any()
        })
    }

    /// What to send back so that nothing else is created than was shown.
    pub(super) fn seen(&self, put: &[Put]) -> impl IntoView + use<> {
        view! { <input type="hidden" name=SEEN value=written(put) /> }
    }

    /// How to see what a choice does, where there is one.
    pub(super) fn hint(&self, put: &[Put]) -> Option<impl IntoView + use<>> {
        let locale = self.locale;
        let any = put
            .iter()
            .any(|put| self.holidays.kind(put.on).is_announced());
        (any && put.len() > 1)
            .then(|| view! { <p class="hint">{td_string!(locale, holidays.choose)}</p> })
    }
}

/// What a single day is, as a hint below its field; nothing of an ordinary one.
pub(super) fn hint(
    locale: Locale,
    holidays: &Holidays,
    day: NaiveDate,
) -> Option<impl IntoView + use<>> {
    words::day_kind(locale, holidays.kind(day)).map(|kind| {
        let day = words::day(locale, day);
        view! { <p class="hint">{td_string!(locale, holidays.of_day, day, kind)}</p> }
    })
}
