//! Closing a center until further notice, and opening it again.

use super::{back, home, revision};
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{FormKey, NoticeBox, TextArea, Tone},
    web::{Answer, Form, Site, Visit, redirect, status as status_of},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use domain::{Refusal, access::Action, place::CenterStatus};
use leptos::prelude::*;
use store::{
    Error,
    centers::{self, CLOSED_NOTE, CenterView, Setting},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/settings/status",
        get(ask).post(save),
    )
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy).await?;
    Ok(page(&visit, center, None))
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy).await?;
    let setting = Setting::Status {
        status: form.need("status")?.parse()?,
        note: form.text("closed_note").to_owned(),
    };
    let (act, here) = (visit.once(&form)?, &center.summary.id);
    match centers::set(visit.db(), &act, here, setting, revision(&form)).await {
        Ok(_) => Ok(redirect(&format!("{}?saved=1", home(&center)))),
        Err(Error::Refused(refusal)) => {
            let center = gate::center(&visit, &id, Action::SetPolicy).await?;
            Ok(page(&visit, center, Some(refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, center: CenterView, refused: Option<Refusal>) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let code = refused.as_ref().map_or(StatusCode::OK, status_of);
    let (title, intro, button, to) = match center.summary.status {
        CenterStatus::Open => (
            td_string!(locale, center_settings.pause),
            td_string!(locale, center_settings.pause_intro),
            td_string!(locale, center_settings.pause_do),
            CenterStatus::Closed,
        ),
        CenterStatus::Closed => (
            td_string!(locale, center_settings.resume),
            td_string!(locale, center_settings.resume_intro),
            td_string!(locale, center_settings.resume),
            CenterStatus::Open,
        ),
    };
    let is_closed = center.summary.status == CenterStatus::Closed;
    gate::page(visit, title).narrow().status(code).render(move || {
        let class = match to {
            CenterStatus::Open => "button button-main",
            CenterStatus::Closed => "button button-danger",
        };
        let told = refused.map(|refusal| {
            let told = words::refusal(locale, &refusal, now);
            let text = words::join(locale, &told.sentence, &told.next);
            view! { <NoticeBox title=told.title text tone=Tone::Bad fresh=true /> }
        });
        view! {
            {back(locale, &center)}
            <div class="page-head"><h1>{title}</h1><p class="lead">{intro}</p></div>
            {told}
            <form class="form" method="post" action=format!("{}/status", home(&center))><FormKey />
                <input type="hidden" name="revision" value=center.revision.to_string() />
                <input type="hidden" name="status" value=to.as_str() />
                {(!is_closed).then(|| note(locale, &center))}
                <div class="cluster"><button class=class type="submit">{button}</button></div>
            </form>
            {is_closed.then(|| view! {
                <form class="form" id="note" method="post" action=format!("{}/status", home(&center))><FormKey />
                    <input type="hidden" name="revision" value=center.revision.to_string() />
                    <input type="hidden" name="status" value=CenterStatus::Closed.as_str() />
                    {note(locale, &center)}
                    <div class="cluster"><button class="button" type="submit">{td_string!(locale, center_settings.save_note)}</button></div>
                </form>
            })}
        }
    })
}

/// What residents read of a center that is closed.
fn note(locale: Locale, center: &CenterView) -> impl IntoView + use<> {
    view! {
        <TextArea name="closed_note" label=td_string!(locale, center_settings.closed_note) note=td_string!(locale, ui.optional)
            hint=td_string!(locale, center_settings.closed_note_hint) value=center.closed_note.clone()
            maxlength=CLOSED_NOTE as u16 rows=2 />
    }
}
