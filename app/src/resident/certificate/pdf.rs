//! A certificate as PDF. A character that the font lacks stops it, and is named: nobody's name gets a
//! box in it.

use super::{address, day, facts, source, statement};
use crate::{
    i18n::{Locale, td_string},
    ui::EmptyState,
    web::Visit,
    words,
};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{Datelike as _, NaiveDate};
use domain::certificate::Content;
use leptos::prelude::*;
use paper::{Code, Column, Day, Paper, PaperError, Table};
use std::borrow::Cow;
use store::certificates::CertificateView;

/// The answer: the file, or a page that says why there is none.
pub(super) async fn answer(visit: &Visit, view: &CertificateView) -> Response {
    let locale = visit.locale;
    let Some(font) = visit.site.font().await else {
        let text = td_string!(locale, certificate.no_font).to_owned();
        return cannot(visit, view, text, StatusCode::SERVICE_UNAVAILABLE);
    };
    let (content, address) = (view.content.clone(), address(visit, &view.content));
    let drawn =
        tokio::task::spawn_blocking(move || paper::pdf(&font, &sheet(locale, &content, &address)));
    match drawn.await {
        Ok(Ok(bytes)) => file(&view.content.number, bytes),
        Ok(Err(PaperError::MissingGlyph { characters, .. })) => {
            let text = td_string!(locale, certificate.missing, characters);
            cannot(visit, view, text, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "a certificate was not drawn");
            visit.told(None)
        }
        Err(error) => {
            tracing::error!(%error, "a certificate was not drawn");
            visit.told(None)
        }
    }
}

fn file(number: &str, bytes: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/pdf"),
    );
    let disposition = format!("inline; filename=\"{number}.pdf\"");
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    (headers, bytes).into_response()
}

fn cannot(visit: &Visit, view: &CertificateView, text: String, status: StatusCode) -> Response {
    let locale = visit.locale;
    let title = td_string!(locale, certificate.title);
    let page = format!("/certificates/{}", view.content.number);
    visit.page(title).narrow().status(status).render(move || {
        view! {
            <EmptyState title=title text=text>
                <p><a class="button" href=page>{td_string!(locale, certificate.see)}</a></p>
            </EmptyState>
        }
    })
}

/// What is drawn: the same words as on the page.
fn sheet(locale: Locale, content: &Content, address: &str) -> Paper<'static> {
    let own = |text: &str| Cow::Owned(text.to_owned());
    let column = |name: &'static str, right| Column {
        name: name.into(),
        right,
    };
    let rows = content.services.iter().map(|service| {
        vec![
            own(&service.on),
            own(&service.title),
            source(locale, service.kind).into(),
            words::duration(locale, service.minutes).into(),
        ]
    });
    let facts = facts(locale, content).into_iter();
    let demo = td_string!(locale, site.demo);
    Paper {
        language: match locale {
            Locale::zh_CN => "zh-CN",
            Locale::en => "en",
        }
        .into(),
        title: td_string!(locale, certificate.heading).into(),
        number: format!(
            "{} {}",
            td_string!(locale, certificate.number),
            content.number
        )
        .into(),
        statement: statement(locale, content).into(),
        rows: facts
            .map(|(label, value)| (label.into(), value.into()))
            .collect(),
        table: Some(Table {
            heading: td_string!(locale, certificate.services).into(),
            columns: vec![
                column(td_string!(locale, certificate.day), false),
                column(td_string!(locale, certificate.what), false),
                column(td_string!(locale, certificate.kind), false),
                column(td_string!(locale, certificate.long), true),
            ],
            rows: rows.collect(),
        }),
        notes: vec![td_string!(locale, certificate.note).into()],
        code: Some(Code {
            text: own(address),
            caption: td_string!(locale, certificate.check).into(),
        }),
        issuer: own(&content.center),
        date: day(locale, &content.issued_on).into(),
        made: made(&content.issued_on),
        watermark: match content.demo {
            true => demo.into(),
            false => "".into(),
        },
        ..Paper::default()
    }
}

/// The day on which the file counts as made: that of the certificate, so that it is the same each time.
fn made(issued_on: &str) -> Day {
    let day = issued_on.parse::<NaiveDate>().unwrap_or_default();
    let small = |number: u32| u8::try_from(number).unwrap_or(1);
    Day {
        year: u16::try_from(day.year()).unwrap_or(1970),
        month: small(day.month()),
        day: small(day.day()),
    }
}
