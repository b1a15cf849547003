//! The ways from the first page to the rest of a center's desk, for whoever may go them.

use crate::{
    i18n::{Locale, td_string},
    web::Visit,
};
use domain::access::Action;
use leptos::prelude::*;
use store::centers::CenterSummary;

type Way = (&'static str, &'static str, Action);

fn groups(locale: Locale) -> [(&'static str, Vec<Way>); 3] {
    let (see, plan) = (Action::ViewBookings, Action::ManageActivities);
    let day = vec![
        ("/today", td_string!(locale, day.title), see),
        ("/roll-call", td_string!(locale, roll.title), see),
        ("/today/close", td_string!(locale, closing.title), see),
        ("/sheets", td_string!(locale, paper.title), see),
        ("/people", td_string!(locale, people.title), see),
    ];
    let plans = vec![
        (
            "/calendar",
            td_string!(locale, planner.title),
            Action::ViewPlans,
        ),
        ("/activities/new", td_string!(locale, staff.act.new), plan),
        (
            "/shifts",
            td_string!(locale, staff.shift.title),
            Action::ViewPlans,
        ),
        ("/risk", td_string!(locale, cover.title), Action::ViewPlans),
    ];
    let center = vec![
        (
            "/year",
            td_string!(locale, report.year_title),
            Action::ViewPlans,
        ),
        (
            "/settings",
            td_string!(locale, center_settings.title),
            Action::ViewPlans,
        ),
        (
            "/kiosks",
            td_string!(locale, kiosks.title),
            Action::ManageKiosks,
        ),
        (
            "/policy",
            td_string!(locale, policy.title),
            Action::SetPolicy,
        ),
    ];
    [
        (td_string!(locale, desk_today.ways_day), day),
        (td_string!(locale, desk_today.ways_plan), plans),
        (td_string!(locale, desk_today.ways_center), center),
    ]
}

pub(super) fn section(visit: &Visit, center: &CenterSummary) -> impl IntoView + use<> {
    let (locale, place) = (visit.locale, center.place());
    let groups: Vec<_> = groups(locale)
        .into_iter()
        .filter_map(|(title, ways)| {
            let may = ways
                .into_iter()
                .filter(|(_, _, right)| visit.caller.may(*right, &place).is_ok());
            let links: Vec<_> = may
                .map(|(to, words, _)| {
                    let href = format!("/staff/centers/{}{to}", center.id);
                    view! { <a class="button button-quiet" href=href>{words}</a> }
                })
                .collect();
            (!links.is_empty()).then(|| view! { <h3>{title}</h3><p class="cluster">{links}</p> })
        })
        .collect();
    view! {
        <nav class="section" aria-labelledby="ways">
            <h2 id="ways">{td_string!(locale, desk_today.ways)}</h2>
            {groups}
        </nav>
    }
}
