//! Becoming a volunteer, and what is on record of one.

mod partner;
mod places;
mod time;

use super::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, ErrorSummary, Field, FormKey, NoticeBox, Problems, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};
use domain::{
    Reason, Refusal, availability::Availability, id::PersonId, time::Timestamp, training::Held,
    volunteer::Standing,
};
use leptos::prelude::*;
use std::collections::{BTreeSet, HashMap};
use store::{
    Error,
    people::{self, Person},
    trainings,
    volunteers::{self, Application, VolunteerView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/volunteer", get(show).post(apply))
        .route("/volunteer/leave", post(leave))
        .merge(places::routes())
        .merge(partner::routes())
        .merge(time::routes())
}

/// Who can ask, and what is on record.
struct Loaded {
    people: Vec<Person>,
    known: Vec<VolunteerView>,
    trainings: HashMap<PersonId, Vec<Held>>,
    now: Timestamp,
}

async fn load(visit: &Visit) -> Result<Option<Loaded>, crate::web::Fault> {
    if visit.account().is_err() {
        return Ok(None);
    }
    let account = gate::complete_account(visit).await?;
    Ok(Some(Loaded {
        people: people::list(visit.db(), &account.id).await?,
        known: volunteers::of_account(visit.db(), &account.id).await?,
        trainings: trainings::of_account(visit.db(), &account.id, visit.now).await?,
        now: visit.now,
    }))
}

async fn show(visit: Visit, form: Form) -> Answer {
    let loaded = load(&visit).await?;
    let told = match (form.is_on("asked"), form.is_on("left")) {
        (true, _) => Some(td_string!(visit.locale, volunteer.told_asked)),
        (_, true) => Some(td_string!(visit.locale, volunteer.told_left)),
        _ => None,
    };
    Ok(page(&visit, loaded, told, Problems::default()))
}

fn person(form: &Form) -> Result<PersonId, Refusal> {
    match form.text("person") {
        "" => Err(Refusal::invalid("person", Reason::NobodyChosen)),
        id => id.parse(),
    }
}

/// Skills as people write them: a word each, with commas, stops or spaces between.
fn skills(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c.is_whitespace() || "，、,；;".contains(c));
    let words = words.map(str::trim).filter(|word| !word.is_empty());
    words.map(ToOwned::to_owned).collect()
}

async fn apply(visit: Visit, form: Form) -> Answer {
    let account = gate::complete_account(&visit).await?;
    let asked = match person(&form) {
        Err(refusal) => Err(Error::Refused(refusal)),
        Ok(person) => {
            let application = Application {
                account: account.id,
                person: Some(person),
                center: visit.likely_center().cloned(),
                skills: Some(skills(form.text("skills"))),
            };
            volunteers::apply(visit.db(), &visit.once(&form)?, application).await
        }
    };
    match asked {
        Ok(_) => Ok(redirect("/volunteer?asked=1")),
        Err(Error::Refused(refusal)) if refusal != Refusal::Unauthenticated => {
            let mut problems = Problems::default();
            problems.note(visit.locale, &refusal, visit.now);
            let loaded = load(&visit).await?;
            Ok(page(&visit, loaded, None, problems))
        }
        Err(error) => Err(error.into()),
    }
}

async fn leave(visit: Visit, form: Form) -> Answer {
    let account = gate::complete_account(&visit).await?;
    let person = person(&form)?;
    match volunteers::leave(visit.db(), &visit.once(&form)?, &account.id, &person).await {
        Ok(_) => Ok(redirect("/volunteer?left=1")),
        Err(Error::Refused(Refusal::HasBookings { .. })) => {
            let mut problems = Problems::default();
            let text = td_string!(visit.locale, volunteer.leave_first).to_owned();
            problems.note_text("", text);
            let loaded = load(&visit).await?;
            Ok(page(&visit, loaded, None, problems))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(
    visit: &Visit,
    loaded: Option<Loaded>,
    told: Option<&'static str>,
    problems: Problems,
) -> Response {
    let locale = visit.locale;
    let back = gate::query("back", &visit.here);
    let center = visit.likely_center().cloned();
    let find = center
        .as_ref()
        .map(|center| format!("/centers/{center}/shifts"));
    let center = center.and_then(|id| Some(visit.site.centers().get(id.as_str())?.name.clone()));
    gate::answer(
        visit,
        td_string!(locale, volunteer.title),
        problems.any(),
        move || {
            let inner = match loaded {
            None => view! {
                <div class="action-bar">
                    <a class="button button-main button-wide" href=format!("/sign-in?{back}")>{td_string!(locale, volunteer.sign_in)}</a>
                </div>
            }
            .into_any(),
            Some(loaded) => inner(locale, loaded, center, &problems).into_any(),
        };
            view! {
                <div class="page-head">
                    <h1>{td_string!(locale, volunteer.title)}</h1>
                    <p class="lead">{td_string!(locale, volunteer.intro)}</p>
                </div>
                <ErrorSummary locale problems=problems.clone() />
                {told.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
                <ol class="rules">
                    <li>{td_string!(locale, volunteer.step_apply)}</li>
                    <li>{td_string!(locale, volunteer.step_probation)}</li>
                    <li>{td_string!(locale, volunteer.step_formal)}</li>
                </ol>
                {inner}
                {find.map(|href| view! { <p><a class="button" href=href>{td_string!(locale, shift.find)}</a></p> })}
            }
        },
    )
}

fn inner(
    locale: Locale,
    loaded: Loaded,
    center: Option<String>,
    problems: &Problems,
) -> impl IntoView + use<> {
    let serving: Vec<&VolunteerView> = loaded
        .known
        .iter()
        .filter(|view| view.standing != Standing::Left)
        .collect();
    let is_known = |person: &Person| serving.iter().any(|view| view.person_id == person.id);
    let others: Vec<(String, String)> = loaded
        .people
        .iter()
        .filter(|person| !is_known(person))
        .map(|person| (person.id.to_string(), person.name.as_str().to_owned()))
        .collect();
    let cards: Vec<_> = serving
        .into_iter()
        .map(|view| {
            let held = loaded.trainings.get(&view.person_id);
            record(locale, view, held.map_or(&[], Vec::as_slice), loaded.now)
        })
        .collect();
    let error = problems.of("person").or_else(|| problems.of("consent"));
    let skills_error = problems.of("skills");
    view! {
        {(!cards.is_empty()).then(|| view! { <ul class="stack">{cards}</ul> })}
        {(!others.is_empty()).then(|| match center {
            Some(center) => application(locale, center, others, error, skills_error).into_any(),
            None => view! {
                <div class="empty-state">
                    <p>{td_string!(locale, volunteer.choose_hint)}</p>
                    <a class="button button-main" href="/centers">{td_string!(locale, volunteer.choose)}</a>
                </div>
            }
            .into_any(),
        })}
    }
}

/// The form; the center that answers it is the one that the reader has chosen or looked at last.
fn application(
    locale: Locale,
    center: String,
    others: Vec<(String, String)>,
    error: Option<String>,
    skills_error: Option<String>,
) -> impl IntoView + use<> {
    view! {
        <section class="section" aria-labelledby="apply">
            <h2 id="apply">{td_string!(locale, volunteer.apply)}</h2>
            <p>{td_string!(locale, volunteer.center, center = center)}</p>
            <form class="form" method="post" action="/volunteer"><FormKey />
                <crate::ui::SelectField name="person" label=td_string!(locale, volunteer.who) options=others error=error />
                <Field name="skills" label=td_string!(locale, volunteer.skills) note=td_string!(locale, cancel.optional) hint=td_string!(locale, volunteer.skills_hint) error=skills_error maxlength=200 />
                <div class="action-bar">
                    <button class="button button-main button-wide" type="submit">{td_string!(locale, volunteer.send)}</button>
                </div>
            </form>
        </section>
    }
}

fn record(
    locale: Locale,
    view: &VolunteerView,
    held: &[Held],
    now: Timestamp,
) -> impl IntoView + use<> {
    let (tone, standing) = match view.standing {
        Standing::Applied => (Tone::Warn, td_string!(locale, volunteer.applied)),
        Standing::Probationary => (Tone::Good, td_string!(locale, volunteer.probationary)),
        Standing::Formal => (Tone::Good, td_string!(locale, volunteer.formal)),
        Standing::Left => (Tone::Plain, td_string!(locale, volunteer.left)),
    };
    let skills: Vec<String> = view.skills.iter().cloned().collect();
    let skills = (!skills.is_empty()).then(|| words::list(locale, &skills));
    let trainings: Vec<_> = held
        .iter()
        .map(|of| view! { <dd>{words::training(locale, of, now)}</dd> })
        .collect();
    let trainings = (!trainings.is_empty()).then(|| {
        view! { <dt>{td_string!(locale, volunteer.trainings)}</dt>{trainings} }
    });
    let speaks = words::languages(locale, &view.preferences.languages);
    let number = view.number().map(ToOwned::to_owned);
    let has_said = view
        .availability
        .as_ref()
        .is_some_and(Availability::offers_time);
    let time = match has_said {
        true => td_string!(locale, availability.change),
        false => td_string!(locale, availability.ask),
    };
    view! {
        <li class="card">
            <h2>{view.name.clone()}</h2>
            <p><Badge text=standing tone /></p>
            <dl class="facts">
                {number.map(|number| view! { <dt>{td_string!(locale, volunteer.number)}</dt><dd class="clock">{number}</dd> })}
                {skills.map(|skills| view! { <dt>{td_string!(locale, volunteer.skills)}</dt><dd>{skills}</dd> })}
                {speaks.map(|text| view! { <dt>{td_string!(locale, volunteer.speak)}</dt><dd>{text}</dd> })}
                {trainings}
            </dl>
            {view.standing.serves().then(|| view! {
                <p class="cluster">
                    <a class="button" href=format!("/volunteer/time?person={}", view.person_id)>{time}</a>
                    <a class="button" href=format!("/volunteer/places?person={}", view.person_id)>{td_string!(locale, volunteer.places)}</a>
                    <a class="button" href=partner::PAGE>{td_string!(locale, partner.link)}</a>
                </p>
            })}
            <form method="post" action="/volunteer/leave"><FormKey />
                <input type="hidden" name="person" value=view.person_id.to_string() />
                <button class="button button-quiet" type="submit">{td_string!(locale, volunteer.leave)}<span class="visually-hidden">" "{view.name.clone()}</span></button>
            </form>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::skills;

    #[test]
    fn skills_are_read_as_people_write_them() {
        let expected = ["急救", "粤语", "摄影"].map(str::to_owned).into();
        assert_eq!(skills("粤语，摄影、 急救"), expected);
        assert_eq!(skills("粤语;摄影,急救,粤语"), expected);
        assert!(skills(" ， ").is_empty());
    }
}
