//! The family that an account books for; children only with a guardian's consent (C-144).

use super::{
    gate, me,
    tabs::{Tab, Tabs},
};
use crate::{
    i18n::{Locale, td_string},
    ui::{ErrorSummary, Field, FormKey, Problems, SelectField},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::{
    Reason, Refusal,
    id::{AccountId, PersonId},
    person::{CONSENT_VERSION, Consent, NewPerson, PersonName, Relation},
};
use leptos::prelude::*;
use store::people::{self, Person};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/me/family", get(list).post(add))
        .route("/me/family/add", get(ask))
        .route("/me/family/{id}", get(show).post(edit))
        .route("/me/family/{id}/remove", post(remove))
}

/// The form as entered.
#[derive(Clone, Default)]
struct Entered {
    id: Option<PersonId>,
    name: String,
    birth_year: String,
    relation: Option<Relation>,
    consent: bool,
    consented: Option<String>,
    back: String,
    /// Whether to ask if this is another person than one who looks the same.
    has_namesake: bool,
}

impl Entered {
    fn of_form(form: &Form, id: Option<PersonId>) -> Self {
        Self {
            id,
            name: form.text("name").to_owned(),
            birth_year: form.text("birth_year").to_owned(),
            relation: form.get("relation").and_then(|text| text.parse().ok()),
            consent: form.is_on("consent"),
            consented: None,
            back: form.get("back").unwrap_or("/me/family").to_owned(),
            has_namesake: false,
        }
    }
}

async fn list(visit: Visit) -> Answer {
    let account = gate::complete_account(&visit).await?;
    let family = people::list(visit.db(), &account.id).await?;
    let unread = store::messages::unread(visit.db(), &account.id).await?;

    let locale = visit.locale;
    Ok(gate::answer(
        &visit,
        td_string!(locale, mine.family),
        false,
        move || {
            let rows: Vec<_> = family
                .into_iter()
                .map(|person| row(locale, person))
                .collect();
            view! {
                <Tabs locale current=Tab::Family unread=unread as usize />
                <div class="page-head"><h1>{td_string!(locale, mine.family)}</h1></div>
                <ul class="row-list">{rows}</ul>
                <div class="action-bar">
                    <a class="button button-main button-wide" href="/me/family/add">{td_string!(locale, family.add)}</a>
                </div>
                <p><a class="button button-quiet" href="/me/data">{td_string!(locale, data.from_mine)}</a></p>
                <form method="post" action="/sign-out"><FormKey />
                    <button class="button button-quiet" type="submit">{td_string!(locale, family.sign_out)}</button>
                </form>
            }
        },
    ))
}

fn row(locale: Locale, person: Person) -> impl IntoView + use<> {
    let is_holder = person.relation == Relation::Myself;
    let href = if is_holder {
        "/me/details?back=/me/family".to_owned()
    } else {
        format!("/me/family/{}", person.id)
    };
    let mut facts =
        vec![td_string!(locale, family.born, year = person.birth_year.year()).to_string()];
    facts.push(words::relation(locale, person.relation).to_owned());
    if let Some(at) = person.consent_at {
        facts.push(
            td_string!(
                locale,
                family.consented,
                day = words::day_short(locale, at.day())
            )
            .to_string(),
        );
    }
    let name = person.name.as_str().to_owned();
    view! {
        <li>
            <div class="row">
                <span class="row-text"><strong>{name.clone()}</strong><small>{facts.join(" · ")}</small></span>
                <a class="button button-quiet" href=href>
                    {td_string!(locale, family.edit)}<span class="visually-hidden">" "{name}</span>
                </a>
            </div>
        </li>
    }
}

async fn ask(visit: Visit, form: Form) -> Answer {
    gate::complete_account(&visit).await?;
    let entered = Entered {
        relation: Some(Relation::Child),
        ..Entered::of_form(&form, None)
    };
    Ok(person_page(&visit, entered, Problems::default()))
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let (_, person) = load(&visit, &id).await?;
    let locale = visit.locale;
    let consented = person.consent_at.map(|at| {
        td_string!(
            locale,
            family.consented,
            day = words::day_short(locale, at.day())
        )
        .to_string()
    });
    let entered = Entered {
        id: Some(person.id),
        name: person.name.as_str().to_owned(),
        birth_year: person.birth_year.year().to_string(),
        relation: Some(person.relation),
        consent: false,
        consented,
        back: "/me/family".to_owned(),
        has_namesake: false,
    };
    Ok(person_page(&visit, entered, Problems::default()))
}

async fn load(visit: &Visit, id: &str) -> Result<(AccountId, Person), Fault> {
    let account = visit.account()?;
    let id: PersonId = id.parse()?;
    let person = people::find(visit.db(), &account, &id).await?;
    Ok((account, person))
}

fn parse(
    visit: &Visit,
    form: &Form,
    entered: &Entered,
    problems: &mut Problems,
) -> Option<NewPerson> {
    let (locale, now) = (visit.locale, visit.now);
    let name = problems.keep(locale, now, PersonName::parse(&entered.name));
    let birth_year = problems.keep(locale, now, me::birth_year(form, visit));
    let missing = Refusal::invalid("relation", Reason::Missing);
    let relation = problems.keep(locale, now, entered.relation.ok_or(missing));
    Some(NewPerson {
        name: name?,
        birth_year: birth_year?,
        relation: relation?,
        community: None,
        consent: entered.consent.then(|| Consent::given(now)),
    })
}

async fn add(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    save(visit, form, None).await
}

async fn edit(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (_, person) = load(&visit, &id).await?;
    save(visit, form, Some(person)).await
}

async fn save(visit: Visit, form: Form, before: Option<Person>) -> Answer {
    let entered = Entered::of_form(&form, before.as_ref().map(|p| p.id.clone()));
    let mut problems = Problems::default();
    let Some(new) = parse(&visit, &form, &entered, &mut problems) else {
        return Ok(person_page(&visit, entered, problems));
    };
    let saved = match before {
        None => {
            people::add(
                visit.db(),
                &visit.once(&form)?,
                new,
                form.is_on("is_another"),
            )
            .await
        }
        Some(person) => {
            let new = NewPerson {
                community: person.community,
                ..new
            };
            people::edit(visit.db(), &visit.once(&form)?, person.id, new).await
        }
    };
    match saved {
        Ok(_) => Ok(redirect(&entered.back)),
        Err(store::Error::Refused(refusal)) if refusal != Refusal::Unauthenticated => {
            problems.note(visit.locale, &refusal, visit.now);
            let entered = Entered {
                has_namesake: refusal == Refusal::Namesake,
                ..entered
            };
            Ok(person_page(&visit, entered, problems))
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove(visit: Visit, Path(id): Path<String>) -> Answer {
    let (_, person) = load(&visit, &id).await?;
    people::remove(visit.db(), &visit.act(), person.id).await?;
    Ok(redirect("/me/family"))
}

fn person_page(visit: &Visit, entered: Entered, problems: Problems) -> Response {
    let locale = visit.locale;
    let refused = problems.any();
    let title = if entered.id.is_some() {
        td_string!(locale, family.edit_title)
    } else {
        td_string!(locale, family.add)
    };
    gate::answer(visit, title, refused, move || {
        let action = entered
            .id
            .as_ref()
            .map_or("/me/family".to_owned(), |id| format!("/me/family/{id}"));
        let remove = entered
            .id
            .as_ref()
            .map(|id| format!("/me/family/{id}/remove"));
        view! {
            <a class="back-link" href="/me/family">{td_string!(locale, mine.family)}</a>
            <div class="page-head"><h1>{title}</h1></div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=action><FormKey />
                <input type="hidden" name="back" value=entered.back.clone() />
                {entered.has_namesake.then(|| view! {
                    <label class="choice">
                        <input type="checkbox" name="is_another" value="1" />
                        <span><strong>{td_string!(locale, family.is_another)}</strong></span>
                    </label>
                })}
                <Field name="name" label=td_string!(locale, details.name) value=entered.name.clone()
                    error=problems.of("name") autocomplete="off" />
                <Field name="birth_year" label=td_string!(locale, details.birth_year)
                    hint=td_string!(locale, details.birth_year_hint) value=entered.birth_year.clone()
                    error=problems.of("birth_year") inputmode="numeric" maxlength=6u16 class="input-short" autocomplete="off" />
                {relation_field(locale, entered.relation)}
                {consent_field(locale, &entered, problems.of("consent"))}
                <div class="action-bar">
                    <button class="button button-main button-wide" type="submit">{td_string!(locale, details.save)}</button>
                </div>
            </form>
            {remove.map(|action| view! {
                <form method="post" action=action><FormKey />
                    <button class="button button-quiet" type="submit">{td_string!(locale, family.remove)}</button>
                </form>
            })}
        }
    })
}

fn relation_field(locale: Locale, chosen: Option<Relation>) -> impl IntoView {
    let options = Relation::ALL
        .iter()
        .filter(|relation| **relation != Relation::Myself)
        .map(|relation| {
            (
                relation.as_str().to_owned(),
                words::relation(locale, *relation).to_owned(),
            )
        })
        .collect();
    let chosen = chosen
        .map(|relation| relation.as_str().to_owned())
        .unwrap_or_default();
    view! { <SelectField name="relation" label=td_string!(locale, family.relation) options selected=chosen /> }
}

fn consent_field(
    locale: Locale,
    entered: &Entered,
    error: Option<String>,
) -> impl IntoView + use<> {
    let invalid = error.is_some();
    let checked = entered.consent;
    let consented = entered.consented.clone();
    view! {
        <fieldset class="form-field" id="consent" aria-describedby=invalid.then_some("consent-error")>
            <legend>{td_string!(locale, family.consent)}</legend>
            {consented.map(|text| view! { <p class="hint">{text}</p> })}
            <div class="consent text small" tabindex="0" role="region" aria-label=td_string!(locale, family.consent_version)>
                <p>{td_string!(locale, family.consent_keep)}</p>
                <p>{td_string!(locale, family.consent_withdraw)}</p>
                <p>{td_string!(locale, family.consent_version)}</p>
            </div>
            {error.map(|error| view! { <p class="field-error" id="consent-error">{error}</p> })}
            <label class="choice">
                <input type="checkbox" name="consent" value=CONSENT_VERSION checked=checked />
                <span><strong>{td_string!(locale, family.consent_give)}</strong><small>{td_string!(locale, family.consent_when)}</small></span>
            </label>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_that_pages_show_names_the_version_that_is_kept() {
        let named = |locale: Locale| td_string!(locale, family.consent_version);
        assert!(named(Locale::en).contains(CONSENT_VERSION));
        let (year, number) = CONSENT_VERSION.split_once('-').unwrap();
        let zh = named(Locale::zh_CN);
        assert!(
            zh.contains(year) && zh.contains(&format!("第 {number} 版")),
            "{zh}"
        );
    }
}
