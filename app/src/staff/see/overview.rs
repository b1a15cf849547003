//! The centers of a scope at a glance, for whoever oversees several: what is out of order first, then all
//! of them as tiles, and as a table that can be sorted.

mod tiles;

use super::report_form::choices;
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Badge, Columns, DemoLabel, Filters, NoticeBox, Row, SelectField, Table, Tone},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, routing::get};
use domain::{
    Refusal,
    access::{Action, Scope},
    overview::Concern,
    report::{Days, Figure},
};
use leptos::prelude::*;
use std::cmp::Reverse;
use store::reports::{Overview, Standing, overview};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/overview", get(show))
}

/// So many centers are listed for each thing that is out of order; the table has all of them.
const LISTED: usize = 8;

/// What the table is sorted by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Concerns,
    Attendances,
    Change,
    Place,
}

impl Order {
    const ALL: [Self; 4] = [Self::Concerns, Self::Attendances, Self::Change, Self::Place];

    const fn name(self) -> &'static str {
        match self {
            Self::Concerns => "concerns",
            Self::Attendances => "attendances",
            Self::Change => "change",
            Self::Place => "place",
        }
    }

    fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|order| order.name() == name);
        found.unwrap_or(Self::Concerns)
    }

    fn words(self, locale: Locale) -> &'static str {
        match self {
            Self::Concerns => td_string!(locale, overview.by_concerns),
            Self::Attendances => td_string!(locale, overview.by_attendances),
            Self::Change => td_string!(locale, overview.by_change),
            Self::Place => td_string!(locale, overview.by_place),
        }
    }

    /// The largest first; what is not known last, and equals as they came, by code.
    fn sort(self, standings: &mut [Standing]) {
        match self {
            Self::Concerns => standings.sort_by_key(|of| Reverse(many(of))),
            Self::Attendances => standings.sort_by_key(|of| Reverse(attendances(of, 0))),
            Self::Change => standings.sort_by_key(|of| Reverse(change(of).map(i64::abs))),
            Self::Place => {}
        }
    }
}

/// How many kinds of things are out of order.
const fn many(of: &Standing) -> usize {
    of.concerns.len()
}

/// Person-times of one of the two weeks; none where they are hidden.
fn attendances(of: &Standing, week: usize) -> Option<i64> {
    match of.weeks.get(week)? {
        Some(line) => line.value(Figure::Attendances),
        None => Some(0),
    }
}

/// How many more there were than in the week before.
fn change(of: &Standing) -> Option<i64> {
    Some(attendances(of, 0)? - attendances(of, 1)?)
}

async fn show(visit: Visit, form: Form) -> Answer {
    gate::staff(&visit)?;
    let asked = form.get("scope").map(Scope::parse).transpose()?;
    let choices = choices(&visit, asked.as_ref());
    let scope = match (&asked, choices.first()) {
        (Some(scope), _) => scope.clone(),
        (None, Some(first)) => first.scope.clone(),
        (None, None) => return Err(Refusal::Forbidden.into()),
    };
    let mut all = overview(visit.db(), &visit.act(), &scope).await?;
    let tiles = tiles::view(visit.locale, &all.centers);
    let order = Order::named(form.text("sort"));
    let concerns = concerns(&visit, &all.centers);
    order.sort(&mut all.centers);
    let locale = visit.locale;
    Ok(gate::page(&visit, td_string!(locale, overview.title)).render(move || {
        let options: Vec<_> = choices
            .iter()
            .map(|choice| (choice.scope.to_string(), choice.name.clone()))
            .collect();
        let several = options.len() > 1;
        let chosen = scope.to_string();
        view! {
            <div class="page-head">
                <h1>{td_string!(locale, overview.title)}</h1>
                <p class="lead">{td_string!(locale, overview.lead, count = all.centers.len())}</p>
                {all.is_demo.then(|| view! { <p><DemoLabel locale /></p> })}
            </div>
            {several.then(|| view! {
                <Filters locale action="/staff/overview" label=td_string!(locale, report.scope)>
                    <SelectField name="scope" label=td_string!(locale, report.scope) options=options selected=chosen />
                </Filters>
            })}
            <section class="section" aria-labelledby="concerns">
                <h2 id="concerns">{td_string!(locale, overview.concerns)}</h2>
                {concerns}
            </section>
            {tiles}
            {table_section(locale, &scope, order, &all)}
        }
    }))
}

/// What is out of order, kind by kind, each line leading to where it is settled.
fn concerns(visit: &Visit, standings: &[Standing]) -> Vec<AnyView> {
    let locale = visit.locale;
    let groups = Concern::ALL.iter().filter_map(|concern| {
        let here = standings.iter().filter_map(|of| {
            let (_, many) = of.concerns.iter().find(|(which, _)| which == concern)?;
            Some((of, *many))
        });
        let here: Vec<_> = here.collect();
        (!here.is_empty()).then(|| group(visit, *concern, &here))
    });
    let groups: Vec<AnyView> = groups.collect();
    match groups.is_empty() {
        true => vec![
            view! { <NoticeBox title=td_string!(locale, overview.calm) tone=Tone::Good /> }
                .into_any(),
        ],
        false => groups,
    }
}

fn group(visit: &Visit, concern: Concern, here: &[(&Standing, u32)]) -> AnyView {
    let locale = visit.locale;
    let rows = here.iter().take(LISTED).map(|(of, many)| {
        let center = &of.center;
        let may = |action| visit.caller.may(action, &center.place()).is_ok();
        let href = match concern {
            Concern::NoLead => format!("/staff/centers/{}/shifts", center.id),
            Concern::Kiosk if may(Action::ManageKiosks) => {
                format!("/staff/centers/{}/kiosks", center.id)
            }
            Concern::Months => format!("/staff/centers/{}/year", center.id),
            Concern::Contract if may(Action::ManageStaff) => "/staff/agencies".to_owned(),
            Concern::NoCheckIns | Concern::Kiosk | Concern::Contract => {
                format!("/staff/centers/{}", center.id)
            }
        };
        let note = format!("{} · {}", center.district, center.subdistrict);
        let text = words::concern_many(locale, concern, *many);
        view! { <Row href title=center.name.clone() note><Badge text tone=Tone::Warn /></Row> }
    });
    let rows: Vec<_> = rows.collect();
    let more = here.len().saturating_sub(LISTED);
    view! {
        <h3>{words::concern(locale, concern)}" "{td_string!(locale, overview.at_centers, count = here.len())}</h3>
        <ul class="row-list">{rows}</ul>
        {(more > 0).then(|| view! { <p class="hint"><a href="#all">{td_string!(locale, overview.more, count = more)}</a></p> })}
    }
    .into_any()
}

fn table_section(
    locale: Locale,
    scope: &Scope,
    order: Order,
    all: &Overview,
) -> impl IntoView + use<> {
    let sorts = Order::ALL.map(|by| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("scope", &scope.to_string())
            .append_pair("sort", by.name())
            .finish();
        let href = format!("/staff/overview?{query}#all");
        let current = (by == order).then_some("true");
        view! { <li><a class="chip" href=href aria-current=current>{by.words(locale)}</a></li> }
    });
    let [last, _] = all.weeks;
    view! {
        <section class="section" aria-labelledby="all">
            <h2 id="all">{td_string!(locale, overview.all)}</h2>
            <p class="hint">{td_string!(locale, overview.weeks, week = week(locale, last))}</p>
            <nav aria-label=td_string!(locale, overview.sort)><ul class="chips">{sorts.collect_view()}</ul></nav>
            {table(locale, &all.centers)}
        </section>
    }
}

fn week(locale: Locale, days: Days) -> String {
    let day = |day| words::day_plain(locale, day);
    format!("{} – {}", day(days.from()), day(days.to()))
}

fn table(locale: Locale, standings: &[Standing]) -> impl IntoView + use<> {
    let few = td_string!(locale, report.few);
    let columns = Columns::head(td_string!(locale, field.center), |of: &Standing| {
        let href = format!("/staff/centers/{}", of.center.id);
        view! { <a href=href>{of.center.name.clone()}</a> }
    })
    .text(td_string!(locale, supervision.area), |of| {
        format!("{} · {}", of.center.district, of.center.subdistrict)
    })
    .view(td_string!(locale, overview.concerns), move |of| {
        let badges = of.concerns.iter().map(|(concern, many)| {
            let text = words::concern_many(locale, *concern, *many);
            view! { <Badge text tone=Tone::Warn /> }
        });
        let badges: Vec<_> = badges.collect();
        view! { <span class="cluster">{badges}</span> }
    })
    .number(td_string!(locale, overview.last_week), move |of| {
        attendances(of, 0).map_or_else(|| few.to_owned(), |many| many.to_string())
    })
    .number(td_string!(locale, overview.change), |of| {
        change(of).map_or_else(|| "—".to_owned(), signed)
    })
    .number(
        td_string!(locale, overview.volunteer_hours),
        move |of| match &of.weeks[0] {
            None => "0".to_owned(),
            Some(line) => line.value(Figure::VolunteerMinutes).map_or_else(
                || few.to_owned(),
                |minutes| words::duration(locale, minutes),
            ),
        },
    );
    Table::new(td_string!(locale, overview.all), columns).of(standings)
}

/// `+3`, `−2`, `0`.
fn signed(number: i64) -> String {
    match number {
        0 => "0".to_owned(),
        1.. => format!("+{number}"),
        _ => format!("−{}", number.unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_its_sign() {
        assert_eq!([3, 0, -2].map(signed), ["+3", "0", "−2"]);
    }

    #[test]
    fn an_unknown_order_is_the_usual_one() {
        assert!(Order::named("king") == Order::Concerns);
        for order in Order::ALL {
            assert!(Order::named(order.name()) == order);
        }
    }
}
