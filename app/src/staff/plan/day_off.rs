//! A whole day of a center cancelled in one act: what is on, how many it concerns, and one press.

use crate::{
    i18n::{Locale, td_string},
    staff::common::{affected, gate},
    ui::{
        EmptyState, ErrorSummary, Field, Filters, FormKey, NoticeBox, Problems, Table, TextArea,
        Tone,
    },
    web::{Answer, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use chrono::NaiveDate;
use domain::{Refusal, access::Action, commitment::Event, time::Timestamp};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    day_off::{self, Item, Planned},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/day-off", get(ask).post(cancel))
}

async fn ask(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let mut shown = Shown::of(form);
    if shown.form.get("on").is_some() {
        let on = shown.form.need_day("on", visit.now.day());
        shown.on = shown.problems.keep(visit.locale, visit.now, on);
    }
    answer(&visit, center, shown).await
}

async fn cancel(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let mut shown = Shown::of(form);
    let on = shown.form.need_day("on", visit.now.day());
    shown.on = shown.problems.keep(visit.locale, visit.now, on);
    let Some(on) = shown.on else {
        return answer(&visit, center, shown).await;
    };
    let seen = seen(&shown.form)?;
    let (act, reason) = (visit.once(&shown.form)?, shown.form.text("reason"));
    let here = &center.summary.id;
    match day_off::cancel(visit.db(), &act, here, on, reason, seen).await {
        Ok(done) => {
            let query = format!(
                "on={on}&occurrences={}&shifts={}&told={}",
                done.occurrences, done.shifts, done.told
            );
            Ok(redirect(&format!(
                "/staff/centers/{here}/day-off?done=1&{query}"
            )))
        }
        Err(Error::Refused(refusal)) => {
            shown.problems.note(visit.locale, &refusal, visit.now);
            shown.refused = Some(status(&refusal));
            answer(&visit, center, shown).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What the page listed when the button was pressed.
fn seen(form: &Form) -> Result<Vec<Event>, Refusal> {
    let of = |kind: &'static str| form.all(kind).map(move |id| Event::parse(kind, id));
    of("occurrence").chain(of("shift")).collect()
}

/// What was asked for, and what came of it.
struct Shown {
    form: Form,
    on: Option<NaiveDate>,
    problems: Problems,
    refused: Option<StatusCode>,
}

impl Shown {
    fn of(form: Form) -> Self {
        Self {
            form,
            on: None,
            problems: Problems::none(),
            refused: None,
        }
    }
}

async fn answer(visit: &Visit, center: CenterView, shown: Shown) -> Answer {
    let planned = match shown.on {
        None => None,
        Some(on) => {
            let (db, caller, here) = (visit.db(), &visit.caller, &center.summary.id);
            Some((on, day_off::preview(db, caller, here, on, visit.now).await?))
        }
    };
    Ok(page(visit, center, shown, planned))
}

fn page(
    visit: &Visit,
    center: CenterView,
    shown: Shown,
    planned: Option<(NaiveDate, Planned)>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let status = match shown.refused {
        Some(status) => status,
        None if shown.problems.any() => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let title = td_string!(locale, staff.day_off.title);
    gate::page(visit, title).status(status).render(move || {
        let center = &center.summary;
        let here = format!("/staff/centers/{}/day-off", center.id);
        let Shown { form, problems, .. } = shown;
        // A day that was written without its year is shown as it was read.
        let on = planned.as_ref().map(|(on, _)| on.to_string());
        let on = on.unwrap_or_else(|| form.text("on").to_owned());
        let wrong = problems.of("on");
        view! {
            <a class="back-link" href=format!("/staff/centers/{}/activities", center.id)>{center.name.clone()}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, staff.day_off.intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {done(locale, &form)}
            <Filters locale action=here.clone() label=td_string!(locale, staff.day_off.day) button=td_string!(locale, staff.day_off.look).to_owned()>
                <Field name="on" label=td_string!(locale, staff.day_off.day) value=on kind="date" class="input-short" error=wrong />
            </Filters>
            {planned.map(|(on, planned)| list(locale, now, &here, on, planned, &form, &problems))}
        }
    })
}

/// What was cancelled.
fn done(locale: Locale, form: &Form) -> Option<impl IntoView + use<>> {
    let number = |name| form.number::<u32>(name).ok().flatten().unwrap_or(0);
    form.get("done").map(|_| {
        let text = td_string!(
            locale,
            staff.day_off.done,
            occurrences = number("occurrences"),
            shifts = number("shifts"),
            told = number("told")
        );
        view! { <NoticeBox title=td_string!(locale, staff.day_off.done_title) text tone=Tone::Good fresh=true /> }
    })
}

/// Exactly what would be cancelled, and the button that does it.
fn list(
    locale: Locale,
    now: Timestamp,
    here: &str,
    on: NaiveDate,
    planned: Planned,
    form: &Form,
    problems: &Problems,
) -> AnyView {
    let day = words::day_near(locale, on, now);
    if planned.items.is_empty() {
        let title = td_string!(locale, staff.day_off.nothing, day);
        return view! { <EmptyState title /> }.into_any();
    }
    let seen: Vec<_> = planned
        .items
        .iter()
        .map(|item| view! { <input type="hidden" name=item.event.kind() value=item.event.id().to_owned() /> })
        .collect();
    view! {
        <section class="section" aria-labelledby="falls-away">
            <h2 id="falls-away">{td_string!(locale, staff.day_off.list, day)}</h2>
            {table(locale, now, &planned.items)}
            <p>{td_string!(locale, staff.day_off.accounts, count = planned.accounts)}</p>
            <form class="form" method="post" action=here.to_owned()><FormKey />
                <input type="hidden" name="on" value=on.to_string() />
                {seen}
                <TextArea name="reason" label=td_string!(locale, field.reason) note=td_string!(locale, ui.optional)
                    hint=td_string!(locale, staff.day_off.reason_hint) value=form.text("reason").to_owned() error=problems.of("reason") maxlength=200 />
                <div class="cluster"><button class="button button-danger" type="submit">{td_string!(locale, staff.day_off.confirm)}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn table(locale: Locale, now: Timestamp, items: &[Item]) -> AnyView {
    let columns = affected::columns(locale, now);
    Table::new(td_string!(locale, staff.day_off.title), columns).of(items)
}
