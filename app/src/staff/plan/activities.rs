//! All activities of a center, drafts included.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Columns, EmptyState, Field, Filters, SelectField, StatusBadge, Table},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{access::Action, activity::Status, time::Timestamp};
use gazetteer::{MAX_QUERY, matches, query_words, title_keys};
use leptos::prelude::*;
use store::{
    activities::{self, ActivityRow},
    menu::{self, Field as ServiceField},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/activities", get(list))
}

async fn list(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewPlans).await?;
    let locale = visit.locale;
    let all =
        activities::of_center(visit.db(), &visit.caller, &center.summary.id, visit.now).await?;
    let fields = menu::fields(visit.db()).await?;

    let q: String = form.text("q").chars().take(MAX_QUERY).collect();
    let status = form.text("status").to_owned();
    let wanted: Option<Status> = status.parse().ok();
    let words = query_words(&q);
    let rows: Vec<ActivityRow> = all
        .into_iter()
        .filter(|a| {
            wanted.is_none_or(|status| a.status == status)
                && matches(&title_keys(&a.texts.title), &words)
        })
        .collect();
    let may_plan = visit
        .caller
        .may(Action::ManageActivities, &center.summary.place())
        .is_ok();
    let now = visit.now;
    Ok(gate::page(&visit, td_string!(locale, nav.activities)).render(move || {
        let action = format!("/staff/centers/{}/activities", center.summary.id);
        let mut options = vec![(String::new(), td_string!(locale, ui.all).to_owned())];
        options.extend(Status::ALL.iter().map(|s| (s.as_str().to_owned(), words::status(locale, *s).to_owned())));
        view! {
            <div class="page-head">
                <div class="cluster">
                    <h1>{td_string!(locale, nav.activities)}</h1>
                    {may_plan.then(|| view! { <a class="button button-main" href=format!("{action}/new")>{td_string!(locale, staff.act.new)}</a> })}
                </div>
                <p class="lead">{center.summary.name.clone()}</p>
                <p class="cluster">
                    <a href=format!("/staff/centers/{}/calendar", center.summary.id)>{td_string!(locale, planner.title)}</a>
                    <a href=format!("/staff/centers/{}/casework", center.summary.id)>{td_string!(locale, casework.title)}</a>
                    {may_plan.then(|| view! {
                        <a href=format!("{action}/import")>{td_string!(locale, plan_import.link)}</a>
                        <a href=format!("/staff/centers/{}/day-off", center.summary.id)>{td_string!(locale, staff.day_off.title)}</a>
                        <a href=format!("/staff/centers/{}/settings/days", center.summary.id)>{td_string!(locale, center_settings.add_days)}</a>
                    })}
                </p>
            </div>
            <Filters locale action=action.clone() label=td_string!(locale, staff.act.filter)>
                <Field name="q" label=td_string!(locale, field.title) value=q kind="search" />
                <SelectField name="status" label=td_string!(locale, staff.act.status) options=options selected=status />
            </Filters>
            {if rows.is_empty() {
                view! { <EmptyState title=td_string!(locale, staff.act.none) /> }.into_any()
            } else {
                table(locale, &fields, &rows, now)
            }}
        }
    }))
}

fn table(locale: Locale, fields: &[ServiceField], rows: &[ActivityRow], now: Timestamp) -> AnyView {
    let field = |code: &str| {
        let found = fields.iter().find(|f| f.code == code);
        found
            .map(|f| words::field_name(locale, f))
            .unwrap_or_default()
    };
    let columns = Columns::head(td_string!(locale, staff.act.activity), |a: &ActivityRow| {
        view! { <a href=format!("/staff/activities/{}", a.id)>{a.texts.title.clone()}</a> }
    })
    .text(td_string!(locale, field.service_field), |a| {
        field(&a.texts.field)
    })
    .text(td_string!(locale, staff.act.next), |a| {
        let next = a.next_at.map(|at| words::moment(locale, at, now));
        next.unwrap_or_else(|| "—".to_owned())
    })
    .number(td_string!(locale, staff.act.dates), |a| {
        a.upcoming.to_string()
    })
    .number(td_string!(locale, staff.dash.booked), |a| {
        a.confirmed.to_string()
    })
    .view(td_string!(locale, staff.act.status), |a| {
        view! { <StatusBadge locale status=a.status /> }
    });
    Table::new(td_string!(locale, nav.activities), columns)
        .marked(|a| a.status.as_str())
        .of(rows)
}
