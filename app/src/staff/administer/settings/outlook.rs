//! What is planned while a center is closed, or would be: a day after the other, each thing with the
//! way to move it, each day with the way to cancel all of it.

use super::back;
use crate::{
    i18n::{Locale, td_string},
    staff::common::{affected, gate},
    ui::{NoticeBox, Table, Tone},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{
    access::Action,
    id::CenterId,
    opening::{self, Exception},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{centers, day_off::Item};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/settings/days/planned",
        get(planned),
    )
}

/// What still stands on days that are otherwise.
async fn planned(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let (locale, now) = (visit.locale, visit.now);
    let from = form.need_day("from", now.day())?;
    let to = form.day("to", now.day())?.unwrap_or(from);
    let within = |of: &&Exception| from <= of.on && of.on <= to;
    let days: Vec<Exception> = center.exceptions.iter().filter(within).cloned().collect();
    let here = &center.summary.id;
    let items = centers::hit_by(visit.db(), &visit.caller, here, &days, now).await?;
    let title = td_string!(locale, center_settings.days);
    Ok(gate::page(&visit, title).render(move || {
        let saved = form.is_on("saved").then(|| {
            let text = td_string!(locale, center_settings.saved_days_text);
            let title = td_string!(locale, center_settings.saved_days);
            view! { <NoticeBox title text tone=Tone::Good fresh=true /> }
        });
        let told: Vec<_> = opening::runs(&days)
            .iter()
            .map(|run| view! { <p class="lead">{words::exceptions(locale, run, now)}</p> })
            .collect();
        view! {
            {back(locale, &center)}
            <div class="page-head"><h1>{title}</h1>{told}</div>
            {saved}
            {list(locale, &center.summary.id, &items, now)}
        }
    }))
}

/// The things by day.
pub(super) fn list(
    locale: Locale,
    center: &CenterId,
    items: &[Item],
    now: Timestamp,
) -> impl IntoView + use<> {
    if items.is_empty() {
        return view! { <p>{td_string!(locale, center_settings.hits_none)}</p> }.into_any();
    }
    let days: Vec<_> = items
        .chunk_by(|a, b| a.span.start().day() == b.span.start().day())
        .map(|items| {
            let day = items[0].span.start().day();
            let id = format!("d{day}");
            let label = id.clone();
            let whole = format!("/staff/centers/{center}/day-off?on={day}");
            view! {
                <section aria-labelledby=label>
                    <h3 id=id>{words::day_near(locale, day, now)}</h3>
                    {table(locale, items, now)}
                    <p><a href=whole>{td_string!(locale, center_settings.whole_day)}</a></p>
                </section>
            }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="hits">
            <h2 id="hits">{td_string!(locale, center_settings.hits)}</h2>
            {days}
        </section>
    }
    .into_any()
}

fn table(locale: Locale, items: &[Item], now: Timestamp) -> AnyView {
    let columns = affected::columns(locale, now).actions(locale, |item| {
        let href = format!("{}/edit", affected::page_of(&item.event));
        view! { <a href=href>{td_string!(locale, center_settings.edit_time)}</a> }
    });
    Table::new(td_string!(locale, center_settings.hits), columns).of(items)
}
