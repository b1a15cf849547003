//! Planning shifts: one, or the same every week, with the exact list before they are made.

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{ErrorSummary, Field, FormKey, Problems, SelectField, TextArea},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use chrono::Days;
use domain::{
    Reason, Refusal,
    access::Action,
    shift::{Joining, Needs, Risks},
    text,
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    shifts::{self, NewShift},
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/shifts/new", get(ask).post(create))
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let form = Form::of([
        ("volunteers_min", "1".to_owned()),
        ("volunteers_max", "2".to_owned()),
    ]);
    Ok(page(&visit, center, form, Problems::none(), None))
}

/// From and to, on one day, or into the next morning (C-52).
fn times(form: &Form, now: Timestamp) -> Result<(Timestamp, Timestamp), Refusal> {
    let day = text::day(form.need("starts_on")?, now.day());
    let day = day.ok_or_else(|| Refusal::invalid("starts_on", Reason::NotADay))?;
    let clock = |name| {
        let read = text::clock(form.need(name)?);
        read.ok_or_else(|| Refusal::invalid(name, Reason::NotATimeOfDay))
    };
    let (from, to) = (clock("starts_at")?, clock("ends_at")?);
    let last = match to <= from {
        true => day.checked_add_days(Days::new(1)).unwrap_or(day),
        false => day,
    };
    let start = Timestamp::from_local(day.and_time(from));
    Ok((start, Timestamp::from_local(last.and_time(to))))
}

/// The shift, or the series; what is wrong is noted.
fn read(
    visit: &Visit,
    center: &CenterView,
    form: &Form,
    problems: &mut Problems,
) -> Option<NewShift> {
    let (locale, now) = (visit.locale, visit.now);
    let times = problems.keep(locale, now, times(form, now));
    let number = |name: &str, least: u32| form.number(name).map(|n| n.unwrap_or(least));
    let volunteers_min = problems.keep(locale, now, number("volunteers_min", 1));
    let volunteers_max = problems.keep(locale, now, number("volunteers_max", 0));
    let waitlist = problems.keep(locale, now, number("waitlist", 0));
    let weeks = problems.keep(locale, now, number("weeks", 1));
    let (starts_at, ends_at) = times?;
    let weeks = weeks?;
    Some(NewShift {
        center: center.summary.id.clone(),
        title: form.text("title").to_owned(),
        starts_at,
        ends_at,
        rule: (weeks > 1).then(|| format!("FREQ=WEEKLY;COUNT={weeks}")),
        excluded: Vec::new(),
        occurrence: None,
        duty: form.get("duty").and_then(|text| text.parse().ok()),
        place: form.text("room").to_owned(),
        joining: form
            .get("joining")
            .and_then(|text| text.parse().ok())
            .unwrap_or(Joining::SignUp),
        needs: Needs {
            volunteers_min: volunteers_min?,
            volunteers_max: volunteers_max?,
            waitlist_capacity: waitlist?,
            risks: Risks {
                text: form.text("risks").to_owned(),
                version: 1,
            },
            ..Needs::default()
        },
        publish: true,
    })
}

async fn create(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let mut problems = Problems::none();
    let new = read(&visit, &center, &form, &mut problems);
    let planned = new
        .as_ref()
        .and_then(|new| problems.keep(visit.locale, visit.now, new.plan(visit.now)));
    let (Some(new), Some(_)) = (new, &planned) else {
        return Ok(page(&visit, center, form, problems, None));
    };
    if form.get("do") == Some("preview") {
        return Ok(page(&visit, center, form, problems, planned));
    }
    match shifts::create(visit.db(), &visit.once(&form)?, new).await {
        Ok(_) => Ok(redirect(&format!(
            "/staff/centers/{}/shifts",
            center.summary.id
        ))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            Ok(page(&visit, center, form, problems, None))
        }
        Err(error) => Err(error.into()),
    }
}

/// Values and their words, as a choice has them.
type Options = Vec<(String, String)>;

/// What a shift can be for, and how people get into it.
fn options(locale: Locale) -> (Options, Options) {
    let duty = [
        ("reception", td_string!(locale, staff.shift.duty_reception)),
        ("door", td_string!(locale, staff.shift.duty_door)),
        ("outreach", td_string!(locale, staff.shift.duty_outreach)),
        ("visit", td_string!(locale, staff.shift.duty_visit)),
    ];
    let joining = [
        ("sign_up", td_string!(locale, staff.shift.joining_sign_up)),
        ("ask", td_string!(locale, staff.shift.joining_ask)),
        ("invite", td_string!(locale, staff.shift.joining_invite)),
    ];
    let own = |(value, words): &(&str, &str)| ((*value).to_owned(), (*words).to_owned());
    (
        duty.iter().map(own).collect(),
        joining.iter().map(own).collect(),
    )
}

fn page(
    visit: &Visit,
    center: CenterView,
    form: Form,
    problems: Problems,
    planned: Option<Vec<Span>>,
) -> Response {
    let locale = visit.locale;
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let title = td_string!(locale, staff.shift.new);
    gate::page(visit, title).status(status).render(move || {
        let back = format!("/staff/centers/{}/shifts", center.summary.id);
        let text = |name: &str| form.text(name).to_owned();
        let (duty, joining) = options(locale);
        view! {
            <a class="back-link" href=back.clone()>{td_string!(locale, staff.shift.title)}</a>
            <div class="page-head"><h1>{title}</h1><p class="lead">{center.summary.name.clone()}</p></div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=format!("{back}/new")><FormKey />
                <Field name="title" label=td_string!(locale, field.title) value=text("title") error=problems.of("title") maxlength=80 />
                <SelectField name="duty" label=td_string!(locale, staff.shift.duty) options=duty selected=text("duty") />
                <Field name="starts_on" label=td_string!(locale, staff.shift.day) value=text("starts_on") error=problems.of("starts_on") kind="date" class="input-short" />
                <Field name="starts_at" label=td_string!(locale, field.starts_at) value=text("starts_at") error=problems.of("starts_at") kind="time" class="input-short" />
                <Field name="ends_at" label=td_string!(locale, field.ends_at) value=text("ends_at") error=problems.of("ends_at") kind="time" class="input-short" />
                <Field name="weeks" label=td_string!(locale, staff.shift.weeks) hint=td_string!(locale, staff.shift.weeks_hint) value=text("weeks") error=problems.of("weeks").or_else(|| problems.of("rrule")) inputmode="numeric" class="input-short" />
                <Field name="room" label=td_string!(locale, staff.shift.place) hint=td_string!(locale, staff.shift.place_hint) value=text("room") error=problems.of("room") maxlength=60 />
                <Field name="volunteers_min" label=td_string!(locale, field.volunteers_min) value=text("volunteers_min") error=problems.of("volunteers_min") inputmode="numeric" class="input-short" />
                <Field name="volunteers_max" label=td_string!(locale, field.volunteers_max) value=text("volunteers_max") error=problems.of("volunteers_max") inputmode="numeric" class="input-short" />
                <Field name="waitlist" label=td_string!(locale, field.waitlist_capacity) value=text("waitlist") error=problems.of("waitlist_capacity") inputmode="numeric" class="input-short" />
                <SelectField name="joining" label=td_string!(locale, shift.joining) options=joining selected=text("joining") />
                <TextArea name="risks" label=td_string!(locale, shift.risks) note=td_string!(locale, cancel.optional) hint=td_string!(locale, staff.shift.risks_hint) value=text("risks") error=problems.of("risks") maxlength=1000 />
                {planned.map(|planned| preview(locale, planned))}
                <div class="cluster">
                    <button class="button button-main" type="submit" name="do" value="create">{td_string!(locale, staff.act.publish)}</button>
                    <button class="button" type="submit" name="do" value="preview">{td_string!(locale, staff.shift.preview)}</button>
                </div>
            </form>
        }
    })
}

/// Exactly the shifts that would be made (C-63).
fn preview(locale: Locale, planned: Vec<Span>) -> impl IntoView {
    let rows: Vec<_> = planned
        .into_iter()
        .map(|span| view! { <li>{words::span(locale, span)}</li> })
        .collect();
    view! {
        <section class="card" role="status" aria-labelledby="planned">
            <h2 id="planned">{td_string!(locale, staff.shift.planned)}</h2>
            <ul class="rules">{rows}</ul>
        </section>
    }
}
