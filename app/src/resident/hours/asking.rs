//! Asking a center for a certificate, with what became of it.

use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Field, FormKey, Problems, SelectField, Tone},
    web::{Answer, Form, Visit, redirect},
    words,
};
use domain::{
    Refusal,
    certificate::{Ended, Which},
    id::{CenterId, PersonId},
};
use leptos::prelude::*;
use store::{
    Error,
    certificates::{self, Asking, Offer, RequestView},
};

/// Where it is sent.
pub(super) const PATH: &str = "/me/hours/certificates";

/// The field of what a certificate is for.
fn field(center: &CenterId) -> String {
    format!("purpose-{center}")
}

/// The field of which hours it is to tell of.
fn choice(center: &CenterId) -> String {
    format!("which-{center}")
}

/// What can be asked of each center.
pub(super) fn section(
    visit: &Visit,
    person: Option<&PersonId>,
    offers: Vec<Offer>,
    problems: &Problems,
) -> Option<AnyView> {
    let person = person?;
    let cards: Vec<_> = offers
        .into_iter()
        .map(|offer| card(visit, person, offer, problems))
        .collect();
    (!cards.is_empty()).then(|| view! { <ul class="stack">{cards}</ul> }.into_any())
}

fn card(
    visit: &Visit,
    person: &PersonId,
    offer: Offer,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let open = offer.open().map(|open| {
        let day = words::day_near(locale, open.asked_at.day(), visit.now);
        view! { <p><Badge text=td_string!(locale, certificate.ask_open, day) tone=Tone::Warn /></p> }
    });
    let declined = offer.last.as_ref().and_then(declined(locale));
    let act = match (open.is_some(), offer.whole) {
        (true, _) => ().into_any(),
        (false, None) => view! { <p>{td_string!(locale, certificate.ask_nothing)}</p> }.into_any(),
        (false, Some(whole)) => form(locale, person, &offer, whole, problems).into_any(),
    };
    view! {
        <li class="card">
            <h3>{offer.center_name.clone()}</h3>
            {open}
            {declined}
            {act}
        </li>
    }
}

fn declined(locale: Locale) -> impl Fn(&RequestView) -> Option<AnyView> {
    move |last| {
        let reason = last.reason.clone();
        let is_declined = last.ended == Some(Ended::Declined);
        is_declined.then(|| {
            view! { <p>{td_string!(locale, certificate.ask_declined, reason)}</p> }.into_any()
        })
    }
}

fn form(
    locale: Locale,
    person: &PersonId,
    offer: &Offer,
    whole: i64,
    problems: &Problems,
) -> impl IntoView + use<> {
    let name = field(&offer.center);
    let error = problems.of(&name);
    let said = |minutes| words::duration(locale, minutes);
    let which = match offer.new.filter(|new| *new != whole) {
        Some(new) => {
            let options = vec![
                (
                    Which::New.to_string(),
                    td_string!(locale, certificate.ask_new, duration = said(new)),
                ),
                (
                    Which::Whole.to_string(),
                    td_string!(locale, certificate.ask_whole, duration = said(whole)),
                ),
            ];
            view! { <SelectField name=choice(&offer.center) label=td_string!(locale, certificate.ask_which) options=options /> }
                .into_any()
        }
        None => view! {
            <p>{td_string!(locale, certificate.ask_can, duration = said(whole))}</p>
            <input type="hidden" name=choice(&offer.center) value=Which::Whole.as_str() />
        }
        .into_any(),
    };
    view! {
        <form class="form" method="post" action=PATH><FormKey />
            <input type="hidden" name="person" value=person.to_string() />
            <input type="hidden" name="center" value=offer.center.to_string() />
            {which}
            <Field name=name label=td_string!(locale, certificate.ask_purpose) note=td_string!(locale, certificate.ask_optional)
                hint=td_string!(locale, certificate.ask_purpose_hint) error=error maxlength=60 />
            <button class="button button-main" type="submit">{td_string!(locale, certificate.ask)}<span class="visually-hidden">" "{offer.center_name.clone()}</span></button>
        </form>
    }
}

pub(super) async fn ask(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    let person: PersonId = form.need("person")?.parse()?;
    let center: CenterId = form.need("center")?.parse()?;
    let name = field(&center);
    let asking = Asking {
        person: person.clone(),
        which: form.need(&choice(&center))?.parse()?,
        purpose: form.text(&name).to_owned(),
        center,
    };
    let act = visit.once(&form)?;
    match certificates::ask(visit.db(), &act, asking).await {
        Ok(_) => Ok(redirect(&format!("/me/hours?asked=1&person={person}"))),
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            let mut problems = Problems::default();
            problems.note_at(&name, visit.locale, &refusal, visit.now);
            super::page(&visit, Some(person), None, problems).await
        }
        Err(error) => Err(error.into()),
    }
}
