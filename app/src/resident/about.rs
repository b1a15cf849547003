//! What the site is and what it keeps: help, privacy, and the page for an address that leads nowhere.

use super::data;
use crate::{
    i18n::td_string,
    web::{Site, Visit},
};
use axum::{Router, response::Response, routing::get};
use domain::Refusal;
use leptos::prelude::*;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/help", get(help))
        .route("/privacy", get(privacy))
}

/// The answer where there is no such page: the router's fallback.
pub async fn not_found(visit: Visit) -> Response {
    visit.told(Some(&Refusal::NotFound))
}

/// A heading with its paragraph.
fn part(id: &'static str, title: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <section class="section" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            <p class="text">{text}</p>
        </section>
    }
}

async fn help(visit: Visit) -> Response {
    let l = visit.locale;
    visit.page(td_string!(l, site.help)).narrow().render(move || {
        view! {
            <div class="page-head"><h1>{td_string!(l, site.help)}</h1></div>
            {part("find", td_string!(l, about.find_title), td_string!(l, about.find_text))}
            {part("book", td_string!(l, about.book_title), td_string!(l, about.book_text))}
            {part("line", td_string!(l, about.line_title), td_string!(l, about.line_text))}
            {part("ticket", td_string!(l, about.ticket_title), td_string!(l, about.ticket_text))}
            {part("cancel", td_string!(l, about.cancel_title), td_string!(l, about.cancel_text))}
            {part("family", td_string!(l, about.family_title), td_string!(l, about.family_text))}
            {part("volunteer", td_string!(l, about.volunteer_title), td_string!(l, about.volunteer_text))}
            <p class="cluster">
                <a class="button" href="/volunteer">{td_string!(l, volunteer.about)}</a>
                <a class="button button-quiet" href="/shifts">{td_string!(l, shift.for_me)}</a>
            </p>
            {part("larger", td_string!(l, about.larger_title), td_string!(l, about.larger_text))}
            <p><a class="button" href="/centers">{td_string!(l, about.centers)}</a></p>
        }
    })
}

async fn privacy(visit: Visit) -> Response {
    let l = visit.locale;
    visit.page(td_string!(l, site.privacy)).narrow().render(move || {
        view! {
            <div class="page-head"><h1>{td_string!(l, site.privacy)}</h1></div>
            {part("kept", td_string!(l, about.kept_title), td_string!(l, about.kept_text))}
            {part("seen", td_string!(l, about.seen_title), td_string!(l, about.seen_text))}
            {part("children", td_string!(l, about.children_title), td_string!(l, about.children_text))}
            {part("device", td_string!(l, about.device_title), td_string!(l, about.device_text))}
            {part("not", td_string!(l, about.not_title), td_string!(l, about.not_text))}
            {part("rights", td_string!(l, about.rights_title), td_string!(l, about.rights_text))}
            <p><a class="button" href="/me/data">{td_string!(l, about.rights_link)}</a></p>
            <section class="section" aria-labelledby="kinds">
                <h2 id="kinds">{td_string!(l, about.kinds_title)}</h2>
                {data::every_kind(l)}
            </section>
        }
    })
}
