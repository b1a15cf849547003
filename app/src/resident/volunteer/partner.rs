//! Partners: asking somebody by telephone number, agreeing, and ending it.

use crate::{
    i18n::{Locale, td_string},
    resident::gate,
    ui::{ErrorSummary, Field, FormKey, NoticeBox, Problems, SelectField, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect},
};
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};
use domain::{Refusal, id::PersonId, person::Phone};
use leptos::prelude::*;
use store::{
    Error,
    partners::{self, Asking, Partner, Partners},
    volunteers,
};

/// The address of the page.
pub(super) const PAGE: &str = "/volunteer/partner";

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/volunteer/partner", get(show).post(ask))
        .route("/volunteer/partner/answer", post(answer))
        .route("/volunteer/partner/end", post(end))
        .route("/volunteer/partner/take-back", post(take_back))
}

/// What the page shows.
struct Loaded {
    partners: Partners,
    /// Who of the account serves, and can ask.
    serving: Vec<(PersonId, String)>,
}

async fn load(visit: &Visit) -> Result<Loaded, Fault> {
    let account = gate::complete_account(visit).await?;
    let known = volunteers::of_account(visit.db(), &account.id).await?;
    let serving = known.into_iter().filter(|view| view.standing.serves());
    Ok(Loaded {
        partners: partners::of_account(visit.db(), &account.id, visit.now).await?,
        serving: serving.map(|view| (view.person_id, view.name)).collect(),
    })
}

fn told(locale: Locale, form: &Form) -> Option<&'static str> {
    let said = [
        ("asked", td_string!(locale, partner.told_asked)),
        ("agreed", td_string!(locale, partner.told_agreed)),
        ("declined", td_string!(locale, partner.told_declined)),
        ("ended", td_string!(locale, partner.told_ended)),
        ("back", td_string!(locale, partner.told_back)),
    ];
    let mut said = said.into_iter();
    said.find_map(|(name, words)| form.is_on(name).then_some(words))
}

async fn show(visit: Visit, form: Form) -> Answer {
    let loaded = load(&visit).await?;
    let told = told(visit.locale, &form);
    Ok(page(&visit, loaded, &form, told, Problems::none()))
}

/// Does what a form asks for, or shows the page with why not.
async fn done(
    visit: &Visit,
    form: &Form,
    outcome: Result<(), Error>,
    (field, then): (&str, &str),
) -> Answer {
    match outcome {
        Ok(()) => Ok(redirect(&format!("{PAGE}?{then}=1"))),
        Err(Error::Refused(refusal))
            if !matches!(refusal, Refusal::NotFound | Refusal::Unauthenticated) =>
        {
            let mut problems = Problems::none();
            match &refusal {
                Refusal::Invalid { .. } => problems.note(visit.locale, &refusal, visit.now),
                other => problems.note_at(field, visit.locale, other, visit.now),
            }
            let loaded = load(visit).await?;
            Ok(page(visit, loaded, form, None, problems))
        }
        Err(error) => Err(error.into()),
    }
}

async fn ask(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    let asked = async {
        let phone = form.need("phone").and_then(Phone::parse)?;
        let person: PersonId = form.need("person")?.parse()?;
        partners::ask(visit.db(), &visit.once(&form)?, person, phone).await
    };
    let asked = asked.await;
    done(&visit, &form, asked, ("phone", "asked")).await
}

async fn answer(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    let asker: PersonId = form.need("asker")?.parse()?;
    let agrees = form.is_on("yes");
    let said = partners::answer(visit.db(), &visit.once(&form)?, asker, agrees).await;
    let then = if agrees { "agreed" } else { "declined" };
    done(&visit, &form, said, ("", then)).await
}

async fn end(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    let (person, other) = (form.need("person")?.parse()?, form.need("other")?.parse()?);
    partners::end(visit.db(), &visit.once(&form)?, person, other).await?;
    Ok(redirect(&format!("{PAGE}?ended=1")))
}

async fn take_back(visit: Visit, form: Form) -> Answer {
    visit.account()?;
    partners::take_back(visit.db(), &visit.once(&form)?).await?;
    Ok(redirect(&format!("{PAGE}?back=1")))
}

fn page(
    visit: &Visit,
    loaded: Loaded,
    form: &Form,
    told: Option<&'static str>,
    problems: Problems,
) -> Response {
    let locale = visit.locale;
    let entered = form.text("phone").to_owned();
    let title = td_string!(locale, partner.title);
    gate::answer(visit, title, problems.any(), move || {
        let several = loaded.serving.len() > 1;
        let asking: Vec<_> = loaded
            .partners
            .asking
            .iter()
            .map(|of| asking(locale, of))
            .collect();
        let agreed: Vec<_> = loaded
            .partners
            .agreed
            .iter()
            .map(|of| agreed(locale, of, several))
            .collect();
        let inner = match loaded.serving.is_empty() {
            true => view! {
                <p>{td_string!(locale, partner.volunteers_only)}</p>
                <div class="action-bar"><a class="button button-main button-wide" href="/volunteer">{td_string!(locale, volunteer.apply)}</a></div>
            }
            .into_any(),
            false => asks(locale, loaded.serving, entered, &problems).into_any(),
        };
        view! {
            <a class="back-link" href="/volunteer">{td_string!(locale, volunteer.title)}</a>
            {told.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, partner.intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {asking}
            {(!agreed.is_empty()).then(|| view! { <ul class="stack">{agreed}</ul> })}
            {inner}
        }
    })
}

/// Somebody who asks, with the two answers.
fn asking(locale: Locale, of: &Asking) -> impl IntoView + use<> {
    let title = td_string!(locale, partner.asks, person = &of.name);
    let (action, asker) = (format!("{PAGE}/answer"), of.person.to_string());
    view! {
        <NoticeBox title=title text=td_string!(locale, partner.asks_hint) tone=Tone::Good>
            <form class="cluster" method="post" action=action><FormKey />
                <input type="hidden" name="asker" value=asker />
                <button class="button button-main" type="submit" name="yes" value="1">{td_string!(locale, partner.agree)}</button>
                <button class="button button-quiet" type="submit">{td_string!(locale, partner.decline)}</button>
            </form>
        </NoticeBox>
    }
}

/// A partner, and for whom of the account where there are several.
fn agreed(locale: Locale, of: &Partner, several: bool) -> impl IntoView + use<> {
    let whose = several.then(|| td_string!(locale, partner.of, person = &of.person_name));
    view! {
        <li class="card">
            <h2>{of.other_name.clone()}</h2>
            {whose.map(|whose| view! { <p>{whose}</p> })}
            <form method="post" action=format!("{PAGE}/end")><FormKey />
                <input type="hidden" name="person" value=of.person.to_string() />
                <input type="hidden" name="other" value=of.other.to_string() />
                <button class="button button-quiet" type="submit">{td_string!(locale, partner.end)}<span class="visually-hidden">" "{of.other_name.clone()}</span></button>
            </form>
        </li>
    }
}

fn asks(
    locale: Locale,
    serving: Vec<(PersonId, String)>,
    entered: String,
    problems: &Problems,
) -> impl IntoView + use<> {
    let several = serving.len() > 1;
    let options: Vec<(String, String)> = serving
        .into_iter()
        .map(|(person, name)| (person.to_string(), name))
        .collect();
    let only = options
        .first()
        .map(|(id, _)| id.clone())
        .unwrap_or_default();
    let who = match several {
        true => {
            view! { <SelectField name="person" label=td_string!(locale, volunteer.who) options /> }
                .into_any()
        }
        false => view! { <input type="hidden" name="person" value=only /> }.into_any(),
    };
    view! {
        <section class="section" aria-labelledby="ask">
            <h2 id="ask">{td_string!(locale, partner.ask)}</h2>
            <form class="form" method="post" action=PAGE><FormKey />
                {who}
                <Field name="phone" kind="tel" inputmode="numeric" label=td_string!(locale, partner.phone) hint=td_string!(locale, partner.seen) value=entered error=problems.of("phone") maxlength=20 required=true />
                <div class="action-bar">
                    <button class="button button-main button-wide" type="submit">{td_string!(locale, partner.send)}</button>
                </div>
            </form>
            <form method="post" action=format!("{PAGE}/take-back")><FormKey />
                <button class="button button-quiet" type="submit">{td_string!(locale, partner.take_back)}</button>
            </form>
        </section>
    }
}
