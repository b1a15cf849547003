//! Scans that arrived, or were taken back, after the hours were validated: corrected by an entry beside them, or left.

use super::page;
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{DemoLabel, Field, FormKey, Problems},
    web::{Answer, Form, Visit, redirect},
    words,
};
use axum::extract::Path;
use domain::{Reason, Refusal, access::Action, id::HourEntryId};
use leptos::prelude::*;
use store::{
    Error,
    hours::{self, LateView},
};

/// The field of the reason.
fn field(entry: &str) -> String {
    format!("late-{entry}")
}

/// What to look at; nothing where nothing has arrived late.
pub(super) fn section(
    visit: &Visit,
    base: &str,
    late: &[LateView],
    may: bool,
    problems: &Problems,
) -> Option<impl IntoView + use<>> {
    let locale = visit.locale;
    let cards: Vec<_> = late
        .iter()
        .map(|of| card(visit, base, of, may, problems))
        .collect();
    (!cards.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="late">
                <h2 id="late">{td_string!(locale, ledger.late)}</h2>
                <p>{td_string!(locale, ledger.late_hint)}</p>
                <ul class="stack">{cards}</ul>
            </section>
        }
    })
}

fn card(
    visit: &Visit,
    base: &str,
    of: &LateView,
    may: bool,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let entry = &of.entry;
    let ledger = words::duration(locale, of.late.ledger);
    let now = words::duration(locale, of.late.now);
    let acts = may.then(|| acts(locale, base, of, problems));
    view! {
        <li class="card">
            <h3>{entry.person_name.clone()}</h3>
            <p><a href=format!("/staff/shifts/{}", entry.shift_id)>{entry.title.clone()}</a>" · "{words::span_near(locale, entry.span, visit.now)}</p>
            {entry.demo.then(|| view! { <p><DemoLabel locale /></p> })}
            <p><strong>{td_string!(locale, ledger.late_says, ledger, now)}</strong></p>
            {acts}
        </li>
    }
}

/// One reason and two ways: the ledger follows the scans, or stays.
fn acts(locale: Locale, base: &str, of: &LateView, problems: &Problems) -> impl IntoView + use<> {
    let id = of.entry.id.to_string();
    let name = field(&id);
    let error = problems.of(&name);
    let who = of.entry.person_name.clone();
    let by = words::duration(locale, of.difference);
    let hint = (of.difference > 0).then(|| td_string!(locale, ledger.approval_second));
    view! {
        <form class="form" method="post" action=format!("{base}/late")><FormKey />
            <input type="hidden" name="entry" value=id />
            <Field name=name label=td_string!(locale, ledger.correct_reason) value=td_string!(locale, ledger.late_reason) error=error maxlength=200 />
            {hint.map(|text| view! { <p class="hint">{text}</p> })}
            <div class="cluster">
                <button class="button button-main" type="submit" name="act" value="correct">{td_string!(locale, ledger.late_correct, by)}<span class="visually-hidden">" "{who.clone()}</span></button>
                <button class="button" type="submit" name="act" value="leave">{td_string!(locale, ledger.late_leave)}<span class="visually-hidden">" "{who}</span></button>
            </div>
        </form>
    }
}

pub(super) async fn answer(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let entry: HourEntryId = form.need("entry")?.parse()?;
    let name = field(entry.as_str());
    let (db, act, reason) = (visit.db(), visit.once(&form)?, form.text(&name));
    let done = match form.need("act")? {
        "correct" => hours::take_over(db, &act, &entry, reason).await,
        "leave" => hours::leave(db, &act, &entry, reason).await,
        _ => Err(Refusal::invalid("act", Reason::UnknownValue).into()),
    };
    let mut problems = Problems::default();
    match done {
        Ok(_) => {
            let to = format!("/staff/centers/{}/hours?done=1", center.summary.id);
            return Ok(redirect(&to));
        }
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            problems.note_at(&name, visit.locale, &refusal, visit.now);
        }
        Err(Error::Refused(refusal)) => problems.note(visit.locale, &refusal, visit.now),
        Err(error) => return Err(error.into()),
    }
    page(&visit, &id, None, problems).await
}
