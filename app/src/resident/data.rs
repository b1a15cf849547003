//! What is stored of the reader and their family: seen, taken along, deleted (PIPL art. 44 to 50).

use super::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{FormKey, NoticeBox, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::{get, post},
};
use domain::{
    retention::{self, Kept, Kind},
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use store::personal::{self, Look, Stored};

/// So many of the last looks are shown.
const LOOKS: u32 = 20;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/me/data", get(show))
        .route("/me/data/copy", get(copy))
        .route("/me/data/delete", get(ask).post(delete))
        .route("/me/data/keep", post(keep))
}

async fn show(visit: Visit, form: Form) -> Answer {
    let account = visit.account()?;
    let stored = personal::stored(visit.db(), &account).await?;
    let delete_at = personal::asked(visit.db(), &account).await?;
    let looks = personal::looks(visit.db(), &account, visit.now, LOOKS).await?;
    let now = visit.now;
    let locale = visit.locale;
    let title = td_string!(locale, data.title);
    Ok(gate::answer(&visit, title, false, move || {
        let rows: Vec<_> = stored
            .iter()
            .map(|of: &Stored| {
                let count = td_string!(locale, data.count, count = of.count);
                row(locale, of.kind, Some(count))
            })
            .collect();
        let kept = (form.get("done") == Some("kept") && delete_at.is_none())
            .then(|| view! { <NoticeBox title=td_string!(locale, data.kept) tone=Tone::Good fresh=true /> });
        view! {
            <a class="back-link" href="/me/family">{td_string!(locale, mine.family)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, data.lead)}</p>
            </div>
            {kept}
            {delete_at.map(|at| going(locale, &words::day_short(locale, at.day())))}
            <section class="section" aria-labelledby="stored">
                <h2 id="stored">{td_string!(locale, data.stored)}</h2>
                <ul class="row-list">{rows}</ul>
                <p class="cluster">
                    <a class="button button-quiet" href="/me/details?back=/me/data">{td_string!(locale, data.change)}</a>
                    <a class="button button-quiet" href="/me/family">{td_string!(locale, data.change_family)}</a>
                </p>
            </section>
            <section class="section" aria-labelledby="looks">
                <h2 id="looks">{td_string!(locale, data.looks)}</h2>
                <p>{td_string!(locale, data.looks_lead)}</p>
                {look_list(locale, &looks, now)}
            </section>
            <section class="section" aria-labelledby="copy">
                <h2 id="copy">{td_string!(locale, data.copy_title)}</h2>
                <p>{td_string!(locale, data.copy_text)}</p>
                <p><a class="button" href="/me/data/copy" download="">{td_string!(locale, data.copy)}</a></p>
            </section>
            {delete_at.is_none().then(|| view! {
                <section class="section" aria-labelledby="delete">
                    <h2 id="delete">{td_string!(locale, data.delete_title)}</h2>
                    <p>{td_string!(locale, data.delete_text, days = retention::TAKEN_BACK_WITHIN / DAY)}</p>
                    <p><a class="button button-quiet" href="/me/data/delete">{td_string!(locale, data.delete_link)}</a></p>
                </section>
            })}
        }
    }))
}

/// That the account is going to be deleted, with the way to keep it.
fn going(locale: Locale, day: &str) -> impl IntoView + use<> {
    let title = td_string!(locale, data.asked, day = day.to_owned());
    view! {
        <NoticeBox title text=td_string!(locale, data.asked_text) tone=Tone::Warn>
            <form method="post" action="/me/data/keep"><FormKey />
                <button class="button button-main" type="submit">{td_string!(locale, data.keep)}</button>
            </form>
        </NoticeBox>
    }
}

fn row(locale: Locale, kind: Kind, count: Option<String>) -> impl IntoView + use<> {
    let kept = words::kept(locale, kind.kept());
    view! {
        <li><div class="row">
            <span class="row-text"><strong>{words::stored(locale, kind)}</strong><small>{kept}</small></span>
            {count.map(|count| view! { <span>{count}</span> })}
        </div></li>
    }
}

/// Who looked: when, where, at what.
fn look_list(locale: Locale, looks: &[Look], now: Timestamp) -> AnyView {
    if looks.is_empty() {
        return view! { <p class="hint">{td_string!(locale, data.looks_none)}</p> }.into_any();
    }
    let row = |look: &Look| {
        let when = words::moment(locale, look.at, now);
        let place = look.center_name.clone();
        let place = place.map_or(when.clone(), |place| format!("{when} · {place}"));
        view! {
            <li><div class="row">
                <span class="row-text"><strong>{words::verb(locale, look.action)}</strong><small>{place}</small></span>
            </div></li>
        }
    };
    let rows: Vec<_> = looks.iter().map(row).collect();
    view! { <ul class="row-list">{rows}</ul> }.into_any()
}

/// How long each kind is kept, for everybody to read.
pub(super) fn every_kind(locale: Locale) -> impl IntoView + use<> {
    let rows: Vec<_> = Kind::ALL
        .iter()
        .map(|kind| row(locale, *kind, None))
        .collect();
    view! { <ul class="row-list">{rows}</ul> }
}

/// The file.
async fn copy(visit: Visit) -> Answer {
    visit.account()?;
    let everything = personal::copy(visit.db(), &visit.act()).await?;
    let text = serde_json::to_string_pretty(&everything).map_err(store::Error::from)?;
    let name = format!(
        "attachment; filename=\"linli-{}.json\"",
        visit.now.day().format("%Y%m%d")
    );
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store, private"),
    );
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// What deleting means, before it is asked for.
async fn ask(visit: Visit) -> Answer {
    let account = visit.account()?;
    let stored = personal::stored(visit.db(), &account).await?;
    let has_record = stored.iter().any(|of| of.kind.kept() == Kept::Law);
    let locale = visit.locale;
    let title = td_string!(locale, data.confirm_title);
    let day = words::day_short(locale, retention::deleted_at(visit.now).day());
    Ok(gate::answer(&visit, title, false, move || {
        let record =
            has_record.then(|| view! { <li>{td_string!(locale, data.confirm_record)}</li> });
        view! {
            <a class="back-link" href="/me/data">{td_string!(locale, data.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, data.confirm_lead, day = day.clone())}</p>
            </div>
            <ul class="text">
                <li>{td_string!(locale, data.confirm_people)}</li>
                <li>{td_string!(locale, data.confirm_places)}</li>
                <li>{td_string!(locale, data.confirm_counts)}</li>
                {record}
                <li>{td_string!(locale, data.confirm_devices)}</li>
            </ul>
            <p>{td_string!(locale, data.confirm_back, day)}</p>
            <div class="action-bar">
                <a class="button button-main button-wide" href="/me/data">{td_string!(locale, data.cancel)}</a>
            </div>
            <form method="post" action="/me/data/delete"><FormKey />
                <button class="button button-danger" type="submit">{td_string!(locale, data.confirm)}</button>
            </form>
        }
    }))
}

async fn delete(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    personal::ask(visit.db(), &visit.once(&form)?).await?;
    Ok(redirect("/me/data"))
}

async fn keep(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    personal::take_back(visit.db(), &visit.once(&form)?, None).await?;
    Ok(redirect("/me/data?done=kept"))
}
