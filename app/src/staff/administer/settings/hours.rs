//! The opening hours of a center's ordinary week.

use super::{back, code, home, revision};
use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{ErrorSummary, Field, FormKey, Problems},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use chrono::{NaiveDate, Weekday};
use domain::{
    Reason, Refusal,
    access::Action,
    opening::{self, Day, Opening, Week},
};
use leptos::prelude::*;
use store::{
    Error,
    centers::{self, CenterView, Setting},
};

/// The days by the names of their fields.
const FIELDS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/settings/hours",
        get(ask).post(save),
    )
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy).await?;
    let times = center.times();
    let of_day = |(name, day): (&'static str, &Day)| {
        let openings = times.week().map_or(&[][..], |week| week.on(*day));
        (name, opening::written(openings).replace(',', ", "))
    };
    let form = Form::of(FIELDS.into_iter().zip(&Day::ALL).map(of_day));
    Ok(page(&visit, center, form, Problems::none(), None))
}

/// The week that was entered; what is wrong is noted.
fn read(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<Week> {
    let mut of_day = |name: &str| {
        let read = opening::entered(name, form.text(name));
        problems.keep(visit.locale, visit.now, read)
    };
    // All of them, so that everything that is wrong is said at once.
    let days: [Option<Vec<Opening>>; 7] = FIELDS.map(&mut of_day);
    let days: Vec<Vec<Opening>> = days.into_iter().collect::<Option<_>>()?;
    if days.iter().all(Vec::is_empty) {
        problems.note(
            visit.locale,
            &Refusal::invalid("mo", Reason::Missing),
            visit.now,
        );
        return None;
    }
    days.try_into().ok().map(Week::of)
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy).await?;
    let mut problems = Problems::none();
    let Some(week) = read(&visit, &form, &mut problems) else {
        return Ok(page(&visit, center, form, problems, None));
    };
    let (act, here) = (visit.once(&form)?, &center.summary.id);
    let setting = Setting::Hours(week);
    match centers::set(visit.db(), &act, here, setting, revision(&form)).await {
        Ok(_) => Ok(redirect(&format!("{}?saved=1", home(&center)))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            // What stands by now is shown beside what was entered.
            let center = gate::center(&visit, &id, Action::SetPolicy).await?;
            Ok(page(&visit, center, form, problems, Some(refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(
    visit: &Visit,
    center: CenterView,
    form: Form,
    problems: Problems,
    refused: Option<Refusal>,
) -> Response {
    let locale = visit.locale;
    let status = code(problems.any(), refused.as_ref());
    let title = td_string!(locale, center_settings.edit_hours);
    gate::page(visit, title).narrow().status(status).render(move || {
        let stands = center.times().week().map(|week| {
            let text = words::week(locale, week).join(" · ");
            view! { <p>{td_string!(locale, center_settings.stands, text)}</p> }
        });
        let monday = NaiveDate::default().week(Weekday::Mon).first_day();
        let fields: Vec<_> = FIELDS
            .into_iter()
            .zip(monday.iter_days())
            .map(|(name, day)| {
                let label = words::weekday(locale, day);
                view! { <Field name=name label=label value=form.text(name).to_owned() error=problems.of(name) maxlength=60 /> }
            })
            .collect();
        view! {
            {back(locale, &center)}
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, center_settings.hours_intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {stands}
            <p class="hint">{td_string!(locale, center_settings.hours_hint)}</p>
            <form class="form" method="post" action=format!("{}/hours", home(&center))><FormKey />
                <input type="hidden" name="revision" value=center.revision.to_string() />
                {fields}
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button></div>
            </form>
        }
    })
}
