//! What volunteers have asked for: given in one step, or not, with the reason.

use super::page;
use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{Field, FormKey, Problems},
    web::{Answer, Form, Visit, redirect},
    words,
};
use axum::extract::Path;
use domain::{Refusal, access::Action, id::CertificateRequestId};
use leptos::prelude::*;
use store::{
    Error,
    certificates::{self, RequestView},
};

/// The field of the reason for not giving it.
fn field(id: &CertificateRequestId) -> String {
    format!("why-{id}")
}

/// What waits for an answer; nothing where nobody has asked.
pub(super) fn section(
    visit: &Visit,
    base: &str,
    asked: Vec<RequestView>,
    may: bool,
    problems: &Problems,
) -> Option<impl IntoView + use<>> {
    let locale = visit.locale;
    let cards: Vec<_> = asked
        .into_iter()
        .map(|of| card(visit, base, of, may, problems))
        .collect();
    (!cards.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="requests">
                <h2 id="requests">{td_string!(locale, certificate.requests)}</h2>
                <ul class="stack">{cards}</ul>
            </section>
        }
    })
}

fn card(
    visit: &Visit,
    base: &str,
    of: RequestView,
    may: bool,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let day = words::day_near(locale, of.asked_at.day(), visit.now);
    let from = words::day_plain(locale, of.from_at.day());
    let to = words::day_plain(locale, of.to_at.plus(-1).day());
    let purpose = (!of.purpose.is_empty())
        .then(|| td_string!(locale, certificate.request_purpose, purpose = &of.purpose));
    let acts = may.then(|| answers(visit, base, &of, problems));
    view! {
        <li class="card">
            <h3>{of.person_name.clone()}</h3>
            <p class="clock">{td_string!(locale, certificate.period_of, from, to)}</p>
            {purpose.map(|text| view! { <p>{text}</p> })}
            <p class="hint">{td_string!(locale, certificate.request_asked, day)}</p>
            {acts}
        </li>
    }
}

fn answers(
    visit: &Visit,
    base: &str,
    of: &RequestView,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (id, who) = (of.id.to_string(), of.person_name.clone());
    let name = field(&of.id);
    let error = problems.of(&name);
    let is_wrong = error.is_some();
    view! {
        <form method="post" action=format!("{base}/give")><FormKey />
            <input type="hidden" name="request" value=id.clone() />
            <button class="button button-main" type="submit">{td_string!(locale, certificate.make)}<span class="visually-hidden">" "{who.clone()}</span></button>
        </form>
        <details class="disclosure" open=is_wrong>
            <summary>{td_string!(locale, certificate.decline)}<span class="visually-hidden">" "{who}</span></summary>
            <form class="form" method="post" action=format!("{base}/decline")><FormKey />
                <input type="hidden" name="request" value=id />
                <Field name=name label=td_string!(locale, certificate.decline_why) error=error maxlength=200 />
                <button class="button" type="submit">{td_string!(locale, certificate.decline)}</button>
            </form>
        </details>
    }
}

pub(super) async fn give(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let request: CertificateRequestId = form.need("request")?.parse()?;
    let tickets = visit.site.tickets();
    let (db, act) = (visit.db(), visit.once(&form)?);
    let given = certificates::give(db, &act, &tickets.signer, &tickets.keyring, &request).await;
    let done = given.map(drop);
    answered(&visit, center.summary.id.as_str(), (&request, "made"), done).await
}

pub(super) async fn decline(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let request: CertificateRequestId = form.need("request")?.parse()?;
    let act = visit.once(&form)?;
    let why = form.text(&field(&request));
    let done = certificates::decline(visit.db(), &act, &request, why).await;
    answered(
        &visit,
        center.summary.id.as_str(),
        (&request, "declined"),
        done,
    )
    .await
}

/// Back to the page, or the page with what is wrong: beside the request, or where somebody was quicker
/// above everything.
async fn answered(
    visit: &Visit,
    center: &str,
    (request, word): (&CertificateRequestId, &str),
    done: store::Result<()>,
) -> Answer {
    let mut problems = Problems::default();
    match done {
        Ok(()) => {
            let to = format!("/staff/centers/{center}/certificates?done={word}");
            return Ok(redirect(&to));
        }
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            problems.note_at(&field(request), visit.locale, &refusal, visit.now);
        }
        Err(Error::Refused(refusal @ Refusal::Stale)) => {
            problems.note(visit.locale, &refusal, visit.now);
        }
        Err(error) => return Err(error.into()),
    }
    page(visit, center, None, &Form::default(), problems).await
}
