//! The holder's own details: name, birth year, community.

use super::gate;
use crate::{
    i18n::td_string,
    ui::{Communities, CommunityField, ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Form, Site, Visit, redirect},
};
use axum::{Router, routing::get};
use domain::{
    Reason,
    person::{BirthYear, PersonName},
    place::CommunityKey,
};
use leptos::prelude::*;
use store::accounts::{self, Profile};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/me/details", get(show).post(save))
}

/// The form as entered.
#[derive(Clone, Default)]
struct Entered {
    name: String,
    birth_year: String,
    community: String,
    back: String,
    known: bool,
}

async fn show(visit: Visit, form: Form) -> Answer {
    let account = visit.account()?;
    let account = accounts::find(visit.db(), &account).await?;
    let back = form.get("back").unwrap_or("/me/bookings").to_owned();
    let entered = match &account.holder {
        None => Entered {
            back,
            ..Entered::default()
        },
        Some(holder) => Entered {
            name: holder.name.as_str().to_owned(),
            birth_year: holder.birth_year.year().to_string(),
            community: holder
                .community
                .as_ref()
                .map_or(String::new(), |c| c.as_str().to_owned()),
            back,
            known: true,
        },
    };
    details_page(&visit, entered, Problems::default()).await
}

async fn save(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    let entered = Entered {
        name: form.text("name").to_owned(),
        birth_year: form.text("birth_year").to_owned(),
        community: form.text("community").to_owned(),
        back: form.get("back").unwrap_or("/me/bookings").to_owned(),
        known: form.is_on("known"),
    };
    let (locale, now) = (visit.locale, visit.now);
    let mut problems = Problems::default();
    let name = problems.keep(locale, now, PersonName::parse(&entered.name));
    let birth_year = problems.keep(locale, now, birth_year(&form, &visit));
    let community = match form.get("community") {
        Some(key) => problems.keep(locale, now, CommunityKey::parse(key)),
        None => None,
    };
    let (Some(name), Some(birth_year), false) = (name, birth_year, problems.any()) else {
        return details_page(&visit, entered, problems).await;
    };
    let profile = Profile {
        name,
        birth_year,
        community,
        center: visit.likely_center().cloned(),
    };
    match accounts::save_profile(visit.db(), &visit.act(), profile).await {
        Ok(_) => Ok(redirect(&entered.back)),
        Err(store::Error::Refused(refusal)) if refusal != domain::Refusal::Unauthenticated => {
            problems.note(locale, &refusal, now);
            details_page(&visit, entered, problems).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A birth year as entered.
pub(super) fn birth_year(form: &Form, visit: &Visit) -> Result<BirthYear, domain::Refusal> {
    let missing = || domain::Refusal::invalid("birth_year", Reason::Missing);
    let year = form.number::<i64>("birth_year")?.ok_or_else(missing)?;
    BirthYear::new(year, visit.now)
}

async fn details_page(visit: &Visit, entered: Entered, problems: Problems) -> Answer {
    let locale = visit.locale;
    let center = visit.likely_center();
    let communities = Communities::around(&visit.site, center, &entered.community);
    let refused = problems.any();
    Ok(gate::answer(
        visit,
        td_string!(locale, details.title),
        refused,
        move || {
            view! {
                <div class="page-head">
                    <h1>{td_string!(locale, details.title)}</h1>
                    <p class="lead">{td_string!(locale, details.lead)}</p>
                </div>
                <ErrorSummary locale problems=problems.clone() />
                <form class="form" method="post" action="/me/details"><FormKey />
                    <input type="hidden" name="back" value=entered.back.clone() />
                    {entered.known.then(|| view! { <input type="hidden" name="known" value="1" /> })}
                    <Field name="name" label=td_string!(locale, details.name) value=entered.name.clone()
                        error=problems.of("name") autocomplete="name" />
                    <Field name="birth_year" label=td_string!(locale, details.birth_year)
                        hint=td_string!(locale, details.birth_year_hint) value=entered.birth_year.clone()
                        error=problems.of("birth_year") inputmode="numeric" maxlength=6u16 class="input-short" autocomplete="bday-year" />
                    {(!communities.is_empty()).then(|| view! {
                        <CommunityField locale communities chosen=entered.community.clone()
                            hint=td_string!(locale, details.community_hint) optional=true />
                    })}
                    <div class="action-bar">
                        <button class="button button-main button-wide" type="submit">
                            {if entered.known { td_string!(locale, details.save) } else { td_string!(locale, details.save_and_go_on) }}
                        </button>
                    </div>
                </form>
            }
        },
    ))
}
