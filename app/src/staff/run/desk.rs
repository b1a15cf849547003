//! Booking for somebody who stands at the desk or calls: the telephone number, then who comes,
//! then the place.

use crate::staff::common::gate;
use crate::staff::common::told;
use crate::{
    i18n::{Locale, td_string},
    ui::{
        Chip, Choice, Communities, CommunityField, ErrorSummary, Field, FormKey, Problems,
        RefusalBlock, SelectField,
    },
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
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
    activity::Channel,
    booking::{Fit, Placement},
    id::{AccountId, OccurrenceId, PersonId},
    person::{BirthYear, Consent, PersonName, Phone, Relation, needs_guardian},
    place::CommunityKey,
};
use leptos::prelude::*;
use store::{
    Error,
    bookings::{self, BookRequest, PersonPreview},
    desk::{self, Contact, Newcomer, Whom},
    occurrences::OccurrenceView,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/occurrences/{id}/desk", get(find).post(find))
        .route("/staff/occurrences/{id}/bookings", post(book))
}

/// The first step: a telephone number, on the roster's page.
pub(super) fn phone_form(locale: Locale, id: &str) -> impl IntoView + use<> {
    view! {
        <section class="card" aria-labelledby="desk">
            <h2 id="desk">{td_string!(locale, staff.desk.title)}</h2>
            <form class="form" method="post" action=format!("/staff/occurrences/{id}/desk")><FormKey />
                {phone_fields(locale, "", None, Channel::Desk)}
                <div class="cluster">
                    <button class="button button-main" type="submit">{td_string!(locale, staff.desk.go_on)}</button>
                    {no_phone_link(locale, &format!("/staff/occurrences/{id}/desk"))}
                </div>
            </form>
        </section>
    }
}

/// The way on without a number: the page at that address.
pub(in crate::staff) fn no_phone_link(locale: Locale, page: &str) -> impl IntoView + use<> {
    let more = if page.contains('?') { '&' } else { '?' };
    let href = format!("{page}{more}no_phone=1");
    view! { <a class="button button-quiet" href=href>{td_string!(locale, staff.desk.no_phone)}</a> }
}

/// How the person of a form can be reached: by the number in it, or not at all.
pub(in crate::staff) fn contact(form: &Form) -> Result<Contact, Refusal> {
    if form.is_on("no_phone") {
        let is_another = form.is_on("is_another");
        return Ok(Contact::None { is_another });
    }
    form.need("phone")
        .and_then(Phone::parse)
        .map(Contact::Phone)
}

fn phone_fields(
    locale: Locale,
    phone: &str,
    error: Option<String>,
    channel: Channel,
) -> impl IntoView + use<> {
    let chip = |of: Channel| {
        view! { <Chip name="channel" value=of.as_str() label=words::channel(locale, of) checked=of == channel radio=true /> }
    };
    view! {
        <Field name="phone" label=td_string!(locale, field.phone) kind="tel" inputmode="tel" value=phone.to_owned() error=error />
        <fieldset class="form-field">
            <legend>{td_string!(locale, staff.roster.channel)}</legend>
            <div class="chips">{chip(Channel::Desk)}{chip(Channel::Telephone)}</div>
        </fieldset>
    }
}

fn channel(form: &Form) -> Channel {
    match form.get("channel") {
        Some("telephone") => Channel::Telephone,
        _ => Channel::Desk,
    }
}

/// The family behind a number with what each of them would get; nobody where it is new.
async fn family(
    visit: &Visit,
    at: &OccurrenceId,
    phone: &Phone,
    channel: Channel,
) -> Result<(Option<AccountId>, Vec<PersonPreview>), Fault> {
    let account =
        match desk::account(visit.db(), &visit.act(), at, Whom::Phone(phone.clone())).await {
            Ok(account) => account,
            Err(Error::Refused(Refusal::NotFound)) => return Ok((None, Vec::new())),
            Err(error) => return Err(error.into()),
        };
    match bookings::preview(visit.db(), &visit.act(), at, &account, channel).await {
        Ok(preview) => Ok((Some(account), preview.people)),
        Err(Error::Refused(Refusal::NotFound)) => Ok((Some(account), Vec::new())),
        Err(error) => Err(error.into()),
    }
}

async fn find(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (at, _) = gate::occurrence(&visit, &id, Action::BookForOthers).await?;
    people_page(&visit, at, &form, Problems::none(), None).await
}

/// The second step: who of the family, or somebody new.
async fn people_page(
    visit: &Visit,
    at: OccurrenceView,
    form: &Form,
    mut problems: Problems,
    refusal: Option<Refusal>,
) -> Answer {
    let (locale, channel) = (visit.locale, channel(form));
    let contact = problems.keep(locale, visit.now, contact(form));
    let people = match &contact {
        Some(Contact::Phone(phone)) => family(visit, &at.id, phone, channel).await?.1,
        _ => Vec::new(),
    };
    let near = communities(visit, &at, form);
    let page = gate::page(visit, td_string!(locale, staff.desk.title)).narrow();
    let page = match &refusal {
        Some(refusal) => page.status(status(refusal)),
        None if problems.any() => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        None => page,
    };
    let (reader, form) = (visit.clone(), form.clone());
    Ok(page.render(move || {
        let id = at.id.to_string();
        let action = if contact.is_some() { "bookings" } else { "desk" };
        view! {
            <a class="back-link" href=format!("/staff/occurrences/{id}")>{td_string!(locale, staff.roster.title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, staff.desk.title)}</h1>
                <p class="lead">{at.title.clone()}" · "{told::when(&reader, &at)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {refusal.map(|refusal| view! { <RefusalBlock locale explained=words::refusal(locale, &refusal, reader.now) /> })}
            <form class="form" method="post" action=format!("/staff/occurrences/{id}/{action}")><FormKey />
                {match &contact {
                    Some(Contact::Phone(phone)) => who(&reader, phone, channel, people, &form, &problems).into_any(),
                    Some(Contact::None { .. }) => view! {
                        <input type="hidden" name="channel" value=channel.as_str() />
                        <input type="hidden" name="person" value="new" />
                        {alone_fields(locale, &form, &problems, near)}
                    }.into_any(),
                    None => phone_fields(locale, form.text("phone"), problems.of("phone"), channel).into_any(),
                }}
                <div class="cluster">
                    <button class="button button-main" type="submit">
                        {if contact.is_some() { td_string!(locale, staff.desk.book) } else { td_string!(locale, staff.desk.go_on) }}
                    </button>
                    {contact.is_none().then(|| no_phone_link(locale, &format!("/staff/occurrences/{id}/desk")))}
                </div>
            </form>
        }
    }))
}

/// The communities around the center of an occurrence.
pub(super) fn communities(visit: &Visit, at: &OccurrenceView, form: &Form) -> Communities {
    Communities::around(&visit.site, Some(&at.center_id), form.text("community"))
}

/// The fields of somebody without a telephone number: who they are is what they are found by.
pub(in crate::staff) fn alone_fields(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    near: Communities,
) -> impl IntoView + use<> {
    let own = near.own.as_ref().map(|key| key.as_str().to_owned());
    let chosen = form.get("community").map(str::to_owned).or(own);
    view! {
        <input type="hidden" name="no_phone" value="1" />
        <p class="lead">{td_string!(locale, staff.desk.no_phone_lead)}</p>
        <Field name="name" label=td_string!(locale, field.name) value=form.text("name").to_owned() error=problems.of("name") maxlength=40 />
        <Field name="birth_year" label=td_string!(locale, field.birth_year) value=form.text("birth_year").to_owned()
            error=problems.of("birth_year") inputmode="numeric" maxlength=6 class="input-short" />
        <CommunityField locale communities=near chosen=chosen.unwrap_or_default() error=problems.of("community")
            hint=td_string!(locale, staff.desk.community_hint) />
        <Choice name="is_another" value="1" label=td_string!(locale, staff.desk.is_another)
            note=td_string!(locale, staff.desk.is_another_hint) checked=form.is_on("is_another") />
    }
}

/// The fields of somebody new; a family has one holder.
pub(super) fn newcomer_fields(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    has_holder: bool,
) -> impl IntoView + use<> {
    let relations: Vec<(String, String)> = Relation::ALL
        .iter()
        .filter(|r| !(has_holder && **r == Relation::Myself))
        .map(|r| {
            (
                r.as_str().to_owned(),
                words::relation(locale, *r).to_owned(),
            )
        })
        .collect();
    view! {
        <Field name="name" label=td_string!(locale, field.name) value=form.text("name").to_owned() error=problems.of("name") maxlength=40 />
        <Field name="birth_year" label=td_string!(locale, field.birth_year) value=form.text("birth_year").to_owned()
            error=problems.of("birth_year") inputmode="numeric" maxlength=6 class="input-short" />
        <SelectField name="relation" label=td_string!(locale, staff.desk.relation) options=relations
            selected=form.text("relation").to_owned() error=problems.of("relation") />
        <label class="choice">
            <input type="checkbox" id="consent" name="consent" value="1" checked=form.is_on("consent") />
            <span>
                <strong>{td_string!(locale, staff.desk.consent)}</strong>
                <small>{td_string!(locale, staff.desk.consent_hint)}</small>
            </span>
        </label>
    }
}

fn who(
    visit: &Visit,
    phone: &Phone,
    channel: Channel,
    people: Vec<PersonPreview>,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let chosen = form.text("person").to_owned();
    let none = people.is_empty();
    let has_holder = people.iter().any(|p| p.relation == Relation::Myself);
    let rows: Vec<_> = people
        .iter()
        .map(|person| person_choice(visit, person, &chosen))
        .collect();
    let fields = newcomer_fields(locale, form, problems, has_holder);
    let new = if none {
        view! { <input type="hidden" name="person" value="new" /><div class="stack">{fields}</div> }
            .into_any()
    } else {
        view! {
            <fieldset class="form-section">
                <legend>{td_string!(locale, staff.desk.somebody_else)}</legend>
                <label class="choice">
                    <input type="radio" name="person" value="new" checked=chosen == "new" />
                    <span><strong>{td_string!(locale, staff.desk.new_person)}</strong></span>
                </label>
                {fields}
            </fieldset>
        }
        .into_any()
    };
    view! {
        <input type="hidden" name="phone" value=phone.digits().to_owned() />
        <input type="hidden" name="channel" value=channel.as_str() />
        <p class="lead">{phone.masked()}" · "{words::channel(locale, channel)}</p>
        {(!none).then(|| view! {
            <fieldset class="form-field"><legend>{td_string!(locale, book.who)}</legend>{rows}</fieldset>
        })}
        {new}
    }
}

/// Names are masked: who asks for a place knows their own.
fn person_choice(visit: &Visit, person: &PersonPreview, chosen: &str) -> impl IntoView + use<> {
    let locale = visit.locale;
    let name =
        PersonName::parse(&person.name).map_or_else(|_| "*".to_owned(), |name| name.masked());
    let relation = words::relation(locale, person.relation);
    let note = match &person.outcome {
        Ok(Placement::Confirm) => relation.to_owned(),
        Ok(Placement::Wait) => format!("{relation} · {}", td_string!(locale, book.will_wait)),
        Err(refusal) => format!(
            "{relation} · {}",
            words::refusal(locale, refusal, visit.now).title
        ),
    };
    let id = person.person.to_string();
    let checked = *chosen == id;
    view! {
        <label class="choice">
            <input type="radio" name="person" value=id checked=checked disabled=person.outcome.is_err() />
            <span><strong>{name}</strong><small>{note}</small></span>
        </label>
    }
}

async fn book(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (at, _) = gate::occurrence(&visit, &id, Action::BookForOthers).await?;
    let mut problems = Problems::none();
    let Some(request) = request(&visit, &at, &form, &mut problems).await? else {
        return people_page(&visit, at, &form, problems, None).await;
    };
    match bookings::book(visit.db(), &visit.once(&form)?, request).await {
        Ok(booked) => {
            let state = booked
                .bookings()
                .next()
                .map_or("saved", |booking| booking.state.as_str());
            Ok(redirect(&format!(
                "/staff/occurrences/{}?done={state}",
                at.id
            )))
        }
        Err(Error::Refused(refusal)) => {
            people_page(&visit, at, &form, problems, Some(refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The request, once account and person are known; none where something is wrong with the form.
async fn request(
    visit: &Visit,
    at: &OccurrenceView,
    form: &Form,
    problems: &mut Problems,
) -> Result<Option<BookRequest>, Fault> {
    let (locale, now, channel) = (visit.locale, visit.now, channel(form));
    let Ok(contact) = contact(form) else {
        return Ok(None);
    };
    // A name that was written down means somebody new, ticked or not.
    let chosen = form.get("person").or(form.get("name").map(|_| "new"));
    let (account, person) = match chosen {
        Some("new") => {
            let Some(newcomer) = newcomer(visit, form, problems) else {
                return Ok(None);
            };
            match desk::register(visit.db(), &visit.act(), &at.id, contact, newcomer).await {
                Ok(found) => found,
                Err(Error::Refused(refusal)) => {
                    problems.note(locale, &refusal, now);
                    return Ok(None);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Some(id) => {
            let person: PersonId = id.parse()?;
            let Contact::Phone(phone) = contact else {
                return Err(Refusal::NotFound.into());
            };
            match family(visit, &at.id, &phone, channel).await? {
                (Some(account), _) => (account, person),
                (None, _) => return Err(Refusal::NotFound.into()),
            }
        }
        None => {
            problems.note(locale, &Refusal::invalid("person", Reason::Missing), now);
            return Ok(None);
        }
    };
    Ok(Some(BookRequest {
        occurrence: at.id.clone(),
        account,
        people: vec![person],
        channel,
        fit: Fit::Together,
        may_wait: true,
    }))
}

/// Somebody new as the form has them; none where something is wrong with it.
pub(in crate::staff) fn newcomer(
    visit: &Visit,
    form: &Form,
    problems: &mut Problems,
) -> Option<Newcomer> {
    let (locale, now) = (visit.locale, visit.now);
    let name = problems.keep(locale, now, form.need("name").and_then(PersonName::parse));
    let year = form.need("birth_year").and_then(|text| {
        let bad = |_| Refusal::invalid("birth_year", Reason::NotANumber);
        domain::text::number(text)
            .parse()
            .map_err(bad)
            .and_then(|year| BirthYear::new(year, now))
    });
    let year = problems.keep(locale, now, year);
    let alone = form.is_on("no_phone");
    let relation = match alone {
        true => Relation::Myself,
        false => form.text("relation").parse().unwrap_or(Relation::Other),
    };
    let community = form.get("community").map(CommunityKey::parse).transpose();
    let community = problems.keep(locale, now, community);
    let consent = form.is_on("consent").then(|| Consent::given(now));
    let (name, birth_year, community) = (name?, year?, community?);
    if alone && needs_guardian(birth_year, now) {
        problems.note_text(
            "birth_year",
            td_string!(locale, staff.desk.child_needs_phone).to_owned(),
        );
        return None;
    }
    if needs_guardian(birth_year, now) && consent.is_none() {
        problems.note_text(
            "consent",
            td_string!(locale, staff.desk.consent_needed).to_owned(),
        );
        return None;
    }
    Some(Newcomer {
        name,
        birth_year,
        relation,
        community,
        consent,
    })
}
