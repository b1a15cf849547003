//! Somebody asks at the desk to have their account deleted, or has changed their mind.

use crate::staff::common::gate;
use crate::{
    i18n::td_string,
    ui::{FormKey, NoticeBox, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, routing::get};
use domain::{access::Action, id::PersonId, retention};
use leptos::prelude::*;
use store::{known, personal};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/people/{person}/delete",
        get(show).post(send),
    )
}

async fn show(visit: Visit, Path((center, person)): Path<(String, String)>) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let person: PersonId = person.parse()?;
    let shown = known::show(visit.db(), &visit.act(), &center.summary.id, &person).await?;
    let at = personal::asked(visit.db(), &shown.person.account_id).await?;
    let locale = visit.locale;
    let back = format!("/staff/centers/{}/people/{person}", center.summary.id);
    let name = shown.person.name.as_str().to_owned();
    let has_phone = shown.phone.is_some();
    let then = retention::deleted_at(visit.now);
    let day = words::day_short(locale, at.unwrap_or(then).day());
    let page = gate::page(&visit, td_string!(locale, data.desk_title));
    Ok(page.render(move || {
        let action = format!("{back}/delete");
        let main = match at {
            Some(_) => view! {
                <NoticeBox title=td_string!(locale, data.desk_asked, day) tone=Tone::Warn />
                <form class="form" method="post" action=action><FormKey />
                    <button class="button" type="submit" name="do" value="keep">{td_string!(locale, data.desk_keep)}</button>
                </form>
            }
            .into_any(),
            None => view! {
                <p>{td_string!(locale, data.desk_lead)}</p>
                <p>{td_string!(locale, data.confirm_lead, day = day.clone())}</p>
                <ul class="text">
                    <li>{td_string!(locale, data.confirm_places)}</li>
                    <li>{td_string!(locale, data.confirm_counts)}</li>
                    <li>{td_string!(locale, data.confirm_record)}</li>
                </ul>
                {has_phone.then(|| view! { <p>{td_string!(locale, data.desk_told, day)}</p> })}
                <form class="form" method="post" action=action><FormKey />
                    <button class="button button-danger" type="submit" name="do" value="delete">{td_string!(locale, data.confirm)}</button>
                </form>
            }
            .into_any(),
        };
        view! {
            <a class="back-link" href=back.clone()>{name}</a>
            <div class="page-head"><h1>{td_string!(locale, data.desk_title)}</h1></div>
            {main}
        }
    }))
}

async fn send(visit: Visit, Path((center, person)): Path<(String, String)>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let (id, person): (_, PersonId) = (&center.summary.id, person.parse()?);
    let act = visit.once(&form)?;
    if form.text("do") == "keep" {
        personal::take_back(visit.db(), &act, Some((id, &person))).await?;
        return Ok(redirect(&format!("/staff/centers/{id}/people/{person}")));
    }
    personal::ask_for(visit.db(), &act, id, &person).await?;
    Ok(redirect(&format!(
        "/staff/centers/{id}/people/{person}/delete"
    )))
}
