//! Postponing (顺延) a series from one of its dates on: where each date would go and what is in its way,
//! then in one press; and undoing it.

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{
        Columns, EmptyState, ErrorSummary, Field, FormKey, NoticeBox, Problems, SelectField, Table,
        Tone,
    },
    web::{Answer, Form, Site, Visit, redirect, status},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};
use domain::{
    Reason, Refusal, access::Action, activity::Status, id::OccurrenceId, postpone::MOST_STEPS,
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error,
    activities::ActivityDetail,
    occurrences::{
        OccurrenceView,
        postpone::{self, LookDate, Postponed, Postponement, Seen},
    },
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/activities/{id}/postpone", get(ask).post(press))
        .route("/staff/activities/{id}/postpone/undo", post(undo))
}

/// What is asked: from which date on, and by how much.
type Wanted = (OccurrenceId, u32);

fn wanted(detail: &ActivityDetail, form: &Form) -> Result<Wanted, Refusal> {
    let from: OccurrenceId = form.need("from")?.parse()?;
    let is_own = |date: &&OccurrenceView| date.id == from;
    detail
        .occurrences
        .iter()
        .find(is_own)
        .ok_or(Refusal::NotFound)?;
    Ok((from, form.number("steps")?.unwrap_or(1)))
}

async fn ask(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (detail, _) = gate::activity(&visit, &id, Action::ManageActivities).await?;
    if !form.is_on("look") {
        return answer(&visit, detail, form, None).await;
    }
    look(&visit, detail, form, None).await
}

/// The page with where the dates would go, or why they cannot.
async fn look(
    visit: &Visit,
    detail: ActivityDetail,
    form: Form,
    refused: Option<Refusal>,
) -> Answer {
    let found = match wanted(&detail, &form) {
        Err(refusal) => Err(refusal),
        Ok((from, steps)) => {
            let found = postpone::look(visit.db(), &visit.caller, &from, steps, visit.now).await;
            match found {
                Ok(look) => Ok(look.dates),
                Err(Error::Refused(refusal)) => Err(refusal),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let looked = match found {
        Ok(dates) => Looked { dates, refused },
        Err(refusal) => Looked {
            dates: Vec::new(),
            refused: Some(refusal),
        },
    };
    answer(visit, detail, form, Some(looked)).await
}

/// What was found.
struct Looked {
    dates: Vec<LookDate>,
    refused: Option<Refusal>,
}

async fn press(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (detail, _) = gate::activity(&visit, &id, Action::ManageActivities).await?;
    let (from, steps) = match wanted(&detail, &form) {
        Ok(wanted) => wanted,
        Err(refusal) => return look(&visit, detail, form, Some(refusal)).await,
    };
    let (act, seen) = (visit.once(&form)?, seen(&form)?);
    match postpone::postpone(visit.db(), &act, &from, steps, seen).await {
        Ok(done) => Ok(redirect(&back(&detail, "postponed", done))),
        Err(Error::Refused(refusal)) => look(&visit, detail, form, Some(refusal)).await,
        Err(error) => Err(error.into()),
    }
}

async fn undo(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (detail, _) = gate::activity(&visit, &id, Action::ManageActivities).await?;
    let (act, last) = (visit.once(&form)?, form.text("postponement"));
    let done = postpone::undo(visit.db(), &act, &detail.activity.id, last).await;
    match done {
        Ok(done) => Ok(redirect(&back(&detail, "undone", done))),
        Err(Error::Refused(refusal)) => {
            let looked = Looked {
                dates: Vec::new(),
                refused: Some(refusal),
            };
            answer(&visit, detail, form, Some(looked)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn back(detail: &ActivityDetail, what: &str, done: Postponed) -> String {
    let (moved, told) = (done.moved, done.told);
    format!(
        "/staff/activities/{}?{what}={moved}&told={told}",
        detail.activity.id
    )
}

/// What has just been postponed, or put back, as the address says.
pub(super) fn done(locale: Locale, form: &Form) -> Option<String> {
    let number = |name| form.number::<u32>(name).ok().flatten();
    let told = number("told").unwrap_or_default();
    let postponed = number("postponed");
    let postponed = postponed.map(|count| td_string!(locale, postpone.done, count = count, told));
    let undone = number("undone");
    postponed
        .or_else(|| undone.map(|count| td_string!(locale, postpone.undone, count = count, told)))
}

/// What the staff were shown: `ID MILLISECONDS`, a field a date.
fn seen(form: &Form) -> Result<Vec<Seen>, Refusal> {
    let wrong = || Refusal::invalid("form", Reason::Unreadable);
    let one = |text: &str| {
        let (id, at) = text.split_once(' ').ok_or_else(wrong)?;
        Ok((id.parse()?, Timestamp(at.parse().map_err(|_| wrong())?)))
    };
    form.all("seen").map(one).collect()
}

async fn answer(
    visit: &Visit,
    detail: ActivityDetail,
    form: Form,
    looked: Option<Looked>,
) -> Answer {
    let (locale, now) = (visit.locale, visit.now);
    let mut problems = Problems::none();
    let mut code = StatusCode::OK;
    if let Some(refusal) = looked.as_ref().and_then(|looked| looked.refused.as_ref()) {
        problems.note(locale, refusal, now);
        code = status(refusal);
    }
    let title = td_string!(locale, postpone.title);
    Ok(gate::page(visit, title).status(code).render(move || {
        let here = format!("/staff/activities/{}", detail.activity.id);
        let coming: Vec<_> = detail
            .occurrences
            .iter()
            .filter(|date| date.starts_at > now && date.status != Status::Cancelled)
            .map(|date| {
                (
                    date.id.to_string(),
                    words::span_near(locale, date.span(), now),
                )
            })
            .collect();
        let asked = match coming.is_empty() {
            true => view! { <EmptyState title=td_string!(locale, postpone.none) /> }.into_any(),
            false => fields(locale, &here, coming, &form, &problems),
        };
        let looked = looked.filter(|looked| !looked.dates.is_empty());
        view! {
            <a class="back-link" href=here.clone()>{detail.activity.texts.title.clone()}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, postpone.intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {asked}
            {looked.map(|looked| section(locale, &here, &form, &looked.dates))}
        }
    }))
}

/// From which date on and by how much; sending it changes nothing.
fn fields(
    locale: Locale,
    here: &str,
    coming: Vec<(String, String)>,
    form: &Form,
    problems: &Problems,
) -> AnyView {
    let steps = form.get("steps").unwrap_or("1").to_owned();
    view! {
        <form class="form" method="get" action=format!("{here}/postpone")>
            <input type="hidden" name="look" value="1" />
            <SelectField name="from" label=td_string!(locale, postpone.from) options=coming selected=form.text("from").to_owned() />
            <Field name="steps" label=td_string!(locale, postpone.steps) value=steps error=problems.of("steps")
                hint=format!("1–{MOST_STEPS}") inputmode="numeric" class="input-short" />
            <div class="cluster"><button class="button" type="submit">{td_string!(locale, postpone.look)}</button></div>
        </form>
    }
    .into_any()
}

/// Where each date would go and what is in its way, and the button that does it.
fn section(locale: Locale, here: &str, form: &Form, dates: &[LookDate]) -> AnyView {
    let columns = Columns::head(td_string!(locale, postpone.was), move |of: &LookDate| {
        words::span(locale, of.from)
    })
    .text(td_string!(locale, postpone.to), move |of| {
        words::span(locale, of.to)
    })
    .text(td_string!(locale, postpone.clash), move |of| {
        clashes(locale, of)
    });
    let table = Table::new(td_string!(locale, postpone.would), columns).of(dates);
    let taken = dates.iter().any(|date| date.room.is_some());
    let seen: Vec<_> = dates
        .iter()
        .map(|of| {
            let value = format!("{} {}", of.occurrence, of.to.start().0);
            view! { <input type="hidden" name="seen" value=value /> }
        })
        .collect();
    let (from, steps) = (
        form.text("from").to_owned(),
        form.get("steps").unwrap_or("1").to_owned(),
    );
    let next = match taken {
        true => view! { <p class="field-error">{td_string!(locale, postpone.rooms_first)}</p> }.into_any(),
        false => view! {
            <form class="form" method="post" action=format!("{here}/postpone")><FormKey />
                <input type="hidden" name="from" value=from />
                <input type="hidden" name="steps" value=steps />
                {seen}
                <p class="hint">{td_string!(locale, postpone.will_tell)}</p>
                <div class="cluster"><button class="button button-main" type="submit">{td_string!(locale, postpone.press, count = dates.len())}</button></div>
            </form>
        }
        .into_any(),
    };
    view! {
        <section class="card" id="look" aria-labelledby="look-title">
            <h2 id="look-title">{td_string!(locale, postpone.would)}</h2>
            {table}
            {next}
        </section>
    }
    .into_any()
}

/// What is in the way of a date, in words; empty where nothing is.
fn clashes(locale: Locale, of: &LookDate) -> String {
    let room = of.room.iter().map(|other| {
        let (room, title) = (other.room_name.clone(), other.title.clone());
        let span = words::span(locale, other.span);
        td_string!(locale, postpone.room, room, title, span)
    });
    let leads = of.leads.iter().map(|(name, title, span)| {
        let (name, title) = (name.clone(), title.clone());
        let span = words::span(locale, *span);
        td_string!(locale, postpone.lead, name, title, span)
    });
    room.chain(leads).collect::<Vec<_>>().join(" ")
}

/// The last postponement of an activity, with the way to undo it.
pub(super) fn last(
    locale: Locale,
    here: &str,
    last: &Postponement,
    now: Timestamp,
) -> impl IntoView + use<> {
    let first = last.moves.first().map(|of| {
        let (before, after) = (words::span(locale, of.from), words::span(locale, of.to));
        let (count, when) = (last.moves.len(), words::moment(locale, last.made_at, now));
        td_string!(locale, postpone.last, count = count, when, before, after)
    });
    let refused = last.refused.as_ref().map(|refusal| {
        let told = words::refusal(locale, refusal, now);
        let text = words::join(locale, &told.sentence, &told.next);
        view! { <NoticeBox title=td_string!(locale, postpone.no_undo) text tone=Tone::Plain level=3 /> }
    });
    let undo = last.refused.is_none().then(|| {
        view! {
            <form method="post" action=format!("{here}/postpone/undo")><FormKey />
                <input type="hidden" name="postponement" value=last.id.clone() />
                <p class="hint">{td_string!(locale, postpone.undo_hint)}</p>
                <button class="button" type="submit">{td_string!(locale, postpone.undo)}</button>
            </form>
        }
    });
    view! {
        <section class="section" aria-labelledby="postponed">
            <h2 id="postponed">{td_string!(locale, postpone.title)}</h2>
            {first.map(|text| view! { <p>{text}</p> })}
            {undo}
            {refused}
        </section>
    }
}
