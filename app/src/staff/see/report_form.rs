//! What a report is asked over: the scopes that a member of staff may choose, the days, the rows.

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Chip, Field, Filters, Problems, SelectField},
    web::{Form, Visit},
};
use chrono::{Datelike as _, NaiveDate};
use domain::{
    Refusal,
    access::{Action, Scope},
    report::{Asked, By, Days, Month, PlaceBy},
};
use leptos::prelude::*;
use store::{centers::Directory, reports::Which};

/// A scope with its name.
pub(super) struct Choice {
    pub(super) scope: Scope,
    pub(super) name: String,
}

/// What a scope is called.
pub(super) fn scope_name(locale: Locale, centers: &Directory, scope: &Scope) -> String {
    let all = centers.all();
    let named = match scope {
        Scope::City => return td_string!(locale, report.city).to_owned(),
        Scope::District(code) => {
            let found = all.iter().find(|center| center.district_code == *code);
            found.map(|center| center.district.clone())
        }
        Scope::Subdistrict(code) => {
            let found = all.iter().find(|center| center.subdistrict_code == *code);
            found.map(|center| center.subdistrict.clone())
        }
        Scope::Center(id) => centers.get(id.as_str()).map(|center| center.name.clone()),
    };
    named.unwrap_or_else(|| scope.to_string())
}

/// What the caller may choose: the scopes of their grants, and the one that is asked.
pub(super) fn choices(visit: &Visit, asked: Option<&Scope>) -> Vec<Choice> {
    let centers = visit.site.centers();
    let granted = visit.caller.grants.iter();
    let granted = granted.filter(|grant| grant.role.includes(Action::ViewPlans));
    let mut scopes: Vec<Scope> = granted.map(|grant| grant.scope.clone()).collect();
    scopes.extend(asked.cloned());
    let mut choices: Vec<Choice> = Vec::new();
    for scope in scopes {
        if !choices.iter().any(|choice| choice.scope == scope) {
            let name = scope_name(visit.locale, &centers, &scope);
            choices.push(Choice { scope, name });
        }
    }
    choices
}

/// What is asked; where nothing is said, this month by field, at the first scope that the caller has.
pub(super) fn asked(visit: &Visit, form: &Form) -> Result<Asked, Refusal> {
    gate::staff(visit)?;
    let today = visit.now.day();
    let month = Month::of(today);
    let scope = match form.text("scope") {
        "" => {
            let first = choices(visit, None).into_iter().next();
            first.ok_or(Refusal::Forbidden)?.scope
        }
        scope => Scope::parse(scope)?,
    };
    let days = Days::new(
        form.day("from", today)?.unwrap_or(month.first()),
        form.day("to", today)?.unwrap_or(today),
    )?;
    let place = match form.text("place") {
        "" => PlaceBy::Whole,
        place => By::parse(place)?.place,
    };
    let is_first = form.text("from").is_empty();
    let by = By {
        field: form.is_on("field") || is_first,
        month: form.is_on("month"),
        place,
    };
    Ok(Asked { scope, days, by })
}

/// The address of a report.
pub(super) fn address(asked: &Asked) -> String {
    let mut pairs = vec![
        ("scope", asked.scope.to_string()),
        ("from", asked.days.from().to_string()),
        ("to", asked.days.to().to_string()),
    ];
    if asked.by.field {
        pairs.push(("field", "1".to_owned()));
    }
    if asked.by.month {
        pairs.push(("month", "1".to_owned()));
    }
    if asked.by.place != PlaceBy::Whole {
        pairs.push(("place", place_word(asked.by.place).to_owned()));
    }
    format!("/staff/reports?{}", encoded(&pairs))
}

/// Where the same is downloaded.
pub(super) fn download(asked: &Asked, ending: &str) -> String {
    let pairs = [
        ("scope", asked.scope.to_string()),
        ("from", asked.days.from().to_string()),
        ("to", asked.days.to().to_string()),
        ("by", asked.by.to_string()),
    ];
    format!("/api/v1/reports/attendance.{ending}?{}", encoded(&pairs))
}

/// Where the rows behind a figure are listed.
pub(super) fn rows_address(which: &Which) -> String {
    format!("/staff/reports/rows?{}", encoded(&which.pairs()))
}

fn encoded(pairs: &[(&str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

const fn place_word(place: PlaceBy) -> &'static str {
    match place {
        PlaceBy::Whole => "",
        PlaceBy::District => "district",
        PlaceBy::Subdistrict => "subdistrict",
        PlaceBy::Center => "center",
    }
}

/// The usual periods up to today, each with its words.
fn periods(locale: Locale, today: NaiveDate) -> Vec<(&'static str, Days)> {
    let month = Month::of(today);
    let quarter_month = (today.month0() / 3) * 3 + 1;
    let quarter = NaiveDate::from_ymd_opt(today.year(), quarter_month, 1);
    let year = NaiveDate::from_ymd_opt(today.year(), 1, 1);
    let up_to_now = |from: Option<NaiveDate>| Days::new(from?, today).ok();
    let all = [
        (
            td_string!(locale, report.this_month),
            up_to_now(Some(month.first())),
        ),
        (
            td_string!(locale, report.last_month),
            Some(Days::of(month.previous())),
        ),
        (td_string!(locale, report.this_quarter), up_to_now(quarter)),
        (td_string!(locale, report.this_year), up_to_now(year)),
    ];
    all.into_iter()
        .filter_map(|(words, days)| Some((words, days?)))
        .collect()
}

/// What was typed, with what is wrong about it; the report is then one that could be asked.
pub(super) type Typed<'a> = (&'a Form, &'a Problems);

/// The form, with the usual periods as links.
pub(super) fn view(
    visit: &Visit,
    asked: &Asked,
    typed: Option<Typed<'_>>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let choices = choices(visit, Some(&asked.scope));
    let options: Vec<(String, String)> = choices
        .into_iter()
        .map(|choice| (choice.scope.to_string(), choice.name))
        .collect();
    let places = [
        (PlaceBy::Whole, td_string!(locale, report.not_by_place)),
        (PlaceBy::District, td_string!(locale, report.by_district)),
        (
            PlaceBy::Subdistrict,
            td_string!(locale, report.by_subdistrict),
        ),
        (PlaceBy::Center, td_string!(locale, report.by_center)),
    ];
    let is_center = matches!(asked.scope, Scope::Center(_));
    let (scope, place) = (asked.scope.to_string(), place_word(asked.by.place));
    let day = |name: &str, day: NaiveDate| match typed {
        Some((form, problems)) => (form.text(name).to_owned(), problems.of(name)),
        None => (day.to_string(), None),
    };
    let (from, from_wrong) = day("from", asked.days.from());
    let (to, to_wrong) = day("to", asked.days.to());
    let places: Vec<(String, String)> = places
        .into_iter()
        .map(|(place, words)| (place_word(place).to_owned(), words.to_owned()))
        .collect();
    let quick: Vec<_> = periods(locale, visit.now.day())
        .into_iter()
        .map(|(words, days)| {
            let current = (days == asked.days).then_some("true");
            let there = Asked {
                days,
                ..asked.clone()
            };
            view! { <li><a class="chip" href=address(&there) aria-current=current>{words}</a></li> }
        })
        .collect();
    let more = view! {
        <Chip name="field" value="1" label=td_string!(locale, report.by_field) checked=asked.by.field />
        <Chip name="month" value="1" label=td_string!(locale, report.by_month) checked=asked.by.month />
    };
    view! {
        <nav aria-label=td_string!(locale, report.quick)><ul class="chips">{quick}</ul></nav>
        <Filters locale action="/staff/reports" label=td_string!(locale, report.title) button=td_string!(locale, report.show) more=more.into_any()>
            <SelectField name="scope" label=td_string!(locale, report.scope) options=options selected=scope />
            <Field name="from" kind="date" label=td_string!(locale, report.from) value=from error=from_wrong />
            <Field name="to" kind="date" label=td_string!(locale, report.to) value=to error=to_wrong />
            {(!is_center).then(|| view! {
                <SelectField name="place" label=td_string!(locale, report.by_place) options=places selected=place />
            })}
        </Filters>
    }
}
