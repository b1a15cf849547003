//! The shifts of the coming two weeks, holes in plain sight, and who asks to be a volunteer.

use crate::{
    i18n::{Locale, td_string},
    staff::common::{gate, told::shift_state},
    ui::{Badge, Columns, DemoLabel, EmptyState, FormKey, NoticeBox, Row, Table, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    routing::{get, post},
};
use domain::{
    access::Action,
    activity::Status,
    id::{CenterId, VolunteerId},
    shift::Half,
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use store::{
    shifts::{self, ShiftView},
    volunteers::{self, VolunteerView},
};

/// How far ahead is looked.
const AHEAD: i64 = 14 * DAY;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/shifts", get(list))
        .route("/staff/centers/{center}/applicants", post(accept))
}

async fn list(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewPlans).await?;
    let (locale, now) = (visit.locale, visit.now);
    let (db, caller, here) = (visit.db(), &visit.caller, &center.summary.id);
    let (since, until) = (now.plus(-AHEAD), now.plus(AHEAD));
    let found = shifts::all_for_staff(db, caller, here, now, until).await?;
    let past = shifts::all_for_staff(db, caller, here, since, now).await?;
    let is_over = |view: &ShiftView| view.span.end() <= now && view.closed_at.is_none();
    let unclosed: Vec<ShiftView> = past
        .into_iter()
        .filter(|view| is_over(view) && view.status == Status::Published)
        .filter(|view| view.halves.volunteers > 0)
        .collect();
    let place = center.summary.place();
    let may = |action| visit.caller.may(action, &place).is_ok();
    let asking = match may(Action::ViewBookings) && may(Action::BookForOthers) {
        true => volunteers::applicants(visit.db(), &visit.act(), &center.summary.id).await?,
        false => Vec::new(),
    };
    let (may_plan, may_see) = (may(Action::ManageActivities), may(Action::ViewBookings));
    let done = match form.get("done") {
        Some("accepted") => Some(td_string!(locale, staff.shift.accepted)),
        Some("discarded") => Some(td_string!(locale, staff.shift.done_discarded)),
        _ => None,
    };
    let title = td_string!(locale, staff.shift.title);
    Ok(gate::page(&visit, title).render(move || {
        let here = format!("/staff/centers/{}", center.summary.id);
        let unclosed: Vec<_> = unclosed
            .into_iter()
            .map(|view| {
                let title = format!("{} · {}", view.title, words::span_near(locale, view.span, now));
                view! { <Row href=format!("/staff/shifts/{}", view.id) title=title><Badge text=td_string!(locale, staff.shift.to_close) tone=Tone::Warn /></Row> }
            })
            .collect();
        let asking: Vec<_> = asking.into_iter().map(|view| applicant(locale, &center.summary.id, view)).collect();
        view! {
            <a class="back-link" href=here.clone()>{center.summary.name.clone()}</a>
            <div class="page-head">
                <div class="cluster">
                    <h1>{title}</h1>
                    {may_plan.then(|| view! { <a class="button button-main" href=format!("{here}/shifts/new")>{td_string!(locale, staff.shift.new)}</a> })}
                </div>
                <p class="lead">{td_string!(locale, staff.shift.intro)}</p>
                <p class="cluster">
                    {may_see.then(|| view! { <a class="button" href=format!("{here}/roster")>{td_string!(locale, roster.title)}</a> })}
                    {may_see.then(|| view! { <a class="button button-quiet" href=format!("{here}/today")>{td_string!(locale, day.title)}</a> })}
                    {may_see.then(|| view! { <a class="button button-quiet" href=format!("{here}/hours")>{td_string!(locale, ledger.desk_title)}</a> })}
                    {may_plan.then(|| view! { <a class="button button-quiet" href=format!("{here}/day-off")>{td_string!(locale, staff.day_off.title)}</a> })}
                </p>
            </div>
            {done.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            {(!unclosed.is_empty()).then(|| view! {
                <section class="section" aria-labelledby="unclosed">
                    <h2 id="unclosed">{td_string!(locale, staff.shift.unclosed)}</h2>
                    <ul class="row-list">{unclosed}</ul>
                </section>
            })}
            {(!asking.is_empty()).then(|| view! {
                <section class="section" aria-labelledby="asking">
                    <h2 id="asking">{td_string!(locale, staff.shift.applicants)}</h2>
                    <ul class="row-list">{asking}</ul>
                </section>
            })}
            {if found.is_empty() {
                view! { <EmptyState title=td_string!(locale, shift.none) /> }.into_any()
            } else {
                table(locale, &found, now)
            }}
        }
    }))
}

fn table(locale: Locale, found: &[ShiftView], now: Timestamp) -> AnyView {
    let columns = Columns::head(td_string!(locale, staff.shift.shift), |view: &ShiftView| {
        let demo = view.demo.then(|| view! { " "<DemoLabel locale /> });
        view! { <a href=format!("/staff/shifts/{}", view.id)>{view.title.clone()}</a>{demo} }
    })
    .text(td_string!(locale, field.time), |view| {
        words::span_near(locale, view.span, now)
    })
    .view(td_string!(locale, shift.lead), |view| {
        let missing = view.missing().contains(&Half::Lead);
        let tone = if missing { Tone::Warn } else { Tone::Plain };
        let text = format!("{} / {}", view.halves.leads, view.halves.leads_min);
        view! { <Badge text tone /> }
    })
    .view(td_string!(locale, shift.volunteers), |view| {
        let missing = view.missing().contains(&Half::Volunteers);
        let tone = if missing { Tone::Warn } else { Tone::Plain };
        let text = format!(
            "{} / {}–{}",
            view.halves.volunteers, view.needs.volunteers_min, view.needs.volunteers_max
        );
        view! { <Badge text tone /> }
    })
    .number(td_string!(locale, shift.in_line), |view| {
        view.waiting.to_string()
    })
    .view(td_string!(locale, staff.act.status), move |view| {
        let (tone, text) = shift_state(locale, view, now);
        view! { <Badge text tone /> }
    });
    Table::new(td_string!(locale, staff.shift.title), columns).of(found)
}

fn applicant(locale: Locale, center: &CenterId, view: VolunteerView) -> impl IntoView + use<> {
    let skills: Vec<String> = view.skills.iter().cloned().collect();
    let note = words::list(locale, &skills);
    let action = format!("/staff/centers/{center}/applicants");
    view! {
        <li>
            <div class="row">
                <span class="row-text"><strong>{view.name.clone()}</strong><small>{note}</small></span>
                <form method="post" action=action><FormKey />
                    <input type="hidden" name="volunteer" value=view.id.to_string() />
                    <button class="button" type="submit">{td_string!(locale, staff.shift.accept)}<span class="visually-hidden">" "{view.name}</span></button>
                </form>
            </div>
        </li>
    }
}

async fn accept(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers)
        .await?
        .summary
        .id;
    let volunteer: VolunteerId = form.need("volunteer")?.parse()?;
    volunteers::accept(visit.db(), &visit.once(&form)?, &center, &volunteer).await?;
    Ok(redirect(&format!(
        "/staff/centers/{center}/shifts?done=accepted"
    )))
}
