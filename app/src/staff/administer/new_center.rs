//! A center that opens: its name and place; what else it needs its settings then ask for.

use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{ErrorSummary, Field, FormKey, Problems, SelectField},
    web::{Answer, Form, Site, Visit, redirect, status},
};
use axum::{Router, http::StatusCode, response::Response, routing::get};
use domain::{Refusal, access::Action, id::CenterId};
use leptos::prelude::*;
use store::{
    Error,
    centers::{self, NewCenter},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/new", get(ask).post(open))
}

/// Whoever may open centers somewhere.
fn founder(visit: &Visit) -> Result<(), Refusal> {
    gate::staff(visit)?;
    match visit.caller.may_somewhere(Action::ManageCenters) {
        true => Ok(()),
        false => Err(Refusal::Forbidden),
    }
}

async fn ask(visit: Visit, form: Form) -> Answer {
    founder(&visit)?;
    Ok(page(&visit, form, Problems::none(), StatusCode::OK))
}

async fn open(visit: Visit, form: Form) -> Answer {
    founder(&visit)?;
    let (locale, now) = (visit.locale, visit.now);
    let mut problems = Problems::none();
    let beside = form.need("subdistrict").and_then(str::parse::<CenterId>);
    let Some(beside) = problems.keep(locale, now, beside) else {
        let wrong = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page(&visit, form, problems, wrong));
    };
    let new = NewCenter {
        beside,
        name: form.text("center_name").to_owned(),
        community: form.text("community").to_owned(),
        address: form.text("address").to_owned(),
        phone: form.text("telephone").to_owned(),
    };
    match centers::create(visit.db(), &visit.once(&form)?, new).await {
        Ok(id) => {
            // The next pages are about it already; else centers are read again a moment later.
            visit.site.renew_centers().await?;
            Ok(redirect(&format!("/staff/centers/{id}/settings?opened=1")))
        }
        Err(Error::Refused(refusal)) => {
            problems.note(locale, &refusal, now);
            Ok(page(&visit, form, problems, status(&refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Each subdistrict where the caller may open centers, as the first center that it has, by name.
fn subdistricts(visit: &Visit) -> Vec<(String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for center in visit.site.centers().all() {
        let may = visit.caller.may(Action::ManageCenters, &center.place());
        let known = found
            .iter()
            .any(|(code, _, _)| *code == center.subdistrict_code);
        if may.is_ok() && !known {
            let name = format!("{} {}", center.district, center.subdistrict);
            found.push((center.subdistrict_code.clone(), center.id.to_string(), name));
        }
    }
    found.sort();
    let of = found.into_iter();
    of.map(|(_, center, name)| (center, name)).collect()
}

fn page(visit: &Visit, form: Form, problems: Problems, status: StatusCode) -> Response {
    let locale = visit.locale;
    let mut places = vec![(
        String::new(),
        td_string!(locale, new_center.choose).to_owned(),
    )];
    places.extend(subdistricts(visit));
    let title = td_string!(locale, new_center.title);
    gate::page(visit, title).narrow().status(status).render(move || {
        view! {
            <a class="back-link" href="/staff/accounts">{td_string!(locale, nav.administer)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, new_center.intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action="/staff/centers/new"><FormKey />
                <Field name="center_name" label=td_string!(locale, field.center_name) hint=td_string!(locale, new_center.name_hint)
                    value=form.text("center_name").to_owned() error=problems.of("center_name") maxlength=60 required=true />
                <SelectField name="subdistrict" label=td_string!(locale, new_center.subdistrict) options=places
                    selected=form.text("subdistrict").to_owned() error=problems.of("subdistrict") />
                <Field name="community" label=td_string!(locale, new_center.community)
                    value=form.text("community").to_owned() error=problems.of("community") maxlength=60 required=true />
                <Field name="address" label=td_string!(locale, center.address) note=td_string!(locale, ui.optional)
                    value=form.text("address").to_owned() error=problems.of("address") maxlength=120 />
                <Field name="telephone" label=td_string!(locale, center.phone) note=td_string!(locale, ui.optional)
                    value=form.text("telephone").to_owned() error=problems.of("telephone") kind="tel" maxlength=40 class="input-short" />
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, new_center.create)}</button></div>
            </form>
        }
    })
}
