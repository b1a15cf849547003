//! My hours: what is verified, what was entered and what waits, apart; and objecting to an entry.

mod asking;
mod thanks;
mod way;

use super::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, DemoLabel, ErrorSummary, FormKey, NoticeBox, Problems, Row, TextArea, Tone},
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
    Refusal,
    hours::{self as rules, PROBATION, State, Totals},
    id::{HourEntryId, PersonId},
    volunteer::Standing,
};
use leptos::prelude::*;
use store::{
    Error,
    certificates::{self, CertificateView},
    hours::{self, EntryView, Mine},
    page::{Limit, Part},
    volunteers::{self, VolunteerView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/me/hours", get(show))
        .route("/me/hours/{id}/object", post(object))
        .route(asking::PATH, post(asking::ask))
}

async fn show(visit: Visit, form: Form) -> Answer {
    let person = form.get("person").map(str::parse::<PersonId>);
    let asked = form
        .is_on("asked")
        .then(|| td_string!(visit.locale, certificate.ask_sent));
    let told = form
        .is_on("objected")
        .then(|| td_string!(visit.locale, ledger.object_told));
    let told = told.or(asked);
    page(&visit, person.transpose()?, told, Problems::default()).await
}

async fn page(
    visit: &Visit,
    person: Option<PersonId>,
    told: Option<&'static str>,
    problems: Problems,
) -> Answer {
    let account = visit.account()?;
    let part = Part::first(Limit::MOST);
    let (db, locale) = (visit.db(), visit.locale);
    let volunteers = volunteers::of_account(db, &account).await?;
    // Somebody of the family volunteers, and not the holder: theirs are meant.
    let first = volunteers.first().map(|of| of.person_id.clone());
    let person = person.or(first);
    let mine = hours::of_account(db, &account, person.as_ref(), &part).await?;
    let keyring = visit.site.tickets().keyring;
    let given = certificates::of_account(db, &keyring, &account, &part).await?;
    let (offers, thanked) = match &person {
        Some(person) => (
            certificates::offers(db, &account, person, visit.now).await?,
            store::thanks::of_person(db, &account, person).await?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let reader = visit.clone();
    let title = td_string!(locale, ledger.title);
    Ok(gate::answer(visit, title, problems.any(), move || {
        let others = whose(locale, &volunteers, person.as_ref());
        let of = volunteers
            .iter()
            .find(|of| Some(&of.person_id) == person.as_ref());
        let next = of.and_then(|of| to_formal(locale, of, &mine.totals));
        let far = rules::way(&mine.totals, mine.first, reader.now);
        view! {
            <a class="back-link" href="/me/shifts">{td_string!(locale, shift.my_title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, ledger.title)}</h1>
                <p class="lead">{td_string!(locale, ledger.intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {told.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            {others}
            {mine.star.map(|star| view! { <p><Badge text=td_string!(locale, ledger.my_star, star = star) tone=Tone::Good /></p> })}
            {sums(locale, &mine.totals)}
            {next.map(|text| view! { <p>{text}</p> })}
            {way::section(locale, of, far)}
            {thanks::section(&reader, thanked)}
            {list(&reader, mine, &problems)}
            {papers(locale, given.items, asking::section(&reader, person.as_ref(), offers, &problems))}
        }
    }))
}

/// The family's volunteers, where there are several.
fn whose(
    locale: Locale,
    volunteers: &[VolunteerView],
    current: Option<&PersonId>,
) -> Option<impl IntoView + use<>> {
    let links: Vec<_> = volunteers
        .iter()
        .map(|of| {
            let here = (Some(&of.person_id) == current).then_some("page");
            view! { <a href=format!("/me/hours?person={}", of.person_id) aria-current=here>{of.name.clone()}</a> }
        })
        .collect();
    (links.len() > 1).then(
        || view! { <nav class="tabs" aria-label=td_string!(locale, ledger.whose)>{links}</nav> },
    )
}

/// The three sums, each with what it means; they are never added up.
fn sums(locale: Locale, totals: &Totals) -> impl IntoView + use<> {
    let verified = words::duration(locale, totals.verified);
    let entered = words::duration(locale, totals.entered);
    let pending = (totals.pending != 0).then(|| words::duration(locale, totals.pending));
    view! {
        <dl class="facts hour-sums">
            <dt>{td_string!(locale, ledger.verified)}</dt>
            <dd><strong>{verified}</strong><br/><small>{td_string!(locale, ledger.verified_hint)}</small></dd>
            <dt>{td_string!(locale, ledger.entered)}</dt>
            <dd><strong>{entered}</strong><br/><small>{td_string!(locale, ledger.entered_hint)}</small></dd>
            {pending.map(|pending| view! {
                <dt>{td_string!(locale, ledger.pending)}</dt>
                <dd><strong>{pending}</strong><br/><small>{td_string!(locale, ledger.pending_hint)}</small></dd>
            })}
        </dl>
    }
}

/// How far somebody on probation is from the formal number.
fn to_formal(locale: Locale, of: &VolunteerView, totals: &Totals) -> Option<String> {
    if of.standing != Standing::Probationary {
        return None;
    }
    let missing = i64::from(PROBATION) - totals.verified;
    Some(match missing > 0 {
        true => {
            let duration = words::duration(locale, missing);
            td_string!(locale, ledger.to_formal, duration)
        }
        false => td_string!(locale, ledger.formal_ready).to_owned(),
    })
}

fn list(visit: &Visit, mine: Mine, problems: &Problems) -> AnyView {
    let locale = visit.locale;
    if mine.entries.items.is_empty() {
        return view! {
            <div class="empty-state">
                <h2>{td_string!(locale, ledger.nothing)}</h2>
                <p>{td_string!(locale, ledger.nothing_hint)}</p>
                <a class="button button-main" href="/me/shifts">{td_string!(locale, shift.my_title)}</a>
            </div>
        }
        .into_any();
    }
    let cards: Vec<_> = mine
        .entries
        .items
        .into_iter()
        .map(|entry| card(visit, entry, problems))
        .collect();
    view! {
        <section class="section" aria-labelledby="entries">
            <h2 id="entries">{td_string!(locale, ledger.list)}</h2>
            <ul class="stack">{cards}</ul>
        </section>
    }
    .into_any()
}

/// The certificates that were made out, and what can be asked for.
fn papers(
    locale: Locale,
    given: Vec<CertificateView>,
    asking: Option<AnyView>,
) -> impl IntoView + use<> {
    let none = given.is_empty();
    let rows: Vec<_> = given
        .into_iter()
        .map(|view| {
            let content = view.content;
            let title = format!(
                "{} · {}",
                content.name,
                words::duration(locale, content.verified_minutes)
            );
            let note = format!("{} · {}", content.center, content.number);
            view! { <Row href=format!("/certificates/{}", content.number) title note /> }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="papers">
            <h2 id="papers">{td_string!(locale, certificate.mine)}</h2>
            {none.then(|| view! { <p>{td_string!(locale, certificate.mine_none)}</p> })}
            {(!none).then(|| view! { <ul class="row-list">{rows}</ul> })}
            {asking}
        </section>
    }
}

/// How strongly the state of an entry speaks.
fn tone(state: State) -> Tone {
    match state {
        State::Counted => Tone::Good,
        State::Pending | State::Objected => Tone::Warn,
        State::Refused => Tone::Plain,
    }
}

fn card(visit: &Visit, entry: EntryView, problems: &Problems) -> impl IntoView + use<> {
    let locale = visit.locale;
    let state = entry.state();
    let reason = (!entry.reason.is_empty())
        .then(|| td_string!(locale, ledger.reason, reason = entry.reason.clone()));
    let said = (!entry.said.is_empty()).then(|| match state {
        State::Objected => td_string!(locale, ledger.said, text = entry.said.clone()),
        _ => td_string!(locale, ledger.answered, text = entry.said.clone()),
    });
    let field = format!("reason-{}", entry.id);
    let error = problems.of(&field);
    let is_wrong = error.is_some();
    view! {
        <li class="card">
            <h3><a href=format!("/shifts/{}", entry.shift_id)>{entry.title.clone()}</a></h3>
            <p class="clock">{words::span_near(locale, entry.span, visit.now)}</p>
            <p>{entry.center_name.clone()}</p>
            <p class="cluster">
                <strong>{words::duration(locale, entry.sum.minutes)}</strong>
                <Badge text=words::hour_kind(locale, entry.kind) tone=Tone::Plain />
                <Badge text=words::hour_state(locale, state) tone=tone(state) />
                {entry.demo.then(|| view! { <DemoLabel locale /> })}
            </p>
            {reason.map(|text| view! { <p>{text}</p> })}
            {said.map(|text| view! { <p>{text}</p> })}
            {entry.may_be_objected().then(|| view! {
                <details class="disclosure" open=is_wrong>
                    <summary>{td_string!(locale, ledger.object)}<span class="visually-hidden">" "{entry.title.clone()}</span></summary>
                    <form class="form" method="post" action=format!("/me/hours/{}/object", entry.id)><FormKey />
                        <TextArea name=field label=td_string!(locale, ledger.object_label) hint=td_string!(locale, ledger.object_hint) error=error maxlength=200 />
                        <button class="button" type="submit">{td_string!(locale, ledger.object_send)}</button>
                    </form>
                </details>
            })}
        </li>
    }
}

async fn object(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    visit.account()?;
    let id: HourEntryId = id.parse()?;
    let field = format!("reason-{id}");
    let act = visit.once(&form)?;
    match hours::object(visit.db(), &act, &id, form.text(&field)).await {
        Ok(entry) => Ok(back(&entry)),
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            let mut problems = Problems::default();
            problems.note_at(&field, visit.locale, &refusal, visit.now);
            page(&visit, None, None, problems).await
        }
        Err(error) => Err(Fault::from(error)),
    }
}

fn back(entry: &EntryView) -> Response {
    redirect(&format!("/me/hours?objected=1&person={}", entry.person_id))
}
