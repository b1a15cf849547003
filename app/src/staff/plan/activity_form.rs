//! The sections of the form of an activity: when, and by which terms.

use super::{
    room_field, slot_fields,
    term_lines::{self, Line},
};
use crate::{
    i18n::{Locale, td_string},
    ui::{Chip, Field, Problems, SelectField, TextArea},
    web::{Fault, Form, Visit},
    words,
};
use chrono::{Datelike, NaiveDate, Weekday};
use domain::{id::CenterId, room::RoomUse};
use leptos::prelude::*;
use store::{activities::Planned, centers::CenterView, menu, rooms, trainings};

/// What the form lets one choose from.
#[derive(Clone)]
pub(super) struct Choices {
    pub(super) fields: Vec<(String, String)>,
    pub(super) items: Vec<(String, String)>,
    rooms: Vec<String>,
    trainings: Vec<String>,
}

impl Choices {
    pub(super) async fn load(visit: &Visit, center: &CenterView) -> Result<Self, Fault> {
        let locale = visit.locale;
        let fields = menu::fields(visit.db()).await?;
        let found = menu::of_center(visit.db(), &center.summary.id).await?;
        let mut items = vec![(
            String::new(),
            td_string!(locale, staff.form.no_item).to_owned(),
        )];
        for group in found {
            let field = words::field_name(locale, &group.field);
            for item in group.items {
                let name = &words::item_texts(locale, &item).name;
                items.push((item.id.to_string(), format!("{field} · {name}")));
            }
        }
        Ok(Self {
            fields: fields
                .iter()
                .map(|f| (f.code.clone(), words::field_name(locale, f)))
                .collect(),
            items,
            rooms: center.rooms.iter().map(|room| room.name.clone()).collect(),
            trainings: trainings::known(visit.db()).await?,
        })
    }
}

fn weekday_name(locale: Locale, weekday: Weekday) -> &'static str {
    let monday = NaiveDate::default().week(Weekday::Mon).first_day();
    let day = monday.iter_days().find(|day| day.weekday() == weekday);
    words::weekday(locale, day.unwrap_or(monday))
}

fn weekday_options(locale: Locale) -> Vec<(String, String)> {
    (0_u8..7)
        .filter_map(|n| {
            Some((
                n.to_string(),
                weekday_name(locale, Weekday::try_from(n).ok()?).to_owned(),
            ))
        })
        .collect()
}

/// The dates, and the button that shows exactly which.
pub(super) fn time(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    choices: &Choices,
) -> impl IntoView + use<> {
    let mode = form.get("mode").unwrap_or("one").to_owned();
    let chip = |value: &'static str, label: &'static str| {
        view! { <Chip name="mode" value=value label=label checked=mode == value radio=true /> }
    };
    view! {
        <fieldset class="form-section">
            <legend>{td_string!(locale, staff.form.when)}</legend>
            <div class="chips" role="radiogroup" aria-label=td_string!(locale, staff.form.mode)>
                {chip("one", td_string!(locale, staff.form.one))}
                {chip("list", td_string!(locale, staff.form.list))}
                {chip("rule", td_string!(locale, staff.form.rule))}
            </div>
            <div class="form-grid">
                <Field name="starts_on" label=td_string!(locale, staff.form.first_day) kind="date"
                    value=form.text("starts_on").to_owned() error=problems.of("starts_on") />
                <Field name="starts_at" label=td_string!(locale, staff.form.starts) kind="time"
                    value=form.text("starts_at").to_owned() error=problems.of("starts_at") />
                <Field name="ends_at" label=td_string!(locale, staff.form.ends) kind="time"
                    value=form.text("ends_at").to_owned() error=problems.of("ends_at") />
                {room_field::fields(locale, form, problems, &choices.rooms)}
            </div>
            <div class="stack" data-part="list">
                <TextArea name="occurrences" label=td_string!(locale, staff.form.dates) hint=td_string!(locale, staff.form.dates_hint)
                    value=form.text("occurrences").to_owned() error=problems.of("occurrences") rows=4 />
            </div>
            <div class="stack" data-part="rule">{rule(locale, form, problems)}</div>
            {slot_fields::fields(locale, form, problems)}
            <button class="button" type="submit" name="do" value="preview" formnovalidate>{td_string!(locale, staff.form.preview)}</button>
        </fieldset>
    }
}

fn rule(locale: Locale, form: &Form, problems: &Problems) -> impl IntoView + use<> {
    let repeats = vec![
        (
            "weekly".to_owned(),
            td_string!(locale, staff.form.weekly).to_owned(),
        ),
        (
            "daily".to_owned(),
            td_string!(locale, staff.form.daily).to_owned(),
        ),
        (
            "monthly_weekday".to_owned(),
            td_string!(locale, staff.form.monthly_weekday).to_owned(),
        ),
        (
            "monthly_day".to_owned(),
            td_string!(locale, staff.form.monthly_day).to_owned(),
        ),
    ];
    let chosen: Vec<String> = form.all("weekdays").map(str::to_owned).collect();
    let weekdays: Vec<_> = weekday_options(locale)
        .into_iter()
        .map(|(value, label)| {
            let checked = chosen.contains(&value);
            view! { <Chip name="weekdays" value=value label=label checked=checked /> }
        })
        .collect();
    let nth: Vec<(String, String)> = [1, 2, 3, 4, 5, -1]
        .into_iter()
        .map(|n: i8| {
            let words = if n == -1 {
                td_string!(locale, staff.form.last).to_owned()
            } else {
                td_string!(locale, staff.form.nth, n)
            };
            (n.to_string(), words)
        })
        .collect();
    let until = form.get("end") == Some("until");
    view! {
        <div class="form-grid">
            <SelectField name="freq" label=td_string!(locale, staff.form.repeat) options=repeats
                selected=form.text("freq").to_owned() error=problems.of("rrule") />
            <div data-freq="every">
                <Field name="every" label=td_string!(locale, staff.form.every) value=form.get("every").unwrap_or("1").to_owned()
                    error=problems.of("every") inputmode="numeric" />
            </div>
        </div>
        <fieldset class="form-field" id="weekdays" data-freq="weekly">
            <legend>{td_string!(locale, field.weekdays)}</legend>
            {problems.of("weekdays").map(|text| view! { <p class="field-error">{text}</p> })}
            <div class="chips">{weekdays}</div>
        </fieldset>
        <div class="form-grid" data-freq="monthly_weekday">
            <SelectField name="nth" label=td_string!(locale, staff.form.which) options=nth
                selected=form.text("nth").to_owned() error=problems.of("nth") />
            <SelectField name="nth_weekday" label=td_string!(locale, field.weekdays) options=weekday_options(locale)
                selected=form.text("nth_weekday").to_owned() />
        </div>
        <div data-freq="monthly_day">
            <Field name="day" label=td_string!(locale, staff.form.month_day) hint=td_string!(locale, staff.form.month_day_hint)
                value=form.text("day").to_owned() error=problems.of("day") inputmode="numeric" class="input-short" />
        </div>
        <div class="chips" role="radiogroup" aria-label=td_string!(locale, staff.form.end)>
            <Chip name="end" value="count" label=td_string!(locale, staff.form.by_count) checked=!until radio=true />
            <Chip name="end" value="until" label=td_string!(locale, staff.form.by_day) checked=until radio=true />
        </div>
        <div class="form-grid">
            <Field name="count" label=td_string!(locale, staff.form.count) value=form.text("count").to_owned()
                error=problems.of("count") inputmode="numeric" />
            <Field name="until" label=td_string!(locale, field.last_day) kind="date" value=form.text("until").to_owned()
                error=problems.of("until") />
        </div>
        <TextArea name="excluded" label=td_string!(locale, staff.form.excluded) note=td_string!(locale, ui.optional)
            hint=td_string!(locale, staff.form.dates_hint) value=form.text("excluded").to_owned()
            error=problems.of("excluded") rows=2 />
    }
}

/// Places, ages, booking and cancelling.
pub(super) fn terms(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    choices: &Choices,
    series: bool,
) -> impl IntoView + use<> {
    let opens_time = form.get("opens_time").unwrap_or("09:00").to_owned();
    let field = |line: &Line| {
        let opens = (line.name == "booking_opens_at").then(|| {
            view! {
                <Field name="opens_time" label=td_string!(locale, staff.form.opens_time) kind="time"
                    value=opens_time.clone() error=problems.of("opens_time") />
            }
        });
        view! { {line.create(locale, form, problems, &choices.trainings)}{opens} }
    };
    let asked = term_lines::lines()
        .filter(is_asked)
        .map(field)
        .collect_view();
    let rows: Vec<_> = term_lines::ROWS
        .iter()
        .map(|row| {
            let fields: Vec<_> = row
                .iter()
                .filter(|line| !is_asked(line))
                .map(field)
                .collect();
            view! { <div class="form-grid">{fields}</div> }
        })
        .collect();
    let more: Vec<_> = term_lines::lines().filter(|line| !is_asked(line)).collect();
    let set = more.iter().filter(|line| line.is_set(locale, form)).count();
    let wrong = more.iter().any(|line| problems.of(line.name).is_some())
        || problems.of("opens_time").is_some();
    let summary = if set == 0 {
        td_string!(locale, staff.form.more_terms, count = more.len())
    } else {
        td_string!(locale, staff.form.more_terms_set, count = more.len(), set)
    };
    view! {
        <fieldset class="form-section">
            <legend>{td_string!(locale, staff.form.terms)}</legend>
            <div class="form-grid">{asked}</div>
            {series.then(|| view! {
                <label class="choice">
                    <input type="checkbox" name="series" value="1" checked=form.is_on("series") />
                    <span>
                        <strong>{td_string!(locale, staff.form.series)}</strong>
                        <small>{td_string!(locale, staff.form.series_hint)}</small>
                    </span>
                </label>
            })}
            <details class="disclosure" open=wrong>
                <summary>{summary}</summary>
                <div class="stack">{rows}</div>
            </details>
        </fieldset>
    }
}

/// What nothing sensible can stand for: for how many.
fn is_asked(line: &&Line) -> bool {
    line.name == "capacity"
}

/// For each planned date what has its room.
pub(super) async fn clashes(
    visit: &Visit,
    center: &CenterId,
    planned: &[Planned],
) -> Result<Vec<Option<RoomUse>>, Fault> {
    let found = rooms::in_the_way(visit.db(), &visit.caller, center, planned).await?;
    Ok(found)
}
