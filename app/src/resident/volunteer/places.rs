//! Where a volunteer likes to serve beside their own center, and the languages that they speak.

use super::time::named;
use crate::{
    i18n::{Locale, td_string},
    resident::{gate, place},
    ui::{Chip, Choice, ErrorSummary, Field, FormKey, NoticeBox, Problems, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, response::Response, routing::get};
use domain::{
    Refusal,
    id::CenterId,
    preferences::{Language, Preferences},
};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::{
    Error,
    volunteers::{self, VolunteerView},
};

/// So many centers next door are offered.
const NEXT_DOOR: usize = 4;
/// So many that were found by a word.
const FOUND: usize = 8;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/volunteer/places", get(show).post(save))
}

/// A center that can be ticked.
struct Offer {
    id: CenterId,
    name: String,
    place: String,
}

/// What the page shows of somebody.
struct Shown {
    said: Preferences,
    /// What was looked for; may be empty.
    typed: String,
    saved: bool,
    problems: Problems,
}

async fn show(visit: Visit, form: Form) -> Answer {
    let (_, volunteer) = named(&visit, &form).await?;
    let shown = Shown {
        said: volunteer.preferences.clone(),
        typed: form.text("q").to_owned(),
        saved: form.is_on("saved"),
        problems: Problems::none(),
    };
    Ok(page(&visit, volunteer, shown))
}

fn read(form: &Form) -> Result<Preferences, Refusal> {
    Ok(Preferences {
        centers: form
            .all("center")
            .map(str::parse)
            .collect::<Result<_, _>>()?,
        languages: form
            .all("language")
            .map(str::parse)
            .collect::<Result<_, _>>()?,
    })
}

async fn save(visit: Visit, form: Form) -> Answer {
    let (account, volunteer) = named(&visit, &form).await?;
    let person = volunteer.person_id.clone();
    let said = read(&form)?;
    let act = visit.once(&form)?;
    match volunteers::set_preferences(visit.db(), &act, &account, &person, said.clone()).await {
        Ok(_) => Ok(redirect(&format!(
            "/volunteer/places?person={person}&saved=1"
        ))),
        Err(Error::Refused(refusal)) => {
            let mut problems = Problems::none();
            problems.note(visit.locale, &refusal, visit.now);
            let shown = Shown {
                said,
                typed: String::new(),
                saved: false,
                problems,
            };
            Ok(page(&visit, volunteer, shown))
        }
        Err(error) => Err(error.into()),
    }
}

/// The centers that can be ticked: those that are, those that were found, and those next door to
/// their own. Their own needs no tick.
fn offers(visit: &Visit, volunteer: &VolunteerView, shown: &Shown) -> Vec<Offer> {
    let all = visit.site.centers();
    let own = volunteer.center_id.as_ref();
    let mut ids: Vec<CenterId> = shown.said.centers.iter().cloned().collect();
    let hits = all.index().find(&shown.typed, FOUND);
    ids.extend(hits.iter().filter_map(|hit| hit.entry.id.parse().ok()));
    if let Some(near) = own.or(visit.likely_center()) {
        let around = place::around(&all, near, NEXT_DOOR);
        ids.extend(around.into_iter().map(|near| near.id));
    }
    let mut seen = BTreeSet::new();
    let offers = ids
        .into_iter()
        .filter(|id| Some(id) != own && seen.insert(id.clone()));
    let offers = offers.filter_map(|id| {
        let center = all.get(id.as_str())?;
        Some(Offer {
            name: center.name.clone(),
            place: format!("{} · {}", center.district, center.subdistrict),
            id,
        })
    });
    offers.collect()
}

fn page(visit: &Visit, volunteer: VolunteerView, shown: Shown) -> Response {
    let locale = visit.locale;
    let offers = offers(visit, &volunteer, &shown);
    let all = visit.site.centers();
    let nothing = !shown.typed.is_empty() && all.index().find(&shown.typed, 1).is_empty();
    let title = td_string!(locale, volunteer.places);
    gate::answer(visit, title, shown.problems.any(), move || {
        let Shown {
            said,
            typed,
            saved,
            problems,
        } = shown;
        let person = volunteer.person_id.to_string();
        view! {
            <a class="back-link" href="/volunteer">{td_string!(locale, volunteer.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, volunteer.places_intro, name = volunteer.name.clone())}</p>
            </div>
            {saved.then(|| view! { <NoticeBox title=td_string!(locale, volunteer.places_saved) tone=Tone::Good fresh=true /> })}
            <ErrorSummary locale problems=problems.clone() />
            {nothing.then(|| view! { <NoticeBox title=td_string!(locale, volunteer.places_none) /> })}
            <form class="form" method="post" action="/volunteer/places"><FormKey />
                <input type="hidden" name="person" value=person.clone() />
                {ticked(locale, offers, &said, problems.of("centers"))}
                {spoken(locale, &said)}
                <div class="action-bar">
                    <button class="button button-main button-wide" type="submit">{td_string!(locale, volunteer.places_save)}</button>
                </div>
            </form>
            <form class="form" method="get" action="/volunteer/places" role="search">
                <input type="hidden" name="person" value=person />
                <Field name="q" label=td_string!(locale, volunteer.places_find) hint=td_string!(locale, volunteer.places_find_hint) value=typed maxlength=40 />
                <button class="button" type="submit">{td_string!(locale, finder.search)}</button>
            </form>
        }
    })
}

fn ticked(
    locale: Locale,
    offers: Vec<Offer>,
    said: &Preferences,
    error: Option<String>,
) -> Option<impl IntoView + use<>> {
    let rows: Vec<_> = offers
        .into_iter()
        .map(|offer| {
            let checked = said.centers.contains(&offer.id);
            view! { <Choice name="center" value=offer.id.to_string() label=offer.name note=offer.place checked=checked /> }
        })
        .collect();
    (!rows.is_empty() || error.is_some()).then(|| {
        view! {
            <fieldset class="form-field" id="centers">
                <legend>{td_string!(locale, volunteer.places_chosen)}</legend>
                {error.map(|text| view! { <p class="field-error">{text}</p> })}
                {rows}
            </fieldset>
        }
    })
}

fn spoken(locale: Locale, said: &Preferences) -> impl IntoView + use<> {
    let chips: Vec<_> = Language::ALL
        .iter()
        .map(|&language| {
            let checked = said.languages.contains(&language);
            view! { <Chip name="language" value=language.as_str() label=words::language(locale, language) checked=checked /> }
        })
        .collect();
    view! {
        <fieldset class="form-field">
            <legend>{td_string!(locale, volunteer.speak)}</legend>
            <div class="chips">{chips}</div>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ticked_is_read() {
        let form = |text: &str| Form::parse(text.as_bytes());
        let said = read(&form("center=SZ440303001-02&language=yue&language=sign")).unwrap();
        assert_eq!(said.languages, [Language::Cantonese, Language::Sign].into());
        assert_eq!(said.centers.len(), 1);
        assert!(read(&form("language=klingon")).is_err());
    }
}
