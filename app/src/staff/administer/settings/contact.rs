//! A center's telephone number and address.

use super::{back, code, home, revision};
use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Form, Site, Visit, redirect},
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{Refusal, access::Action};
use leptos::prelude::*;
use store::{
    Error,
    centers::{self, CenterView, Setting},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/settings/contact",
        get(ask).post(save),
    )
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy).await?;
    let form = Form::of([
        ("telephone", center.phone.clone()),
        ("address", center.summary.address.clone()),
    ]);
    Ok(page(&visit, center, form, None))
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy).await?;
    let setting = Setting::Contact {
        phone: form.text("telephone").to_owned(),
        address: form.text("address").to_owned(),
    };
    let (act, here) = (visit.once(&form)?, &center.summary.id);
    match centers::set(visit.db(), &act, here, setting, revision(&form)).await {
        Ok(_) => Ok(redirect(&format!("{}?saved=1", home(&center)))),
        Err(Error::Refused(refusal)) => {
            // What stands by now is shown beside what was entered.
            let center = gate::center(&visit, &id, Action::SetPolicy).await?;
            Ok(page(&visit, center, form, Some(refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, center: CenterView, form: Form, refused: Option<Refusal>) -> Response {
    let locale = visit.locale;
    let mut problems = Problems::none();
    if let Some(refusal) = &refused {
        problems.note(locale, refusal, visit.now);
    }
    let status = code(problems.any(), refused.as_ref());
    let title = td_string!(locale, center_settings.edit_contact);
    gate::page(visit, title).narrow().status(status).render(move || {
        let stale = matches!(refused, Some(Refusal::Stale));
        let stands = |text: &str| stale.then(|| td_string!(locale, center_settings.stands, text = text.to_owned()));
        view! {
            {back(locale, &center)}
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, center_settings.contact_intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=format!("{}/contact", home(&center))><FormKey />
                <input type="hidden" name="revision" value=center.revision.to_string() />
                {stands(&center.phone).map(|text| view! { <p class="hint">{text}</p> })}
                <Field name="telephone" label=td_string!(locale, center.phone) note=td_string!(locale, ui.optional)
                    value=form.text("telephone").to_owned() error=problems.of("telephone") kind="tel" maxlength=40 class="input-short" />
                {stands(&center.summary.address).map(|text| view! { <p class="hint">{text}</p> })}
                <Field name="address" label=td_string!(locale, center.address) note=td_string!(locale, ui.optional)
                    value=form.text("address").to_owned() error=problems.of("address") maxlength=120 />
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button></div>
            </form>
        }
    })
}
