//! Reading a text of risks again that was changed since, without leaving the shift (C-96).

use super::{
    mine::head,
    one::{load, risk_card},
};
use crate::{
    i18n::td_string,
    ui::FormKey,
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{Reason, Refusal, id::AssignmentId};
use leptos::prelude::*;
use store::{
    Error,
    assignments::{self, AssignmentView, risks},
    shifts::ShiftView,
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/assignments/{id}/risks", get(show).post(confirm))
}

/// Where a place's text of risks is read.
pub(super) fn page_of(id: &AssignmentId) -> String {
    format!("/assignments/{id}/risks")
}

async fn own(visit: &Visit, id: &str) -> Result<(AssignmentView, ShiftView), Fault> {
    visit.account()?;
    let id: AssignmentId = id.parse()?;
    let view = assignments::find(visit.db(), &visit.caller, &id).await?;
    let shift = load(visit, view.shift_id.as_str()).await?;
    Ok((view, shift))
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let (view, shift) = own(&visit, &id).await?;
    Ok(page(&visit, view, shift, None))
}

async fn confirm(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (view, shift) = own(&visit, &id).await?;
    let version: u32 = form
        .number("version")?
        .ok_or_else(|| Refusal::invalid("version", Reason::Missing))?;
    let act = visit.once(&form)?;
    match risks::confirm(visit.db(), &act, view.id.clone(), version).await {
        Ok(()) => Ok(redirect("/me/shifts?read=1")),
        Err(Error::Refused(refusal)) => Ok(page(&visit, view, shift, Some(refusal))),
        Err(error) => Err(error.into()),
    }
}

fn page(
    visit: &Visit,
    view: AssignmentView,
    shift: ShiftView,
    refusal: Option<Refusal>,
) -> Response {
    let locale = visit.locale;
    let page = visit.page(td_string!(locale, shift.risks_title)).narrow();
    let page = match &refusal {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let reader = visit.clone();
    page.render(move || {
        let explained = refusal.map(|refusal| words::refusal(locale, &refusal, reader.now));
        let risks = &shift.needs.risks;
        view! {
            <a class="back-link" href="/me/shifts">{td_string!(locale, shift.my_title)}</a>
            <div class="page-head"><h1>{td_string!(locale, shift.risks_title)}</h1></div>
            {explained.map(|told| view! {
                <section class="refusal" role="alert"><h2>{told.title}</h2><p>{told.sentence}</p></section>
            })}
            {head(&reader, &view, None)}
            {risk_card(locale, &risks.text)}
            <p>{td_string!(locale, shift.risks_intro)}</p>
            <form class="form" method="post" action=page_of(&view.id)><FormKey />
                <input type="hidden" name="version" value=risks.version.to_string() />
                <div class="action-bar"><button class="button button-main button-wide" type="submit">{td_string!(locale, shift.risks_read)}</button></div>
            </form>
        }
    })
}
