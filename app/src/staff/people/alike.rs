//! Residents of a center who may be there twice: a list for people to look at (C-141).

use super::find::told;
use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, EmptyState, FormKey, NoticeBox, Tone},
    web::{Answer, Form, Site, Visit, redirect},
};
use axum::{Router, extract::Path, routing::get};
use domain::{access::Action, id::PersonId, merging::Alike, person::Relation};
use leptos::prelude::*;
use store::merging::{self, Pair, Side};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/people/alike",
        get(list).post(apart),
    )
}

async fn list(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let pairs = merging::suggestions(visit.db(), &visit.act(), &center.summary.id).await?;
    let (locale, done) = (visit.locale, form.is_on("done"));
    Ok(gate::page(&visit, td_string!(locale, merging.alike)).render(move || {
        let here = format!("/staff/centers/{}/people", center.summary.id);
        let rows: Vec<_> = pairs.iter().map(|pair| row(locale, &here, pair)).collect();
        let none = rows.is_empty();
        view! {
            <a class="back-link" href=here.clone()>{td_string!(locale, people.title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, merging.alike)}</h1>
                <p class="lead">{center.summary.name.clone()}" · "{td_string!(locale, merging.alike_intro)}</p>
            </div>
            {done.then(|| view! { <NoticeBox title=td_string!(locale, merging.apart_done) tone=Tone::Good fresh=true /> })}
            {none.then(|| view! { <EmptyState title=td_string!(locale, merging.alike_none) /> })}
            <ul class="row-list">{rows}</ul>
        }
    }))
}

fn row(locale: Locale, here: &str, pair: &Pair) -> impl IntoView + use<> {
    let facts = |side: &Side| {
        told(
            locale,
            (side.birth_year, Relation::Myself, side.phone.as_ref()),
        )
        .join(" · ")
    };
    let name = pair.one.name.as_str().to_owned();
    let note = format!("{} / {}", facts(&pair.one), facts(&pair.other));
    let alike = match pair.alike {
        Alike::Phone => td_string!(locale, merging.alike_phone),
        Alike::Community => td_string!(locale, merging.alike_community),
    };
    // The newer entry goes into the older one; the next page offers the other way.
    let look = format!("{here}/{}/merge?into={}", pair.other.id, pair.one.id);
    let of = move || {
        let name = name.clone();
        view! { <span class="visually-hidden">" "{name}</span> }
    };
    view! {
        <li><div class="row">
            <span class="row-text"><strong>{pair.one.name.as_str().to_owned()}</strong><small>{note}</small></span>
            <Badge text=alike />
            <a class="button" href=look>{td_string!(locale, merging.alike_look)}{of()}</a>
            <form method="post" action=format!("{here}/alike")><FormKey />
                <input type="hidden" name="one" value=pair.one.id.to_string() />
                <input type="hidden" name="other" value=pair.other.id.to_string() />
                <button class="button button-quiet" type="submit">{td_string!(locale, merging.alike_apart)}{of()}</button>
            </form>
        </div></li>
    }
}

async fn apart(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let id = &center.summary.id;
    let one: PersonId = form.need("one")?.parse()?;
    let other: PersonId = form.need("other")?.parse()?;
    merging::apart(visit.db(), &visit.once(&form)?, id, &one, &other).await?;
    Ok(redirect(&format!(
        "/staff/centers/{id}/people/alike?done=1"
    )))
}
