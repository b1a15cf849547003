//! All activities of a center, drafts included.

use crate::staff::common::gate;
use crate::{
    i18n::td_string,
    ui::{EmptyState, Field, Filters, SelectField, StatusBadge},
    web::{Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{access::Action, activity::Status};
use leptos::prelude::*;
use store::{
    activities::{self, ActivityRow},
    menu,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/activities", get(list))
}

async fn list(visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let center = match gate::center(&visit, &id, Action::ViewPlans).await {
        Ok(center) => center,
        Err(response) => return response,
    };
    let locale = visit.locale;
    let all = activities::of_center(visit.db(), &visit.caller, &center.summary.id, visit.now).await;
    let fields = menu::fields(visit.db()).await;
    let (all, fields) = match (all, fields) {
        (Ok(all), Ok(fields)) => (all, fields),
        (Err(error), _) | (_, Err(error)) => return gate::fail(&visit, error),
    };
    let (q, status) = (form.text("q").to_owned(), form.text("status").to_owned());
    let wanted: Option<Status> = status.parse().ok();
    let rows: Vec<ActivityRow> = all
        .into_iter()
        .filter(|a| wanted.is_none_or(|status| a.status == status) && a.texts.title.contains(&q))
        .collect();
    let may_plan = visit
        .caller
        .may(Action::ManageActivities, &center.summary.place())
        .is_ok();
    let now = visit.now;
    gate::page(&visit, td_string!(locale, nav.activities)).render(move || {
        let action = format!("/staff/centers/{}/activities", center.summary.id);
        let mut options = vec![(String::new(), td_string!(locale, ui.all).to_owned())];
        options.extend(Status::ALL.iter().map(|s| (s.as_str().to_owned(), words::status(locale, *s).to_owned())));
        let field = |code: &str| {
            let found = fields.iter().find(|f| f.code == code);
            found.map(|f| gate::field_name(locale, f)).unwrap_or_default()
        };
        let head = (
            td_string!(locale, field.service_field),
            td_string!(locale, staff.act.next),
            td_string!(locale, staff.act.dates),
            td_string!(locale, staff.dash.booked),
            td_string!(locale, staff.act.status),
        );
        let empty = rows.is_empty();
        let rows: Vec<_> = rows
            .into_iter()
            .map(|a| {
                let next = a.next_at.map_or("—".to_owned(), |at| words::moment(locale, at, now));
                view! {
                    <tr data-state=a.status.as_str()>
                        <th scope="row"><a href=format!("/staff/activities/{}", a.id)>{a.texts.title.clone()}</a></th>
                        <td data-label=head.0>{field(&a.texts.field)}</td>
                        <td data-label=head.1>{next}</td>
                        <td data-label=head.2 class="number">{a.upcoming}</td>
                        <td data-label=head.3 class="number">{a.confirmed}</td>
                        <td data-label=head.4><StatusBadge locale status=a.status /></td>
                    </tr>
                }
            })
            .collect();
        view! {
            <div class="page-head">
                <div class="cluster">
                    <h1>{td_string!(locale, nav.activities)}</h1>
                    {may_plan.then(|| view! { <a class="button button-main" href=format!("{action}/new")>{td_string!(locale, staff.act.new)}</a> })}
                </div>
                <p class="lead">{center.summary.name.clone()}</p>
            </div>
            <Filters locale action=action.clone() label=td_string!(locale, staff.act.filter)>
                <Field name="q" label=td_string!(locale, field.title) value=q kind="search" />
                <SelectField name="status" label=td_string!(locale, staff.act.status) options=options selected=status />
            </Filters>
            {if empty {
                view! { <EmptyState title=td_string!(locale, staff.act.none) /> }.into_any()
            } else {
                view! {
                    <div class="table-wrap">
                        <table class="data-table">
                            <caption class="visually-hidden">{td_string!(locale, nav.activities)}</caption>
                            <thead><tr>
                                <th scope="col">{td_string!(locale, staff.act.activity)}</th>
                                <th scope="col">{head.0}</th>
                                <th scope="col">{head.1}</th>
                                <th scope="col" class="number">{head.2}</th>
                                <th scope="col" class="number">{head.3}</th>
                                <th scope="col">{head.4}</th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        }
    })
}
