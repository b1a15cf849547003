//! The booking form: who comes, together or as many as fit; and the answer.

use super::{booked, gate};
use crate::{
    i18n::{Locale, td_string},
    ui::{Card, FormKey, RefusalBlock, TearOff},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{
    Reason, Refusal,
    activity::{Channel, Unit},
    booking::{Fit, Placement, is_few},
    id::{OccurrenceId, PersonId},
    person::Phone,
};
use leptos::prelude::*;
use store::{
    Error,
    accounts::Account,
    bookings::{self, BookRequest, Booked, PersonPreview, Preview},
    occurrences::OccurrenceView,
    whats_on,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/occurrences/{id}/book", get(show).post(book))
}

/// What the person has chosen, to show it again.
#[derive(Clone, Default)]
struct Chosen {
    people: Vec<String>,
    fit: Option<Fit>,
}

async fn load(visit: &Visit, id: &str) -> Result<(Account, Preview), Fault> {
    let account = gate::complete_account(visit).await?;
    let id: OccurrenceId = id.parse()?;
    let preview =
        bookings::preview(visit.db(), &visit.act(), &id, &account.id, Channel::Online).await;
    Ok(preview.map(|preview| (account, preview))?)
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let (account, preview) = load(&visit, &id).await?;
    // Ticked beforehand is who can come: the holder, who stands first, or else the first of the family.
    let able = preview.people.iter().find(|p| p.outcome.is_ok());
    let people = able.map(|p| p.person.to_string()).into_iter().collect();
    Ok(form_page(
        &visit,
        account,
        preview,
        Chosen { people, fit: None },
        None,
    ))
}

async fn book(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (account, preview) = load(&visit, &id).await?;
    let fit = form.get("fit").and_then(|text| text.parse().ok());
    let chosen = Chosen {
        people: form.all("person").map(str::to_owned).collect(),
        fit,
    };
    let request = match request(&account, &preview, &chosen) {
        Ok(asked) => asked,
        Err(refusal) => {
            let refused = refused(&visit, &preview, refusal).await;
            return Ok(form_page(&visit, account, preview, chosen, Some(refused)));
        }
    };
    match bookings::book(visit.db(), &visit.once(&form)?, request).await {
        Ok(booked) => {
            let center = preview.center.clone();
            let response = after(&visit, account, preview, chosen, &booked).await;
            Ok(visit.at_home(response, &center))
        }
        Err(Error::Refused(refusal)) => {
            // What it says must be what holds now, not what held when the form was opened.
            let (account, preview) = load(&visit, &id).await?;
            let refused = refused(&visit, &preview, refusal).await;
            Ok(form_page(&visit, account, preview, chosen, Some(refused)))
        }
        Err(error) => Err(error.into()),
    }
}

/// What is asked for.
fn request(account: &Account, preview: &Preview, chosen: &Chosen) -> Result<BookRequest, Refusal> {
    let people = chosen
        .people
        .iter()
        .map(|id| id.parse())
        .collect::<Result<Vec<PersonId>, _>>()?;
    if people.is_empty() {
        return Err(Refusal::invalid("person", Reason::NobodyChosen));
    }
    let fit = chosen.fit.unwrap_or(Fit::Together);
    Ok(BookRequest {
        occurrence: preview.occurrence.clone(),
        account: account.id.clone(),
        people,
        channel: Channel::Online,
        fit,
        may_wait: true,
    })
}

/// To the ticket, to the list where there are several, or a word on who is not in.
async fn after(
    visit: &Visit,
    account: Account,
    preview: Preview,
    chosen: Chosen,
    booked: &Booked,
) -> Response {
    let left_out = booked
        .people
        .iter()
        .find_map(|(_, outcome)| outcome.as_ref().err());
    let made: Vec<_> = booked.bookings().collect();
    match (made.as_slice(), left_out) {
        ([only], None) => redirect(&format!("/me/bookings/{}/ticket?new=1", only.id)),
        (several, None) => redirect(&booked::page_of(several.iter().copied())),
        (_, Some(refusal)) => {
            let refused = refused(visit, &preview, refusal.clone()).await;
            form_page(visit, account, preview, chosen, Some(refused))
        }
    }
}

fn form_page(
    visit: &Visit,
    account: Account,
    preview: Preview,
    chosen: Chosen,
    refused: Option<Refused>,
) -> Response {
    let locale = visit.locale;
    let page = visit.page(td_string!(locale, book.title)).narrow();
    let page = match &refused {
        Some(refused) => page.status(status(&refused.refusal)),
        None => page,
    };
    let reader = visit.clone();
    page.render(move || {
        let id = preview.occurrence.to_string();
        let able = preview.people.iter().filter(|p| p.outcome.is_ok()).count();
        // Asked only where some of them may not get a place, or did not.
        let may_run_short = able > 1 && (able > preview.free as usize || chosen.fit.is_some());
        let phone = account.phone.as_ref().map(Phone::masked);
        view! {
            <a class="back-link" href=format!("/occurrences/{id}")>{td_string!(locale, book.back)}</a>
            <div class="page-head"><h1>{td_string!(locale, book.title)}</h1></div>
            {head(&reader, &preview)}
            {refused.map(|refused| refusal_block(&reader, refused))}
            <form class="form" method="post" action=format!("/occurrences/{id}/book")><FormKey />
                <fieldset class="form-field">
                    <legend>{td_string!(locale, book.who)}</legend>
                    {preview.people.iter().map(|p| choice(&reader, &preview, p, &chosen)).collect_view()}
                </fieldset>
                <p>
                    <a class="button button-quiet" href=format!("/me/family/add?{}", gate::query("back", &format!("/occurrences/{id}/book")))>
                        {td_string!(locale, book.add_family)}
                    </a>
                </p>
                {may_run_short.then(|| fit_choice(locale, chosen.fit))}
                {(able > 0).then(|| {
                    let told = phone.map(|phone| td_string!(locale, book.message_to, phone = phone));
                    view! { <p class="hint">{promise(&reader, &preview)}<br />{told}</p> }
                })}
                {(able > 0).then(|| view! {
                    <div class="action-bar">
                        <button class="button button-main button-wide" type="submit">{confirm_word(locale, &preview)}</button>
                    </div>
                })}
            </form>
        }
    })
}

fn confirm_word(locale: Locale, preview: &Preview) -> &'static str {
    let all_wait = preview
        .people
        .iter()
        .all(|p| !matches!(p.outcome, Ok(Placement::Confirm)));
    if all_wait {
        td_string!(locale, book.confirm_wait)
    } else {
        td_string!(locale, book.confirm)
    }
}

fn promise(visit: &Visit, preview: &Preview) -> String {
    words::giving_back_later(visit.locale, preview.terms.cancel_until, visit.now)
}

fn head(visit: &Visit, preview: &Preview) -> impl IntoView + use<> {
    let locale = visit.locale;
    let unit = preview.terms.unit;
    let (state, text) = match preview.free {
        0 if preview.waitlisted == 0 => ("full", td_string!(locale, places.full).to_owned()),
        0 => (
            "full",
            td_string!(locale, book.no_place_left, count = preview.waitlisted).to_string(),
        ),
        free => {
            let few = is_few(free, preview.terms.capacity);
            let state = if few { "few" } else { "open" };
            (state, words::places_left(locale, unit, free, few))
        }
    };
    let sittings = (preview.sittings.len() > 1).then(|| {
        let list: Vec<_> = preview
            .sittings
            .iter()
            .map(|span| view! { <li>{words::span(locale, *span)}</li> })
            .collect();
        view! {
            <p>{td_string!(locale, book.series, count = preview.sittings.len())}</p>
            <ul class="rules">{list}</ul>
        }
    });
    view! {
        <div class="occurrence-head">
            <TearOff locale at=preview.span.start() />
            <div>
                <h2>{preview.title.clone()}</h2>
                <p class="clock">{words::span_near(locale, preview.span, visit.now)}</p>
                <p class="place-count" data-state=state><span>{text}</span></p>
            </div>
        </div>
        {sittings}
    }
}

fn choice(
    visit: &Visit,
    preview: &Preview,
    person: &PersonPreview,
    chosen: &Chosen,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let id = person.person.to_string();
    let checked = chosen.people.contains(&id) && person.outcome.is_ok();
    let relation = words::relation(locale, person.relation);
    let note = match &person.outcome {
        Ok(Placement::Confirm) => relation.to_owned(),
        Ok(Placement::Wait) => format!("{relation} · {}", td_string!(locale, book.will_wait)),
        Err(refusal) => format!(
            "{relation} · {}",
            words::refusal(locale, refusal, visit.now).sentence
        ),
    };
    let pairs = preview.terms.unit == Unit::Pairs && person.outcome.is_ok();
    view! {
        <label class="choice">
            <input type="checkbox" name="person" value=id checked=checked disabled=person.outcome.is_err() />
            <span>
                <strong>{person.name.clone()}</strong>
                <small>{note}{pairs.then(|| format!(" · {}", td_string!(locale, book.with_adult)))}</small>
            </span>
        </label>
    }
}

fn fit_choice(locale: Locale, fit: Option<Fit>) -> impl IntoView {
    let together = fit != Some(Fit::AsManyAsFit);
    view! {
        <fieldset class="form-field">
            <legend>{td_string!(locale, book.when_short)}</legend>
            <label class="choice">
                <input type="radio" name="fit" value="together" checked=together />
                <span><strong>{td_string!(locale, book.together)}</strong><small>{td_string!(locale, book.together_hint)}</small></span>
            </label>
            <label class="choice">
                <input type="radio" name="fit" value="as_many_as_fit" checked=!together />
                <span><strong>{td_string!(locale, book.as_many)}</strong><small>{td_string!(locale, book.as_many_hint)}</small></span>
            </label>
        </fieldset>
    }
}

/// A refusal with what else there is.
struct Refused {
    refusal: Refusal,
    alternatives: Vec<Card>,
}

/// What else there is, where another date or another center helps.
async fn refused(visit: &Visit, preview: &Preview, refusal: Refusal) -> Refused {
    let found = match refusal.has_alternatives() {
        // That none can be found is no reason to keep the refusal back.
        true => {
            let centers = visit.site.centers();
            whats_on::alternatives(visit.db(), &centers, &preview.occurrence, visit.now)
                .await
                .unwrap_or_default()
        }
        false => Vec::new(),
    };
    let card = |view: &OccurrenceView| {
        let card = Card::of(visit.locale, view, visit.now);
        if view.center_id == preview.center {
            card
        } else {
            card.noted(view.center_name.clone())
        }
    };
    Refused {
        refusal,
        alternatives: found.iter().map(card).collect(),
    }
}

/// Why, until when, and what else (C-116, `beyond.md` 3).
fn refusal_block(visit: &Visit, refused: Refused) -> impl IntoView + use<> {
    let explained = words::refusal(visit.locale, &refused.refusal, visit.now);
    view! { <RefusalBlock locale=visit.locale explained alternatives=refused.alternatives /> }
}
