//! The inbox: what changed for this person and their family.

use super::{
    gate,
    tabs::{Tab, Tabs},
};
use crate::{
    i18n::td_string,
    ui::FormKey,
    web::{Answer, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    routing::{get, post},
};
use leptos::prelude::*;
use store::messages::{self, Message};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/me/messages", get(inbox))
        .route("/me/messages/read", post(read_all))
}

async fn inbox(visit: Visit) -> Answer {
    let account = visit.account()?;
    let list = messages::list(visit.db(), &account, 100).await?;
    let unread = list.iter().filter(|m| m.read_at.is_none()).count();
    let locale = visit.locale;
    let reader = visit.clone();
    Ok(gate::answer(
        &visit,
        td_string!(locale, messages.title),
        false,
        move || {
            let rows: Vec<_> = list
                .into_iter()
                .map(|message| row(&reader, message))
                .collect();
            let empty = rows.is_empty();
            view! {
                <Tabs locale current=Tab::Messages unread />
                <div class="page-head"><h1>{td_string!(locale, messages.title)}</h1></div>
                {empty.then(|| view! {
                    <div class="empty-state">
                        <h2>{td_string!(locale, messages.empty)}</h2>
                        <p>{td_string!(locale, messages.empty_hint)}</p>
                    </div>
                })}
                {(!empty).then(|| view! { <ul class="row-list">{rows}</ul> })}
                {(unread > 0).then(|| view! {
                    <form method="post" action="/me/messages/read"><FormKey />
                        <button class="button button-quiet" type="submit">{td_string!(locale, messages.read_all)}</button>
                    </form>
                })}
            }
        },
    ))
}

fn row(visit: &Visit, message: Message) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let told = words::notice(locale, &message.notice);
    let unread = message.read_at.is_none();
    view! {
        <li>
            <article class="row message" data-unread=unread.then_some("")>
                <div class="row-text">
                    <h2>
                        {unread.then(|| view! { <span class="visually-hidden">{td_string!(locale, messages.unread)}</span> })}
                        {told.title}
                    </h2>
                    <p>{told.body}</p>
                    <p class="cluster">
                        <time datetime=message.created_at.rfc3339()>{words::moment(locale, message.created_at, now)}</time>
                        {told.link.map(|link| view! { <a href=link.href>{link.words}</a> })}
                    </p>
                </div>
            </article>
        </li>
    }
}

async fn read_all(visit: Visit) -> Answer {
    messages::mark_read(visit.db(), &visit.act(), None).await?;
    Ok(redirect("/me/messages"))
}
