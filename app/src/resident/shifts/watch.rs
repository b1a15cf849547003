//! Watching a shift or a kind of shift: buttons where they are listed, and what is watched among one's
//! own shifts.

use super::super::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{FormKey, NoticeBox, SelectField, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, routing::post};
use domain::{
    Reason, Refusal,
    id::{CenterId, ShiftId, WatchId},
    shift::ShiftKind,
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    shifts::ShiftView,
    watches::{self, Watch, What},
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/shifts/{id}/watch", post(watch_shift))
        .route("/centers/{id}/watch-shifts", post(watch_kind))
        .route("/me/watches", post(end))
}

async fn watch_shift(visit: Visit, Path(id): Path<String>) -> Answer {
    gate::complete_account(&visit).await?;
    let shift: ShiftId = id.parse()?;
    let back = format!("/shifts/{shift}?watching=1");
    watches::watch(visit.db(), &visit.act(), What::Shift(shift)).await?;
    Ok(redirect(&back))
}

async fn watch_kind(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    gate::complete_account(&visit).await?;
    let center: CenterId = id.parse()?;
    let kind = match form.text("kind") {
        "" => None,
        kind => {
            let known = kind.parse::<ShiftKind>();
            Some(known.map_err(|_| Refusal::invalid("kind", Reason::UnknownValue))?)
        }
    };
    let back = format!("/centers/{center}/shifts?watching=1");
    watches::watch(visit.db(), &visit.act(), What::Kind(center, kind)).await?;
    Ok(redirect(&back))
}

/// Ends a watch, and goes back to where the button stood.
async fn end(visit: Visit, form: Form) -> Answer {
    gate::complete_account(&visit).await?;
    let watch: WatchId = form.need("watch")?.parse()?;
    let shift: Option<ShiftId> = form.get("shift").map(str::parse).transpose()?;
    watches::end(visit.db(), &visit.act(), &watch).await?;
    Ok(match shift {
        Some(shift) => redirect(&format!("/shifts/{shift}?unwatched=1")),
        None => redirect("/me/shifts?unwatched=1"),
    })
}

/// What the caller's account watches; nothing where nobody is signed in.
pub(super) async fn watched(visit: &Visit) -> store::Result<Vec<Watch>> {
    match visit.account() {
        Ok(account) => watches::of_account(visit.db(), &account, visit.now).await,
        Err(_) => Ok(Vec::new()),
    }
}

/// What was done just now.
pub(super) fn told(locale: Locale, form: &Form) -> Option<AnyView> {
    let title = match (form.is_on("watching"), form.is_on("unwatched")) {
        (true, _) => td_string!(locale, watch.begun),
        (_, true) => td_string!(locale, watch.ended),
        _ => return None,
    };
    Some(view! { <NoticeBox title tone=Tone::Good fresh=true /> }.into_any())
}

/// The button on the page of a shift that is to come.
pub(super) fn on_shift(
    locale: Locale,
    shift: &ShiftView,
    watched: &[Watch],
    now: Timestamp,
) -> Option<AnyView> {
    let own = What::Shift(shift.id.clone());
    let found = watched.iter().find(|watch| watch.what == own);
    if now >= shift.span.start() {
        return None;
    }
    Some(match found {
        Some(watch) => view! {
            <form method="post" action="/me/watches"><FormKey />
                <input type="hidden" name="watch" value=watch.id.to_string() />
                <input type="hidden" name="shift" value=shift.id.to_string() />
                <button class="button button-quiet" type="submit">{td_string!(locale, watch.end)}</button>
            </form>
        }
        .into_any(),
        None => view! {
            <form method="post" action=format!("/shifts/{}/watch", shift.id)><FormKey />
                <p class="hint">{td_string!(locale, watch.hint)}</p>
                <button class="button" type="submit">{td_string!(locale, watch.begin)}</button>
            </form>
        }
        .into_any(),
    })
}

fn kind_words(locale: Locale, kind: Option<ShiftKind>) -> &'static str {
    match kind {
        None => td_string!(locale, watch.all),
        Some(ShiftKind::Reception) => td_string!(locale, staff.shift.duty_reception),
        Some(ShiftKind::Door) => td_string!(locale, staff.shift.duty_door),
        Some(ShiftKind::Outreach) => td_string!(locale, staff.shift.duty_outreach),
        Some(ShiftKind::Visit) => td_string!(locale, staff.shift.duty_visit),
        Some(ShiftKind::Occurrence) => td_string!(locale, watch.occurrence),
    }
}

/// The form below a center's shifts: all of them, or a kind.
pub(super) fn at_center(locale: Locale, center: &CenterId) -> impl IntoView + use<> {
    let all = (String::new(), kind_words(locale, None).to_owned());
    let kinds = ShiftKind::ALL.iter().map(|kind| {
        let words = kind_words(locale, Some(*kind)).to_owned();
        (kind.to_string(), words)
    });
    let options: Vec<(String, String)> = std::iter::once(all).chain(kinds).collect();
    view! {
        <section class="section" aria-labelledby="watch">
            <h2 id="watch">{td_string!(locale, watch.at_center)}</h2>
            <p>{td_string!(locale, watch.hint)}</p>
            <form class="form" method="post" action=format!("/centers/{center}/watch-shifts")><FormKey />
                <SelectField name="kind" label=td_string!(locale, watch.kind) options=options />
                <button class="button" type="submit">{td_string!(locale, watch.begin_kind)}</button>
            </form>
        </section>
    }
}

/// What is watched, among one's own shifts, each with the way to end it.
pub(super) fn in_mine(
    locale: Locale,
    watched: &[Watch],
    now: Timestamp,
) -> Option<impl IntoView + use<>> {
    let rows: Vec<_> = watched
        .iter()
        .map(|watch| row(locale, watch, now))
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="watched">
                <h2 id="watched">{td_string!(locale, watch.title)}</h2>
                <ul class="row-list">{rows}</ul>
            </section>
        }
    })
}

fn row(locale: Locale, watch: &Watch, now: Timestamp) -> impl IntoView + use<> {
    let (href, note) = match &watch.what {
        What::Shift(shift) => {
            let when = watch.span.map(|span| words::span_near(locale, span, now));
            (format!("/shifts/{shift}"), when.unwrap_or_default())
        }
        What::Kind(center, kind) => (
            format!("/centers/{center}/shifts"),
            kind_words(locale, *kind).to_owned(),
        ),
    };
    let brought = td_string!(locale, watch.brought, told = watch.told, came = watch.came);
    let name = watch.name.clone();
    view! {
        <li>
            <div class="row">
                <span class="row-text"><strong><a href=href>{watch.name.clone()}</a></strong><small>{note}" · "{brought}</small></span>
                <form method="post" action="/me/watches"><FormKey />
                    <input type="hidden" name="watch" value=watch.id.to_string() />
                    <button class="button button-quiet" type="submit">{td_string!(locale, watch.end)}<span class="visually-hidden">" "{name}</span></button>
                </form>
            </div>
        </li>
    }
}
