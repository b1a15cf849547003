//! Printed cards of a center: the list, issuing to somebody by their telephone number or from a
//! roster, printing, replacing, revoking.

use crate::staff::common::gate;
use crate::staff::run::{desk, walk_in::told_apart};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Communities, EmptyState, ErrorSummary, Field, FormKey, NoticeBox, Problems, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};
use domain::{
    Reason, Refusal,
    access::Action,
    id::{CardId, PersonId},
    person::Phone,
};
use leptos::prelude::*;
use store::{
    Error,
    cards::{self, Card, Holder},
    centers::{self, CenterView},
    desk::register,
    page::{Limit, Part},
    people::Person,
};
use ticket::qr;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/cards", get(list).post(issue))
        .route("/staff/centers/{center}/cards/find", post(find))
        .route("/staff/centers/{center}/cards/alone", post(alone))
        .route("/staff/cards/{id}", get(show))
        .route("/staff/cards/{id}/revoke", post(revoke))
        .route("/staff/cards/{id}/phone", post(give_phone))
}

/// So many cards are shown.
const SHOWN: Limit = Limit::of(100);

/// What the page shows beside the list.
#[derive(Default)]
struct Shown {
    /// Somebody of a roster to whom a card may be issued.
    asked: Option<(PersonId, String)>,
    /// The people behind the number that was entered.
    found: Option<(Phone, Vec<Holder>)>,
    /// Where somebody without a number may live, while they are written down.
    near: Option<Communities>,
    form: Form,
    problems: Problems,
    revoked: bool,
}

async fn list(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    if form.is_on("no_phone") {
        let center = gate::center(&visit, &center, Action::BookForOthers).await?;
        return alone_page(&visit, center, form, Problems::none()).await;
    }
    let center = gate::center(&visit, &center, Action::ViewBookings).await?;
    let person = form
        .get("person")
        .and_then(|id| id.parse::<PersonId>().ok());
    let asked = match person {
        Some(person) => {
            let named = cards::person(visit.db(), &visit.act(), &center.summary.id, &person).await;
            match named {
                Ok(name) => Some((person, name.as_str().to_owned())),
                Err(error) => return Err(error.into()),
            }
        }
        None => None,
    };
    let shown = Shown {
        asked,
        revoked: form.get("done") == Some("revoked"),
        ..Shown::default()
    };
    page(&visit, center, shown).await
}

/// The people of a telephone number: never in an address, so that none is kept in a history.
async fn find(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let mut problems = Problems::none();
    let phone = form.need("phone").and_then(Phone::parse);
    let found = match problems.keep(visit.locale, visit.now, phone) {
        Some(phone) => {
            let (db, act) = (visit.db(), visit.act());
            match cards::of_phone(db, &act, &center.summary.id, phone.clone()).await {
                Ok(holders) => Some((phone, holders)),
                Err(error) => return Err(error.into()),
            }
        }
        None => None,
    };
    let shown = Shown {
        found,
        form,
        problems,
        ..Shown::default()
    };
    page(&visit, center, shown).await
}

/// The page with the fields of somebody without a telephone number.
async fn alone_page(visit: &Visit, center: CenterView, form: Form, problems: Problems) -> Answer {
    let (id, chosen) = (&center.summary.id, form.text("community"));
    let near = Communities::around(&visit.site, Some(id), chosen);
    let shown = Shown {
        near: Some(near),
        form,
        problems,
        ..Shown::default()
    };
    page(visit, center, shown).await
}

/// A card for somebody without a telephone number: it is what they come with from then on.
async fn alone(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let mut problems = Problems::none();
    let id = &center.summary.id;
    let Some(newcomer) = desk::newcomer(&visit, &form, &mut problems) else {
        return alone_page(&visit, center, form, problems).await;
    };
    let contact = desk::contact(&form)?;
    match register(visit.db(), &visit.act(), id, contact, newcomer).await {
        Ok((_, person)) => {
            let card = cards::issue(visit.db(), &visit.once(&form)?, id, &person).await?;
            Ok(redirect(&format!("/staff/cards/{}", card.id)))
        }
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            alone_page(&visit, center, form, problems).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(visit: &Visit, center: CenterView, shown: Shown) -> Answer {
    let part = Part::first(SHOWN);
    let found = cards::of_center(visit.db(), &visit.act(), &center.summary.id, part).await?;
    let found = found.items;
    let may_issue = visit
        .caller
        .may(Action::BookForOthers, &center.summary.place())
        .is_ok();
    let locale = visit.locale;
    let page = gate::page(visit, td_string!(locale, door.cards_title));
    let page = match shown.problems.any() {
        true => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        false => page,
    };
    Ok(page.render(move || list_view(locale, &center, &found, shown, may_issue)))
}

fn list_view(
    locale: Locale,
    center: &CenterView,
    found: &[Card],
    shown: Shown,
    may_issue: bool,
) -> impl IntoView + use<> {
    let id = center.summary.id.to_string();
    let rows: Vec<_> = found.iter().map(|card| row_view(locale, card)).collect();
    let none = rows.is_empty();
    let holders = shown
        .found
        .map(|(phone, holders)| holders_view(locale, center, &phone, &holders));
    let alone = shown.near.map(|near| {
        let fields = desk::alone_fields(locale, &shown.form, &shown.problems, near);
        view! {
            <form class="form" method="post" action=format!("/staff/centers/{id}/cards/alone")><FormKey />
                {fields}
                <button class="button button-main" type="submit">{td_string!(locale, door.card_issue)}</button>
            </form>
        }
    });
    view! {
        <a class="back-link" href=format!("/staff/centers/{id}/door")>{td_string!(locale, door.title)}</a>
        <div class="page-head">
            <h1>{td_string!(locale, door.cards_title)}</h1>
            <p class="lead">{td_string!(locale, door.cards_lead)}</p>
        </div>
        {shown.revoked.then(|| view! { <NoticeBox title=td_string!(locale, door.card_revoked_done) tone=Tone::Good fresh=true /> })}
        {shown.asked.map(|(person, name)| view! {
            <form class="form" method="post" action=format!("/staff/centers/{id}/cards")><FormKey />
                <input type="hidden" name="person" value=person.to_string() />
                <p>{td_string!(locale, door.card_issue_ask, name = name)}</p>
                <button class="button button-main" type="submit">{td_string!(locale, door.card_issue)}</button>
            </form>
        })}
        <ErrorSummary locale problems=shown.problems.clone() />
        {may_issue.then(|| view! {
            <section class="section" aria-labelledby="by-phone">
                <h2 id="by-phone">{td_string!(locale, door.card_by_phone)}</h2>
                <form class="filters" method="post" action=format!("/staff/centers/{id}/cards/find")><FormKey />
                    <Field name="phone" label=td_string!(locale, field.phone) kind="tel" inputmode="tel" maxlength=20
                        value=shown.form.text("phone").to_owned() error=shown.problems.of("phone") />
                    <button class="button" type="submit">{td_string!(locale, door.find_button)}</button>
                    {desk::no_phone_link(locale, &format!("/staff/centers/{id}/cards"))}
                </form>
                {alone}
                {holders}
            </section>
        })}
        <section class="section" aria-labelledby="issued">
            <h2 id="issued">{td_string!(locale, door.cards_issued)}</h2>
            {none.then(|| view! { <EmptyState title=td_string!(locale, door.no_card) /> })}
            <ul class="row-list">{rows}</ul>
        </section>
    }
}

/// Who may get a card. Names are masked: whoever stands there knows their own.
fn holders_view(
    locale: Locale,
    center: &CenterView,
    phone: &Phone,
    holders: &[Holder],
) -> impl IntoView + use<> {
    let people: Vec<Person> = holders.iter().map(|holder| holder.person.clone()).collect();
    let rows: Vec<_> = holders
        .iter()
        .map(|holder| holder_row(locale, center, holder, &people))
        .collect();
    let none = rows.is_empty();
    view! {
        <p class="lead" role="status">{phone.masked()}{none.then(|| format!(" · {}", td_string!(locale, door.card_nobody)))}</p>
        <ul class="row-list">{rows}</ul>
    }
}

fn holder_row(
    locale: Locale,
    center: &CenterView,
    holder: &Holder,
    people: &[Person],
) -> impl IntoView + use<> {
    let id = center.summary.id.to_string();
    let name = holder.person.name.masked();
    let relation = told_apart(locale, &holder.person, people);
    let card = holder.card.as_ref();
    // A card of another center can be replaced here, but not looked at.
    let own = card.filter(|card| card.center_id == center.summary.id);
    let since = card.map(|card| {
        let issued = words::stamp(card.issued_at);
        match own {
            Some(_) => td_string!(locale, door.card_since, time = issued),
            None => td_string!(locale, door.card_elsewhere).to_owned(),
        }
    });
    let note: Vec<String> = [Some(relation), since].into_iter().flatten().collect();
    let word = match card {
        Some(_) => td_string!(locale, door.card_replace),
        None => td_string!(locale, door.card_issue),
    };
    let of = move || {
        let name = name.clone();
        view! { <span class="visually-hidden">{td_string!(locale, door.present_of, name = name)}</span> }
    };
    let named = holder.person.name.masked();
    view! {
        <li><div class="row">
            <div class="row-text"><strong>{named}</strong><small>{note.join(" · ")}</small></div>
            {own.map(|card| view! {
                <a class="button button-quiet" href=format!("/staff/cards/{}", card.id)>{td_string!(locale, door.card_print)}{of()}</a>
                <form method="post" action=format!("/staff/cards/{}/revoke", card.id)><FormKey />
                    <button class="button button-quiet" type="submit">{td_string!(locale, door.card_revoke)}{of()}</button>
                </form>
            })}
            <form method="post" action=format!("/staff/centers/{id}/cards")><FormKey />
                <input type="hidden" name="person" value=holder.person.id.to_string() />
                <button class="button" type="submit">{word}{of()}</button>
            </form>
        </div></li>
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

async fn issue(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let person = form.need("person").and_then(str::parse::<PersonId>);
    let made = match person {
        Ok(person) => {
            cards::issue(visit.db(), &visit.once(&form)?, &center.summary.id, &person).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let card = made?;
    Ok(redirect(&format!("/staff/cards/{}", card.id)))
}

async fn card(visit: &Visit, id: &str) -> Result<Card, Fault> {
    gate::staff(visit)?;
    let id: CardId = id.parse()?;
    let found = cards::find(visit.db(), &visit.act(), &id).await;
    Ok(found?)
}

/// A number for somebody who had none.
async fn give_phone(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let card = card(&visit, &id).await?;
    let mut problems = Problems::none();
    let phone = form.need("phone").and_then(Phone::parse);
    let Some(phone) = problems.keep(visit.locale, visit.now, phone) else {
        return card_page(&visit, card, Some(form), problems).await;
    };
    let (center, person) = (&card.center_id, &card.person_id);
    match store::desk::give_phone(visit.db(), &visit.act(), center, person, phone).await {
        Ok(()) => Ok(redirect(&format!("/staff/cards/{}?done=phone", card.id))),
        Err(Error::Refused(Refusal::Invalid {
            reason: Reason::Taken,
            ..
        })) => {
            let told = td_string!(visit.locale, staff.desk.phone_taken);
            problems.note_text("phone", told.to_owned());
            card_page(&visit, card, Some(form), problems).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let card = card(&visit, &id).await?;
    let shown = (form.get("done") == Some("phone")).then_some(form);
    card_page(&visit, card, shown, Problems::none()).await
}

/// The field for a number that is missing.
fn phone_form(
    locale: Locale,
    card: &Card,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    view! {
        <section class="section no-print" aria-labelledby="give-phone">
            <h2 id="give-phone">{td_string!(locale, staff.desk.give_phone)}</h2>
            <p>{td_string!(locale, staff.desk.give_phone_lead)}</p>
            <form class="form" method="post" action=format!("/staff/cards/{}/phone", card.id)><FormKey />
                <Field name="phone" label=td_string!(locale, field.phone) kind="tel" inputmode="tel" maxlength=20
                    value=form.text("phone").to_owned() error=problems.of("phone") />
                <button class="button" type="submit">{td_string!(locale, staff.save)}</button>
            </form>
        </section>
    }
}

async fn card_page(visit: &Visit, card: Card, form: Option<Form>, problems: Problems) -> Answer {
    let center = centers::find(visit.db(), &card.center_id).await?;
    let locale = visit.locale;
    let name = card.person_name.as_str().to_owned();
    let svg = qr::svg(&visit.site.tickets().card(&card.id), &name).unwrap_or_default();
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    Ok(gate::page(visit, td_string!(locale, door.cards_title))
        .narrow()
        .status(status)
        .render(move || {
            let live = card.revoked_at.is_none();
            let given = form.as_ref().is_some_and(|form| form.get("done").is_some());
            let entered = form.unwrap_or_default();
            view! {
                <a class="back-link" href=format!("/staff/centers/{}/cards", card.center_id)>{td_string!(locale, door.cards_title)}</a>
                <div class="page-head no-print"><h1>{name}</h1><p>{state(locale, &card)}</p></div>
                {given.then(|| view! { <NoticeBox title=td_string!(locale, staff.desk.phone_given) tone=Tone::Good fresh=true /> })}
                <ErrorSummary locale problems=problems.clone() />
                {live.then(|| view! {
                    {face(locale, &card, &center, svg)}
                    <p class="no-print hint">{td_string!(locale, door.card_how)}</p>
                    <form class="no-print" method="post" action=format!("/staff/cards/{}/revoke", card.id)><FormKey />
                        <button class="button button-danger" type="submit">{td_string!(locale, door.card_revoke)}</button>
                    </form>
                })}
                {(!card.has_phone).then(|| phone_form(locale, &card, &entered, &problems))}
            }
        }))
}

/// What is printed: as large as a bank card.
fn face(locale: Locale, card: &Card, center: &CenterView, svg: String) -> impl IntoView + use<> {
    let code = ticket::ShortCode::parse(&card.short_code);
    let code = code.map_or_else(|_| card.short_code.clone(), |code| code.to_string());
    let phone = center.phone.clone();
    let found = match phone.is_empty() {
        true => td_string!(locale, door.card_found).to_owned(),
        false => td_string!(locale, door.card_found_call, phone = phone),
    };
    view! {
        <section class="door-card" aria-label=td_string!(locale, door.cards_title)>
            <p class="door-card-center">{center.summary.name.clone()}</p>
            <div class="qr" inner_html=svg></div>
            <div class="door-card-who">
                <p class="door-card-name">{card.person_name.as_str().to_owned()}</p>
                <p class="door-card-code">{code}</p>
                <p>{td_string!(locale, door.card_note)}</p>
            </div>
            <p class="door-card-found">{found}</p>
        </section>
    }
}

async fn revoke(visit: Visit, Path(id): Path<String>) -> Answer {
    gate::staff(&visit)?;
    let id: CardId = id.parse()?;
    let card = cards::revoke(visit.db(), &visit.act(), &id).await?;
    Ok(redirect(&format!(
        "/staff/centers/{}/cards?done=revoked",
        card.center_id
    )))
}
