//! What of volunteers' hours waits for somebody's word: approvals, objections, who is on probation; and
//! what was entered by hand this month.

mod late;

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{
        Badge, Columns, DemoLabel, ErrorSummary, Field, FormKey, NoticeBox, Problems, Table, Tone,
    },
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    routing::{get, post},
};
use domain::{
    Reason, Refusal,
    access::Action,
    hours::{Approval, PROBATION, State, check_granter},
    id::{HourEntryId, VolunteerId},
    place::CenterPlace,
    report::Month,
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error,
    hours::{self, EntryView},
    stars::{self, Proposed},
    volunteers::{self, OnProbation},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/hours", get(show))
        .route("/staff/centers/{center}/hours/say", post(say))
        .route("/staff/centers/{center}/hours/formal", post(formal))
        .route("/staff/centers/{center}/hours/star", post(star))
        .route("/staff/centers/{center}/hours/late", post(late::answer))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let locale = visit.locale;
    let told = match form.get("done") {
        Some("star") => Some(td_string!(locale, ledger.star_granted)),
        Some("formal") => Some(td_string!(locale, ledger.made_formal)),
        Some(_) => Some(td_string!(locale, staff.saved)),
        None => None,
    };
    page(&visit, &id, told, Problems::default()).await
}

async fn page(visit: &Visit, id: &str, told: Option<&'static str>, problems: Problems) -> Answer {
    let center = gate::center(visit, id, Action::ViewBookings).await?;
    let (db, act, locale, now) = (visit.db(), visit.act(), visit.locale, visit.now);
    let id = center.summary.id.clone();
    let waiting = hours::waiting(db, &act, &id).await?;
    let this_month = Timestamp::start_of(Month::of(now.day()).first());
    let late = hours::late(db, &act, &id).await?;
    let month = hours::entered(db, &act, &id, this_month, now.plus(1)).await?;
    let probation = volunteers::on_probation(db, &act, &id).await?;
    let reached = stars::proposed(db, &act, &id).await?;
    let may = visit
        .caller
        .may(Action::BookForOthers, &center.summary.place());
    let may = may.is_ok();
    let place = center.summary.place();
    let page = gate::page(visit, td_string!(locale, ledger.desk_title));
    let page = match problems.any() {
        true => page.status(axum::http::StatusCode::UNPROCESSABLE_ENTITY),
        false => page,
    };
    let reader = visit.clone();
    Ok(page.render(move || {
        let base = format!("/staff/centers/{id}/hours");
        let cards: Vec<_> = waiting
            .into_iter()
            .map(|entry| card(&reader, &base, entry, may, &problems))
            .collect();
        let nothing = cards.is_empty();
        view! {
            <a class="back-link" href=format!("/staff/centers/{id}/shifts")>{td_string!(locale, staff.shift.title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, ledger.desk_title)}</h1>
                <p class="lead">{td_string!(locale, ledger.desk_intro)}</p>
                <p><a href=format!("/staff/centers/{id}/certificates")>{td_string!(locale, certificate.staff_title)}</a></p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {told.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            <section class="section" aria-labelledby="waiting">
                <h2 id="waiting">{td_string!(locale, ledger.waiting)}</h2>
                {nothing.then(|| view! { <p class="lead">{td_string!(locale, ledger.waiting_none)}</p> })}
                {(!nothing).then(|| view! { <ul class="stack">{cards}</ul> })}
            </section>
            {late::section(&reader, &base, &late, may, &problems)}
            <section class="section" aria-labelledby="probation">
                <h2 id="probation">{td_string!(locale, ledger.probation)}</h2>
                {probation_view(locale, &base, &probation, may)}
            </section>
            <section class="section" aria-labelledby="stars">
                <h2 id="stars">{td_string!(locale, ledger.stars)}</h2>
                {stars_view(&reader, &base, &reached, &place)}
            </section>
            <section class="section" aria-labelledby="month">
                <h2 id="month">{td_string!(locale, ledger.month)}</h2>
                <p>{td_string!(locale, ledger.month_hint)}</p>
                {month_view(&reader, &month)}
            </section>
        }
    }))
}

/// The field in which a reason or an answer to an entry is written.
fn field(entry: &str) -> String {
    format!("reason-{entry}")
}

fn card(
    visit: &Visit,
    base: &str,
    entry: EntryView,
    may: bool,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let own = visit.caller.staff();
    let is_own = own.is_ok_and(|own| entry.author.as_ref() == Some(own));
    let objected = entry.state() == State::Objected;
    let reason = (!entry.reason.is_empty())
        .then(|| td_string!(locale, ledger.reason, reason = entry.reason.clone()));
    let said = objected.then(|| td_string!(locale, ledger.said, text = entry.said.clone()));
    let by = entry.author_name.clone();
    let by = by.map(|name| td_string!(locale, ledger.by, name));
    let id = entry.id.to_string();
    let error = problems.of(&field(&id));
    let acts = match (may, objected, is_own) {
        (false, _, _) => ().into_any(),
        (_, true, _) => answer_form(locale, base, &id, error).into_any(),
        (_, _, true) => view! { <p class="hint">{td_string!(locale, ledger.own)}</p> }.into_any(),
        _ => approve_forms(locale, base, &id, &entry.person_name, error).into_any(),
    };
    // To whoever entered it the line below says the same.
    let needed = match (may, is_own, entry.sum.approval) {
        (true, true, Approval::Second) => None,
        (_, _, approval) => words::approval(locale, approval),
    };
    view! {
        <li class="card">
            <h3>{entry.person_name.clone()}" · "{words::duration(locale, entry.sum.minutes)}</h3>
            <p><a href=format!("/staff/shifts/{}", entry.shift_id)>{entry.title.clone()}</a>" · "{words::span_near(locale, entry.span, visit.now)}</p>
            <p class="cluster">
                <Badge text=words::hour_kind(locale, entry.kind) tone=Tone::Plain />
                <Badge text=words::hour_state(locale, entry.state()) tone=Tone::Warn />
                {entry.demo.then(|| view! { <DemoLabel locale /> })}
            </p>
            {by.map(|text| view! { <p>{text}</p> })}
            {reason.map(|text| view! { <p>{text}</p> })}
            {said.map(|text| view! { <p>{text}</p> })}
            {needed.map(|text| view! { <p class="hint">{text}</p> })}
            {acts}
        </li>
    }
}

fn answer_form(
    locale: Locale,
    base: &str,
    id: &str,
    error: Option<String>,
) -> impl IntoView + use<> {
    view! {
        <form class="form" method="post" action=format!("{base}/say")><FormKey />
            <input type="hidden" name="entry" value=id.to_owned() />
            <input type="hidden" name="word" value="answered" />
            <Field name=field(id) label=td_string!(locale, ledger.answer_label) error=error maxlength=200 />
            <button class="button" type="submit">{td_string!(locale, ledger.answer)}</button>
        </form>
    }
}

fn approve_forms(
    locale: Locale,
    base: &str,
    id: &str,
    name: &str,
    error: Option<String>,
) -> impl IntoView + use<> {
    let (name, is_wrong) = (name.to_owned(), error.is_some());
    view! {
        <form method="post" action=format!("{base}/say")><FormKey />
            <input type="hidden" name="entry" value=id.to_owned() />
            <input type="hidden" name="word" value="approved" />
            <button class="button button-main" type="submit">{td_string!(locale, ledger.approve)}<span class="visually-hidden">" "{name}</span></button>
        </form>
        <details class="disclosure" open=is_wrong>
            <summary>{td_string!(locale, ledger.refuse)}</summary>
            <form class="form" method="post" action=format!("{base}/say")><FormKey />
                <input type="hidden" name="entry" value=id.to_owned() />
                <input type="hidden" name="word" value="refused" />
                <Field name=field(id) label=td_string!(locale, ledger.refuse_label) error=error maxlength=200 />
                <button class="button" type="submit">{td_string!(locale, ledger.refuse)}</button>
            </form>
        </details>
    }
}

fn probation_view(locale: Locale, base: &str, found: &[OnProbation], may: bool) -> AnyView {
    if found.is_empty() {
        return view! { <p class="lead">{td_string!(locale, ledger.probation_none)}</p> }
            .into_any();
    }
    let rows: Vec<_> = found
        .iter()
        .map(|of| {
            let have = words::duration(locale, of.totals.verified);
            let ready = may && of.totals.verified >= i64::from(PROBATION);
            let (id, name) = (of.volunteer.id.to_string(), of.volunteer.name.clone());
            view! {
                <li>
                    <div class="row">
                        <span class="row-text"><strong>{of.volunteer.name.clone()}</strong><small>{td_string!(locale, ledger.probation_has, have)}</small></span>
                        {ready.then(|| view! {
                            <form method="post" action=format!("{base}/formal")><FormKey />
                                <input type="hidden" name="volunteer" value=id />
                                <button class="button" type="submit">{td_string!(locale, ledger.make_formal)}<span class="visually-hidden">" "{name}</span></button>
                            </form>
                        })}
                    </div>
                </li>
            }
        })
        .collect();
    view! { <ul class="row-list">{rows}</ul> }.into_any()
}

/// Who reaches a star, with the key that grants it for whoever may.
fn stars_view(visit: &Visit, base: &str, found: &[Proposed], place: &CenterPlace) -> AnyView {
    let locale = visit.locale;
    if found.is_empty() {
        return view! { <p class="lead">{td_string!(locale, ledger.stars_none)}</p> }.into_any();
    }
    let rows: Vec<_> = found
        .iter()
        .map(|of| {
            let star = of.star;
            let have = words::duration(locale, of.verified);
            let note = td_string!(locale, ledger.star_reached, have, star = star);
            let may = check_granter(star, &visit.caller.grants, place).is_ok();
            let (id, name) = (of.volunteer.to_string(), of.name.clone());
            let act = match (may, star) {
                (true, _) => view! {
                    <form method="post" action=format!("{base}/star")><FormKey />
                        <input type="hidden" name="volunteer" value=id />
                        <input type="hidden" name="star" value=star.to_string() />
                        <button class="button" type="submit">{td_string!(locale, ledger.star_grant, star = star)}<span class="visually-hidden">" "{name}</span></button>
                    </form>
                }
                .into_any(),
                (false, 5) => td_string!(locale, ledger.star_city).into_any(),
                (false, 4) => td_string!(locale, ledger.star_district).into_any(),
                (false, _) => ().into_any(),
            };
            view! {
                <li><div class="row">
                    <span class="row-text"><strong>{of.name.clone()}</strong><small>{note}</small></span>
                    {act}
                </div></li>
            }
        })
        .collect();
    view! { <ul class="row-list">{rows}</ul> }.into_any()
}

fn month_view(visit: &Visit, month: &[EntryView]) -> AnyView {
    let (locale, now) = (visit.locale, visit.now);
    if month.is_empty() {
        return view! { <p class="lead">{td_string!(locale, ledger.month_none)}</p> }.into_any();
    }
    let columns = Columns::head(td_string!(locale, field.name), |entry: &EntryView| {
        entry.person_name.clone()
    })
    .text(td_string!(locale, staff.shift.shift), move |entry| {
        format!(
            "{} · {}",
            entry.title,
            words::moment(locale, entry.span.start(), now)
        )
    })
    .text(td_string!(locale, ledger.title), move |entry| {
        words::duration(locale, entry.sum.minutes)
    })
    .text(td_string!(locale, ledger.enter_reason), |entry| {
        entry.reason.clone()
    })
    .text(td_string!(locale, staff.act.status), move |entry| {
        words::hour_state(locale, entry.state()).to_owned()
    });
    Table::new(td_string!(locale, ledger.month), columns).of(month)
}

async fn say(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let entry: HourEntryId = form.need("entry")?.parse()?;
    let name = field(entry.as_str());
    let (db, act, reason) = (visit.db(), visit.once(&form)?, form.text(&name));
    let said = match form.need("word")? {
        "approved" => hours::approve(db, &act, &entry).await,
        "refused" => hours::refuse(db, &act, &entry, reason).await,
        "answered" => hours::answer(db, &act, &entry, reason).await,
        _ => Err(Refusal::invalid("word", Reason::UnknownValue).into()),
    };
    match said {
        Ok(_) => Ok(redirect(&format!(
            "/staff/centers/{}/hours?done=1",
            center.summary.id
        ))),
        Err(Error::Refused(refusal)) => {
            let mut problems = Problems::default();
            match refusal {
                Refusal::Invalid { .. } => {
                    problems.note_at(&name, visit.locale, &refusal, visit.now);
                }
                _ => problems.note(visit.locale, &refusal, visit.now),
            }
            page(&visit, &id, None, problems).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn formal(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let volunteer: VolunteerId = form.need("volunteer")?.parse()?;
    let act = visit.once(&form)?;
    let id = center.summary.id;
    volunteers::make_formal(visit.db(), &act, &id, &volunteer).await?;
    Ok(redirect(&format!("/staff/centers/{id}/hours?done=formal")))
}

async fn star(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let volunteer: VolunteerId = form.need("volunteer")?.parse()?;
    let star: u8 = form.number("star")?.unwrap_or(0);
    stars::grant(visit.db(), &visit.once(&form)?, &volunteer, star).await?;
    Ok(redirect(&format!(
        "/staff/centers/{}/hours?done=star",
        center.summary.id
    )))
}
