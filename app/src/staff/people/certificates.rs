//! Certificates that a center makes out of the hours that it has recorded.

mod requests;

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Badge, DemoLabel, ErrorSummary, Field, FormKey, NoticeBox, Problems, SelectField, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};
use chrono::{Days, NaiveDate};
use domain::{
    Reason, Refusal,
    access::Action,
    certificate::Standing,
    id::{CenterId, PersonId},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error,
    certificates::{self, CertificateView, Volunteer, Wanted},
    page::{Limit, Part},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(
            "/staff/centers/{center}/certificates",
            get(show).post(issue),
        )
        .route(
            "/staff/centers/{center}/certificates/withdraw",
            post(withdraw),
        )
        .route(
            "/staff/centers/{center}/certificates/give",
            post(requests::give),
        )
        .route(
            "/staff/centers/{center}/certificates/decline",
            post(requests::decline),
        )
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let locale = visit.locale;
    let told = match form.get("done") {
        Some("withdrawn") => Some(td_string!(locale, certificate.withdrawn_told)),
        Some("declined") => Some(td_string!(locale, certificate.declined_told)),
        Some(_) => Some(td_string!(locale, certificate.made)),
        None => None,
    };
    page(&visit, &id, told, &Form::default(), Problems::default()).await
}

async fn page(
    visit: &Visit,
    id: &str,
    told: Option<&'static str>,
    form: &Form,
    problems: Problems,
) -> Answer {
    let center = gate::center(visit, id, Action::ViewBookings).await?;
    let (db, act, locale) = (visit.db(), visit.act(), visit.locale);
    let id = center.summary.id.clone();
    let keyring = visit.site.tickets().keyring;
    let part = Part::first(Limit::MOST);
    let given = certificates::of_center(db, &act, &keyring, &id, &part).await?;
    let people = certificates::volunteers_of(db, &id).await?;
    let asked = certificates::asked(db, &act, &id).await?;
    let place = center.summary.place();
    let may = visit.caller.may(Action::BookForOthers, &place).is_ok();
    let page = gate::page(visit, td_string!(locale, certificate.staff_title));
    let page = match problems.any() {
        true => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        false => page,
    };
    let (from, to) = (form.text("from").to_owned(), form.text("to").to_owned());
    let today = visit.now.day().to_string();
    let to = if to.is_empty() { today } else { to };
    let year = visit.now.plus(-365 * domain::time::DAY).day().to_string();
    let from = if from.is_empty() { year } else { from };
    let reader = visit.clone();
    Ok(page.render(move || {
        let base = format!("/staff/centers/{id}/certificates");
        let cards: Vec<_> = given
            .items
            .into_iter()
            .map(|view| card(&reader, &base, view, may, &problems))
            .collect();
        let any = !cards.is_empty();
        view! {
            <a class="back-link" href=format!("/staff/centers/{id}/hours")>{td_string!(locale, ledger.desk_title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, certificate.staff_title)}</h1>
                <p class="lead">{td_string!(locale, certificate.staff_intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {told.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            {requests::section(&reader, &base, asked, may, &problems)}
            {may.then(|| make(locale, &base, people, (from, to), &problems))}
            {any.then(|| view! { <ul class="stack">{cards}</ul> })}
        }
    }))
}

fn make(
    locale: Locale,
    base: &str,
    people: Vec<Volunteer>,
    (from, to): (String, String),
    problems: &Problems,
) -> AnyView {
    if people.is_empty() {
        return view! { <p class="lead">{td_string!(locale, certificate.no_volunteers)}</p> }
            .into_any();
    }
    let people: Vec<(String, String)> = people
        .into_iter()
        .map(|of| (of.id.to_string(), of.name))
        .collect();
    let (wrong_from, wrong_to) = (problems.of("from"), problems.of("to"));
    view! {
        <section class="section" aria-labelledby="give">
            <h2 id="give">{td_string!(locale, certificate.give)}</h2>
            <form class="form" method="post" action=base.to_owned()><FormKey />
                <SelectField name="person" label=td_string!(locale, certificate.who) options=people />
                <Field name="from" label=td_string!(locale, certificate.from) kind="date" value=from error=wrong_from />
                <Field name="to" label=td_string!(locale, certificate.to) kind="date" value=to error=wrong_to />
                <button class="button button-main" type="submit">{td_string!(locale, certificate.make)}</button>
            </form>
        </section>
    }
    .into_any()
}

/// The field of the reason for withdrawing a certificate.
fn field(number: &str) -> String {
    format!("reason-{number}")
}

fn standing(locale: Locale, standing: Standing) -> (&'static str, Tone) {
    match standing {
        Standing::Valid => (td_string!(locale, certificate.valid), Tone::Good),
        Standing::Corrected => (td_string!(locale, certificate.corrected), Tone::Warn),
        Standing::Withdrawn => (td_string!(locale, certificate.withdrawn), Tone::Plain),
        Standing::Forged => (td_string!(locale, certificate.forged), Tone::Bad),
    }
}

fn card(
    visit: &Visit,
    base: &str,
    view: CertificateView,
    may: bool,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (text, tone) = standing(locale, view.standing);
    let content = view.content;
    let number = content.number.clone();
    let name = field(&number);
    let error = problems.of(&name);
    let is_wrong = error.is_some();
    let withdraw = (may && view.standing != Standing::Withdrawn).then(|| {
        let number = number.clone();
        view! {
            <details class="disclosure" open=is_wrong>
                <summary>{td_string!(locale, certificate.withdraw)}<span class="visually-hidden">" "{number.clone()}</span></summary>
                <form class="form" method="post" action=format!("{base}/withdraw")><FormKey />
                    <input type="hidden" name="number" value=number />
                    <Field name=name label=td_string!(locale, certificate.withdraw_why) error=error maxlength=200 />
                    <button class="button button-danger" type="submit">{td_string!(locale, certificate.withdraw)}</button>
                </form>
            </details>
        }
    });
    view! {
        <li class="card">
            <h2>{content.name.clone()}" · "{words::duration(locale, content.verified_minutes)}</h2>
            <p class="clock"><a href=format!("/certificates/{number}")>{number.clone()}</a></p>
            <p class="cluster">
                <Badge text=text tone=tone />
                {content.demo.then(|| view! { <DemoLabel locale /> })}
                <a href=format!("/certificates/{number}.pdf")>{td_string!(locale, certificate.open_pdf)}<span class="visually-hidden">" "{number.clone()}</span></a>
            </p>
            {withdraw}
        </li>
    }
}

/// The beginning of a day that a form names.
fn day(form: &Form, name: &str) -> Result<NaiveDate, Refusal> {
    let wrong = || Refusal::invalid(name, Reason::NotADay);
    form.need(name)?.parse().map_err(|_| wrong())
}

fn wanted(center: &CenterId, form: &Form) -> Result<Wanted, Refusal> {
    let person: PersonId = form.need("person")?.parse()?;
    let last = day(form, "to")?;
    let after = last.checked_add_days(Days::new(1)).unwrap_or(last);
    Ok(Wanted {
        center: center.clone(),
        person,
        from: Timestamp::start_of(day(form, "from")?),
        to: Timestamp::start_of(after),
    })
}

async fn issue(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let center = center.summary.id;
    let tickets = visit.site.tickets();
    let made = match wanted(&center, &form) {
        Ok(wanted) => {
            let (db, act) = (visit.db(), visit.once(&form)?);
            certificates::issue(db, &act, &tickets.signer, &tickets.keyring, wanted).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    match made {
        Ok(_) => Ok(redirect(&format!(
            "/staff/centers/{center}/certificates?done=made"
        ))),
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            let mut problems = Problems::default();
            problems.note(visit.locale, &refusal, visit.now);
            page(&visit, &id, None, &form, problems).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn withdraw(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let number = form.need("number")?.to_owned();
    let name = field(&number);
    let keyring = visit.site.tickets().keyring;
    let act = visit.once(&form)?;
    match certificates::withdraw(visit.db(), &act, &keyring, &number, form.text(&name)).await {
        Ok(_) => Ok(redirect(&format!(
            "/staff/centers/{}/certificates?done=withdrawn",
            center.summary.id
        ))),
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            let mut problems = Problems::default();
            problems.note_at(&name, visit.locale, &refusal, visit.now);
            page(&visit, &id, None, &form, problems).await
        }
        Err(error) => Err(error.into()),
    }
}
