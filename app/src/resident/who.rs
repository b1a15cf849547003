//! Whoever signs in after a long silence says who they are before they see anything of the family: a
//! number that was given up has another owner after some months.

use super::{gate, me, sign_in::back};
use crate::{
    i18n::td_string,
    ui::{ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Form, Login, Site, Visit, redirect},
};
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};
use domain::{Refusal, person::PersonName};
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use store::{Error, holder};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/sign-in/who", get(ask).post(prove))
        .route("/sign-in/anew", post(begin_anew))
}

/// The page, and where it leads.
pub(super) fn page_of(back: &str) -> String {
    format!("/sign-in/who?{}", gate::query("back", back))
}

/// The session that is to be proven.
fn login(visit: &Visit) -> Result<&Login, Refusal> {
    let login = visit.login.as_ref().filter(|login| login.is_unproven);
    login.ok_or(Refusal::Unauthenticated)
}

async fn ask(visit: Visit, form: Form) -> Answer {
    match login(&visit) {
        Ok(_) => page(&visit, &form, Problems::none()).await,
        Err(_) => Ok(redirect(&back(&form))),
    }
}

async fn prove(visit: Visit, form: Form) -> Answer {
    let login = login(&visit)?.id.clone();
    let mut problems = Problems::none();
    let name = form.need("name").and_then(PersonName::parse);
    let name = problems.keep(visit.locale, visit.now, name);
    let year = problems.keep(visit.locale, visit.now, me::birth_year(&form, &visit));
    let (Some(name), Some(year)) = (name, year) else {
        return page(&visit, &form, problems).await;
    };
    match holder::prove(visit.db(), &visit.act(), &login, name, year).await {
        Ok(()) => Ok(redirect(&back(&form))),
        Err(Error::Refused(refusal @ (Refusal::NotTheHolder | Refusal::RateLimited { .. }))) => {
            problems.note(visit.locale, &refusal, visit.now);
            page(&visit, &form, problems).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn begin_anew(visit: Visit, form: Form) -> Answer {
    let login = login(&visit)?.id.clone();
    let locale = visit.locale.as_str();
    holder::begin_anew(visit.db(), &visit.act(), &login, locale).await?;
    Ok(redirect(&gate::details(&back(&form))))
}

async fn page(visit: &Visit, form: &Form, problems: Problems) -> Answer {
    let phone = holder::asked(visit.db(), &login(visit)?.id, visit.now).await?;
    Ok(shown(visit, form, problems, phone.masked()))
}

fn shown(visit: &Visit, form: &Form, problems: Problems, phone: String) -> Response {
    let locale = visit.locale;
    let back = back(form);
    let (name, year) = (
        form.text("name").to_owned(),
        form.text("birth_year").to_owned(),
    );
    gate::answer(
        visit,
        td_string!(locale, who.title),
        problems.any(),
        move || {
            view! {
                <div class="page-head">
                    <h1>{td_string!(locale, who.title)}</h1>
                    <p class="lead">{td_string!(locale, who.lead, phone = phone)}</p>
                </div>
                <ErrorSummary locale problems=problems.clone() />
                <form class="form" method="post" action="/sign-in/who"><FormKey />
                    <input type="hidden" name="back" value=back.clone() />
                    <Field name="name" label=td_string!(locale, who.name) value=name
                        error=problems.of("name") autocomplete="name" />
                    <Field name="birth_year" label=td_string!(locale, who.birth_year) value=year
                        hint=td_string!(locale, details.birth_year_hint) error=problems.of("birth_year")
                        inputmode="numeric" maxlength=6u16 class="input-short" autocomplete="bday-year" />
                    <div class="action-bar">
                        <button class="button button-main button-wide" type="submit">{td_string!(locale, who.go_on)}</button>
                    </div>
                </form>
                <section class="section" aria-labelledby="anew">
                    <h2 id="anew">{td_string!(locale, who.anew_title)}</h2>
                    <p>{td_string!(locale, who.anew_text)}</p>
                    <form method="post" action="/sign-in/anew"><FormKey />
                        <input type="hidden" name="back" value=back />
                        <button class="button" type="submit">{td_string!(locale, who.anew)}</button>
                    </form>
                </section>
            }
        },
    )
}
