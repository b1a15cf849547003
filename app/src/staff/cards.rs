//! Printed cards of a center: the list, issuing to somebody on a roster, printing, revoking.

use super::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, EmptyState, NoticeBox, Tone},
    web::{Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::{
    Refusal,
    access::Action,
    id::{CardId, PersonId},
};
use leptos::prelude::*;
use store::{
    cards::{self, Card},
    centers::CenterView,
};
use ticket::qr;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/cards", get(list).post(issue))
        .route("/staff/cards/{id}", get(show))
        .route("/staff/cards/{id}/revoke", post(revoke))
}

/// So many cards are shown.
const SHOWN: u32 = 100;

async fn list(visit: Visit, Path(center): Path<String>, form: Form) -> Response {
    let center = match gate::center(&visit, &center, Action::ViewBookings).await {
        Ok(center) => center,
        Err(response) => return response,
    };
    let found = cards::of_center(visit.db(), &visit.act(), &center.summary.id, None, SHOWN).await;
    let found = match found {
        Ok(found) => found,
        Err(error) => return gate::fail(&visit, error),
    };
    let person = form
        .get("person")
        .and_then(|id| id.parse::<PersonId>().ok());
    let asked = match person {
        Some(person) => {
            let named = cards::person(visit.db(), &visit.act(), &center.summary.id, &person).await;
            match named {
                Ok(name) => Some((person, name.as_str().to_owned())),
                Err(error) => return gate::fail(&visit, error),
            }
        }
        None => None,
    };
    let revoked = form.get("done") == Some("revoked");
    let locale = visit.locale;
    gate::page(&visit, td_string!(locale, door.cards_title))
        .render(move || list_view(locale, &center, &found, asked, revoked))
}

fn list_view(
    locale: Locale,
    center: &CenterView,
    found: &[Card],
    asked: Option<(PersonId, String)>,
    revoked: bool,
) -> impl IntoView + use<> {
    let id = center.summary.id.to_string();
    let rows: Vec<_> = found.iter().map(|card| row_view(locale, card)).collect();
    let none = rows.is_empty();
    view! {
        <a class="back-link" href=format!("/staff/centers/{id}/door")>{td_string!(locale, door.title)}</a>
        <div class="page-head">
            <h1>{td_string!(locale, door.cards_title)}</h1>
            <p class="lead">{td_string!(locale, door.cards_lead)}</p>
        </div>
        {revoked.then(|| view! { <NoticeBox title=td_string!(locale, door.card_revoked_done) tone=Tone::Good fresh=true /> })}
        {asked.map(|(person, name)| view! {
            <form class="form" method="post" action=format!("/staff/centers/{id}/cards")>
                <input type="hidden" name="person" value=person.to_string() />
                <p>{td_string!(locale, door.card_issue_ask, name = name)}</p>
                <button class="button button-main" type="submit">{td_string!(locale, door.card_issue)}</button>
            </form>
        })}
        {none.then(|| view! { <EmptyState title=td_string!(locale, door.no_card) /> })}
        <ul class="row-list">{rows}</ul>
    }
}

fn state(locale: Locale, card: &Card) -> impl IntoView + use<> {
    match card.revoked_at {
        Some(_) => view! { <Badge text=td_string!(locale, door.card_revoked) tone=Tone::Bad /> },
        None => view! { <Badge text=td_string!(locale, door.card_live) tone=Tone::Good /> },
    }
}

fn row_view(locale: Locale, card: &Card) -> impl IntoView + use<> {
    let issued = words::stamp(card.issued_at);
    view! {
        <li><a class="row" href=format!("/staff/cards/{}", card.id)>
            <span class="row-text"><strong>{card.person_name.as_str().to_owned()}</strong><small>{td_string!(locale, door.card_issued)}" "{issued}</small></span>
            {state(locale, card)}
        </a></li>
    }
}

async fn issue(visit: Visit, Path(center): Path<String>, form: Form) -> Response {
    let center = match gate::center(&visit, &center, Action::BookForOthers).await {
        Ok(center) => center,
        Err(response) => return response,
    };
    let person = form.need("person").and_then(str::parse::<PersonId>);
    let made = match person {
        Ok(person) => cards::issue(visit.db(), &visit.act(), &center.summary.id, &person).await,
        Err(refusal) => Err(refusal.into()),
    };
    match made {
        Ok(card) => redirect(&format!("/staff/cards/{}", card.id)),
        Err(error) => gate::fail(&visit, error),
    }
}

async fn card(visit: &Visit, id: &str) -> Result<Card, Response> {
    gate::staff(visit)?;
    let id: CardId = id
        .parse()
        .map_err(|refusal: Refusal| gate::fail(visit, refusal))?;
    let found = cards::find(visit.db(), &visit.act(), &id).await;
    found.map_err(|error| gate::fail(visit, error))
}

async fn show(visit: Visit, Path(id): Path<String>) -> Response {
    let card = match card(&visit, &id).await {
        Ok(card) => card,
        Err(response) => return response,
    };
    let locale = visit.locale;
    let name = card.person_name.as_str().to_owned();
    let svg = qr::svg(&visit.site.tickets().card(&card.id), &name).unwrap_or_default();
    let code = ticket::ShortCode::parse(&card.short_code);
    let code = code.map_or_else(|_| card.short_code.clone(), |code| code.to_string());
    gate::page(&visit, td_string!(locale, door.cards_title))
        .narrow()
        .render(move || {
            let live = card.revoked_at.is_none();
            view! {
                <a class="back-link" href=format!("/staff/centers/{}/cards", card.center_id)>{td_string!(locale, door.cards_title)}</a>
                <div class="page-head"><h1>{name.clone()}</h1><p class="no-print">{state(locale, &card)}</p></div>
                {live.then(|| view! {
                    <section class="card stack">
                        <div class="qr" inner_html=svg></div>
                        <p class="ticket-code">{code}</p>
                        <p class="hint">{td_string!(locale, door.card_note)}</p>
                    </section>
                    <form class="no-print" method="post" action=format!("/staff/cards/{}/revoke", card.id)>
                        <button class="button button-danger" type="submit">{td_string!(locale, door.card_revoke)}</button>
                    </form>
                })}
            }
        })
}

async fn revoke(visit: Visit, Path(id): Path<String>) -> Response {
    if let Err(response) = gate::staff(&visit) {
        return response;
    }
    let id: CardId = match id.parse() {
        Ok(id) => id,
        Err(refusal) => return gate::fail(&visit, refusal as Refusal),
    };
    match cards::revoke(visit.db(), &visit.act(), &id).await {
        Ok(card) => redirect(&format!(
            "/staff/centers/{}/cards?done=revoked",
            card.center_id
        )),
        Err(error) => gate::fail(&visit, error),
    }
}
