//! The shifts of a center in the coming weeks, by day.

use super::{super::gate, watch};
use crate::{
    i18n::td_string,
    ui::{Badge, DemoLabel, EmptyState, shift_need},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{activity::Status, time::DAY};
use leptos::prelude::*;
use store::{
    centers::CenterSummary,
    page::{Limit, Page, Part},
    shifts::{self, Search, ShiftView},
};

/// How far ahead is looked.
const AHEAD: i64 = 31 * DAY;
/// How many stand on a page.
const MOST: Limit = Limit::of(40);

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/centers/{id}/shifts", get(show))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center_summary(&visit, &id).await?;
    let search = Search {
        center: Some(center.id.clone()),
        from: visit.now,
        to: visit.now.plus(AHEAD),
        part: Part {
            limit: MOST,
            after: form.get("after").and_then(|text| text.parse().ok()),
        },
    };
    let found = shifts::list(visit.db(), &search).await?;
    let told = watch::told(visit.locale, &form);
    Ok(page(&visit, center, found, told))
}

fn page(
    visit: &Visit,
    center: CenterSummary,
    found: Page<ShiftView>,
    told: Option<AnyView>,
) -> Response {
    let locale = visit.locale;
    let reader = visit.clone();
    visit.page(td_string!(locale, shift.title)).narrow().render(move || {
        let shown = found.items.into_iter().filter(|view| view.status == Status::Published);
        let rows: Vec<_> = shown.map(|view| row(&reader, view)).collect();
        let empty = rows.is_empty();
        let next = found.next.map(|cursor| format!("/centers/{}/shifts?after={cursor}", center.id));
        view! {
            <a class="back-link" href=format!("/centers/{}", center.id)>{center.name.clone()}</a>
            <div class="page-head">
                <h1>{td_string!(locale, shift.title)}</h1>
                <p class="lead">{td_string!(locale, shift.intro)}</p>
            </div>
            {told}
            {empty.then(|| view! { <EmptyState title=td_string!(locale, shift.none) text=td_string!(locale, shift.none_hint) /> })}
            {(!empty).then(|| view! { <ul class="row-list">{rows}</ul> })}
            {next.map(|href| view! { <p><a class="button" href=href>{td_string!(locale, shift.more)}</a></p> })}
            {watch::at_center(locale, &center.id)}
            <p><a class="button button-quiet" href="/volunteer">{td_string!(locale, volunteer.about)}</a></p>
        }
    })
}

fn row(visit: &Visit, view: ShiftView) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (tone, text) = shift_need(locale, &view, visit.now);
    let when = words::span_near(locale, view.span, visit.now);
    view! {
        <li>
            <a class="row" href=format!("/shifts/{}", view.id)>
                <span class="row-text">
                    <strong>{view.title}</strong>
                    <small>{when}</small>
                    {view.demo.then(|| view! { <span><DemoLabel locale /></span> })}
                </span>
                <Badge text tone />
            </a>
        </li>
    }
}
