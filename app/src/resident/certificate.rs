//! A certificate of service, for whoever has its number: what stands on it, what is known of it now, on
//! a page that prints on A4, and as PDF.

mod pdf;

use crate::{
    i18n::{Locale, td_string},
    ui::{DemoLabel, EmptyState, NoticeBox, Tone},
    web::{Answer, Site, Visit},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use chrono::NaiveDate;
use domain::{
    Refusal,
    certificate::{Content, Number, Standing},
    hours::Kind,
};
use leptos::prelude::*;
use store::{
    Error,
    certificates::{self, CertificateView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/certificates/{number}", get(show))
}

async fn show(visit: Visit, Path(number): Path<String>) -> Answer {
    let (number, as_pdf) = match number.strip_suffix(".pdf") {
        Some(number) => (number, true),
        None => (number.as_str(), false),
    };
    let Ok(number) = number.parse::<Number>() else {
        return Ok(nothing(&visit));
    };
    let (keyring, act) = (visit.site.tickets().keyring, visit.act());
    let found = certificates::find(visit.db(), &act, &keyring, number.as_str()).await;
    let view = match found {
        Ok(view) => view,
        Err(Error::Refused(Refusal::NotFound)) => return Ok(nothing(&visit)),
        Err(error) => return Err(error.into()),
    };
    if as_pdf {
        return Ok(pdf::answer(&visit, &view).await);
    }
    let reader = visit.clone();
    let title = td_string!(visit.locale, certificate.title);
    Ok(visit.page(title).render(move || page(&reader, &view)))
}

fn nothing(visit: &Visit) -> Response {
    let locale = visit.locale;
    let title = td_string!(locale, certificate.none);
    let page = visit.page(title).narrow().status(StatusCode::NOT_FOUND);
    page.render(move || {
        view! { <EmptyState title=title text=td_string!(locale, certificate.none_text) /> }
    })
}

/// A day that stands on the paper, in the reader's words.
fn day(locale: Locale, text: &str) -> String {
    text.parse::<NaiveDate>()
        .map_or_else(|_| text.to_owned(), |day| words::day_plain(locale, day))
}

/// Where somebody checks what stands on the paper.
pub(super) fn address(visit: &Visit, content: &Content) -> String {
    format!(
        "{}/certificates/{}",
        visit.site.settings().origin,
        content.number
    )
}

/// The sentence that certifies.
fn statement(locale: Locale, content: &Content) -> String {
    let said = td_string!(
        locale,
        certificate.statement,
        name = content.name.clone(),
        center = content.center.clone(),
        from = day(locale, &content.from),
        to = day(locale, &content.to),
        verified = words::duration(locale, content.verified_minutes)
    );
    match content.entered_minutes {
        0 => said,
        minutes => {
            let entered = words::duration(locale, minutes);
            let more = td_string!(locale, certificate.statement_entered, entered);
            words::join(locale, &said, &more)
        }
    }
}

/// What the certificate says beside its sentence: labels and values.
fn facts(locale: Locale, content: &Content) -> Vec<(&'static str, String)> {
    let all = [
        (td_string!(locale, certificate.name), content.name.clone()),
        (
            td_string!(locale, certificate.volunteer_no),
            content.volunteer_no.clone(),
        ),
        (
            td_string!(locale, certificate.issuer),
            content.center.clone(),
        ),
        (
            td_string!(locale, certificate.handler),
            content.handler.clone(),
        ),
        (
            td_string!(locale, certificate.contact),
            content.phone.clone(),
        ),
        (
            td_string!(locale, certificate.issued),
            day(locale, &content.issued_on),
        ),
    ];
    let said = all.into_iter().filter(|(_, value)| !value.is_empty());
    said.collect()
}

/// Where a service's minutes come from, in a word.
fn source(locale: Locale, kind: Kind) -> &'static str {
    match kind {
        Kind::Entered => td_string!(locale, ledger.entered),
        Kind::Verified | Kind::Correction => td_string!(locale, ledger.verified),
    }
}

/// What is known of it now, above the paper and never printed with it.
fn known(locale: Locale, view: &CertificateView) -> impl IntoView + use<> {
    let (title, text, tone) = match view.standing {
        Standing::Valid => (
            td_string!(locale, certificate.valid),
            td_string!(locale, certificate.valid_text).to_owned(),
            Tone::Good,
        ),
        Standing::Corrected => (
            td_string!(locale, certificate.corrected),
            td_string!(locale, certificate.corrected_text).to_owned(),
            Tone::Warn,
        ),
        Standing::Withdrawn => (
            td_string!(locale, certificate.withdrawn),
            td_string!(
                locale,
                certificate.withdrawn_text,
                reason = view.withdraw_reason.clone()
            ),
            Tone::Bad,
        ),
        Standing::Forged => (
            td_string!(locale, certificate.forged),
            td_string!(locale, certificate.forged_text).to_owned(),
            Tone::Bad,
        ),
    };
    view! { <div class="no-print" data-standing=view.standing.as_str()><NoticeBox title text tone /></div> }
}

fn page(visit: &Visit, view: &CertificateView) -> impl IntoView + use<> {
    let locale = visit.locale;
    let content = view.content.clone();
    let facts: Vec<_> = facts(locale, &content)
        .into_iter()
        .map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> })
        .collect();
    let rows: Vec<_> = content
        .services
        .iter()
        .map(|service| {
            view! {
                <tr>
                    <td class="clock">{service.on.clone()}</td>
                    <td>{service.title.clone()}</td>
                    <td class="clock">{source(locale, service.kind)}</td>
                    <td class="number">{words::duration(locale, service.minutes)}</td>
                </tr>
            }
        })
        .collect();
    let address = address(visit, &content);
    let qr = ticket::qr::Drawing::of(&address).ok();
    let qr = qr.map(|drawing| drawing.svg(td_string!(locale, certificate.check)));
    let pdf = format!("/certificates/{}.pdf", content.number);
    view! {
        {known(locale, view)}
        <article class="certificate">
            <p class="certificate-number">{td_string!(locale, certificate.number)}" "<span class="clock">{content.number.clone()}</span></p>
            <h1>{td_string!(locale, certificate.heading)}</h1>
            {content.demo.then(|| view! { <p><DemoLabel locale /></p> })}
            <p class="certificate-statement">{statement(locale, &content)}</p>
            <dl class="facts">{facts}</dl>
            <div class="sheet">
                <table class="certificate-services">
                    <caption class="visually-hidden">{td_string!(locale, certificate.services)}</caption>
                    <thead><tr>
                        <th scope="col">{td_string!(locale, certificate.day)}</th>
                        <th scope="col">{td_string!(locale, certificate.what)}</th>
                        <th scope="col">{td_string!(locale, certificate.kind)}</th>
                        <th scope="col" class="number">{td_string!(locale, certificate.long)}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <div class="certificate-foot">
                <p><small>{td_string!(locale, certificate.note)}</small></p>
                {qr.map(|svg| view! {
                    <figure class="certificate-check">
                        <div class="qr" inner_html=svg></div>
                        <figcaption><strong>{td_string!(locale, certificate.check)}</strong><br/><small>{td_string!(locale, certificate.check_hint)}</small></figcaption>
                    </figure>
                })}
            </div>
        </article>
        <p class="cluster no-print">
            <a class="button button-main" href=pdf>{td_string!(locale, certificate.pdf)}</a>
        </p>
    }
}
