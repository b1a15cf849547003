//! What booking and signing up have in common once somebody has shown who they are: the visit, for whom,
//! and that each visit's form counts once.

use super::{
    frame,
    gate::{self, Here, Wanted},
    identify::{over, secret},
    on,
};
use crate::{
    ui::FormKey,
    web::{Answer, Fault, Form, Site, Visit, redirect},
};
use axum::{Router, extract::Path, http::HeaderMap, response::Response, routing::post};
use domain::{Refusal, id::PersonId};
use leptos::prelude::*;
use screen::Watched;
use store::{
    Act, Error, Key,
    kiosks::{self, KioskVisit},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/kiosk/book/{id}/who", post(choose))
        .route("/kiosk/help/{id}/who", post(choose))
}

/// Who stands here; whoever has shown nothing is led back to where that begins.
pub(super) async fn visitor(
    visit: &Visit,
    headers: &HeaderMap,
    begin: &str,
) -> Result<KioskVisit, Fault> {
    let found = kiosks::visit(visit.db(), &visit.caller, visit.now, &secret(headers)).await?;
    found.ok_or_else(|| Fault::instead(over(visit, begin)))
}

/// Somebody who can be chosen: who, what they are called, and what there is to say.
pub(super) struct Choice {
    pub(super) person: PersonId,
    pub(super) name: String,
    pub(super) note: String,
}

/// The screen that asks for whom.
pub(super) fn ask(
    visit: &Visit,
    here: Here,
    wanted: Wanted,
    title: &'static str,
    choices: Vec<Choice>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let reader = visit.clone();
    frame::page(visit, title).render(move || {
        let rows: Vec<_> = choices
            .into_iter()
            .map(|one| {
                view! {
                    <button class="kiosk-key" type="submit" name="person" value=one.person.to_string()>
                        <strong>{one.name}</strong><span>{one.note}</span>
                    </button>
                }
            })
            .collect();
        view! {
            <header class="kiosk-tell">
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <h1>{title}</h1>
                {on::told(locale, &wanted, now)}
            </header>
            <form class="kiosk-hand" method="post" action=format!("{}/who", wanted.begin) autocomplete="off"><FormKey />
                {rows}
            </form>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    })
}

async fn choose(visit: Visit, headers: HeaderMap, Path(id): Path<String>, form: Form) -> Answer {
    let (_, wanted) = gate::wanted(&visit, &id).await?;
    let person: PersonId = form.need("person")?.parse()?;
    let chosen = kiosks::choose(visit.db(), &visit.act(), &secret(&headers), &person).await;
    went_on(&visit, &wanted.begin, "confirm", chosen)
}

/// The frame of the write that somebody confirms. The visit is part of the key, so that one person's form
/// says nothing to the next one.
///
/// # Errors
/// [`Refusal::Invalid`] for a key that no page makes.
pub(super) fn once(visit: &Visit, form: &Form, id: &str, secret: &str) -> Result<Act, Refusal> {
    let parts = [id.as_bytes(), secret.as_bytes()];
    let key = form.get("key").map(|key| Key::new(key, &parts));
    Ok(visit.act().with_key(key.transpose()?))
}

/// On to the next step, or back to the beginning where the visit is over.
pub(super) fn went_on(visit: &Visit, begin: &str, step: &str, done: store::Result<()>) -> Answer {
    match done {
        Ok(()) => Ok(redirect(&format!("{begin}/{step}"))),
        Err(Error::Refused(Refusal::Unauthenticated)) => Ok(over(visit, begin)),
        Err(error) => Err(error.into()),
    }
}
