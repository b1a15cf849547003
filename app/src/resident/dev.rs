//! A page for development alone: the short messages as they would be sent, so that one can read
//! the code to sign in with. Without `settings().development` it does not exist.

use super::about;
use crate::{
    i18n::{Locale, td_string},
    ui::EmptyState,
    web::{Answer, Site, Visit},
    words,
};
use axum::{Router, routing::get};
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use store::outbox::{self, Outgoing};

/// How many messages are shown.
const MOST: u32 = 50;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/dev/messages", get(messages))
}

async fn messages(visit: Visit) -> Answer {
    if !visit.site.settings().development {
        return Ok(about::not_found(visit).await);
    }
    let sent = outbox::recent(visit.db(), MOST).await?;
    let locale = visit.locale;
    Ok(visit
        .page(td_string!(locale, dev.title))
        .narrow()
        .render(move || {
            let rows: Vec<_> = sent
                .into_iter()
                .map(|message| row(locale, message))
                .collect();
            view! {
                <div class="page-head">
                    <h1>{td_string!(locale, dev.title)}</h1>
                    <p class="lead">{td_string!(locale, dev.lead)}</p>
                </div>
                {if rows.is_empty() {
                    view! { <EmptyState title=td_string!(locale, dev.empty) /> }.into_any()
                } else {
                    view! { <ul class="stack">{rows}</ul> }.into_any()
                }}
            }
        }))
}

fn row(locale: Locale, message: Outgoing) -> impl IntoView {
    let known = Locale::get_all()
        .iter()
        .copied()
        .find(|l| l.as_str() == message.locale);
    let text = match &message.notice {
        Some(notice) => words::sms(known.unwrap_or_default(), notice),
        None => td_string!(locale, dev.blanked).to_owned(),
    };
    let state = match (message.sent_at, message.failed_at) {
        (Some(_), _) => td_string!(locale, dev.sent),
        (None, Some(_)) => td_string!(locale, dev.given_up),
        (None, None) => td_string!(locale, dev.waiting),
    };
    let lang = known.unwrap_or_default().as_str();
    view! {
        <li class="card">
            <p class="cluster small">
                <span>{words::stamp(message.created_at)}</span>
                <span>{message.phone.digits().to_owned()}</span>
                <span class="badge">{state}</span>
            </p>
            <p class="text" lang=lang>{text}</p>
        </li>
    }
}
