//! The center asks whether somebody can help out: yes is the ordinary sign-up, and a no ends it (C-94).

use super::super::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{FormKey, NoticeBox, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, routing::post};
use domain::{
    id::{CoverCallId, ShiftId},
    time::Timestamp,
};
use leptos::prelude::*;
use store::cover::{self, Call};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/shifts/{id}/decline", post(decline))
}

/// Says no for somebody who was asked, and goes back to where the question stood.
async fn decline(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    gate::complete_account(&visit).await?;
    let shift: ShiftId = id.parse()?;
    let call: CoverCallId = form.need("call")?.parse()?;
    cover::decline(visit.db(), &visit.act(), &call).await?;
    Ok(match form.is_on("mine") {
        true => redirect("/me/shifts?declined=1"),
        false => redirect(&format!("/shifts/{shift}?declined=1")),
    })
}

/// Whom of the caller's account the staff ask to help out; nobody where nobody is signed in.
pub(super) async fn calls(visit: &Visit) -> store::Result<Vec<Call>> {
    match visit.account() {
        Ok(account) => cover::of_account(visit.db(), &account, visit.now).await,
        Err(_) => Ok(Vec::new()),
    }
}

/// What was said just now.
pub(super) fn declined(locale: Locale, form: &Form) -> Option<impl IntoView + use<>> {
    let title = td_string!(locale, cover.said_no);
    form.is_on("declined")
        .then(|| view! { <NoticeBox title tone=Tone::Good fresh=true /> })
}

/// The question on the page of its shift, whose form is the yes.
pub(super) fn on_shift(locale: Locale, calls: &[Call]) -> Vec<AnyView> {
    let boxes = calls.iter().map(|call| match call.is_filled {
        true => view! { <NoticeBox title=td_string!(locale, cover.no_more) text=td_string!(locale, cover.no_more_hint) tone=Tone::Good /> }
            .into_any(),
        false => {
            let title = td_string!(locale, cover.call, person = call.person.clone());
            let no = no(locale, call, false).into_any();
            view! {
                <NoticeBox title text=td_string!(locale, cover.call_text) tone=Tone::Warn>
                    <div class="cluster">
                        <a class="button button-main" href="#sign-up">{td_string!(locale, cover.yes)}</a>
                        {no}
                    </div>
                </NoticeBox>
            }
            .into_any()
        }
    });
    boxes.collect()
}

/// The open questions among one's own shifts.
pub(super) fn in_mine(
    locale: Locale,
    calls: &[Call],
    now: Timestamp,
) -> Option<impl IntoView + use<>> {
    let open = calls.iter().filter(|call| !call.is_filled);
    let cards: Vec<_> = open
        .map(|call| {
            let href = format!("/shifts/{}", call.shift);
            view! {
                <li class="card">
                    <h3><a href=href.clone()>{call.title.clone()}</a></h3>
                    <p class="clock">{words::span_near(locale, call.span, now)}</p>
                    <p>{call.center_name.clone()}" · "{call.person.clone()}</p>
                    <div class="cluster">
                        <a class="button button-main" href=href>{td_string!(locale, cover.yes)}<span class="visually-hidden">" "{call.title.clone()}</span></a>
                        {no(locale, call, true)}
                    </div>
                </li>
            }
        })
        .collect();
    (!cards.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="help">
                <h2 id="help">{td_string!(locale, cover.calls)}</h2>
                <p>{td_string!(locale, cover.call_text)}</p>
                <ul class="stack">{cards}</ul>
            </section>
        }
    })
}

fn no(locale: Locale, call: &Call, in_mine: bool) -> impl IntoView + use<> {
    let title = call.title.clone();
    view! {
        <form method="post" action=format!("/shifts/{}/decline", call.shift)><FormKey />
            <input type="hidden" name="call" value=call.id.to_string() />
            {in_mine.then(|| view! { <input type="hidden" name="mine" value="1" /> })}
            <button class="button" type="submit">{td_string!(locale, cover.no)}<span class="visually-hidden">" "{title}</span></button>
        </form>
    }
}
