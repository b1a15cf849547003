//! One activity: its texts, its dates, and what can be done with it as a whole.

use super::activity_form::Choices;
use super::new_activity::word;
use super::postpone;
use super::text_lines;
use crate::staff::common::gate;
use crate::staff::common::merge;
use crate::staff::common::told;
use crate::{
    i18n::{Locale, td_string},
    ui::{Columns, ErrorSummary, FormKey, NoticeBox, Problems, StatusBadge, Table, TextArea, Tone},
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
    Reason, Refusal,
    access::Action,
    activity::{Enrolment, Status},
};
use leptos::prelude::*;
use store::{
    Error,
    activities::{self, ActivityDetail},
    centers::CenterView,
    occurrences::{OccurrenceView, postpone::last},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/activities/{id}", get(show).post(save))
        .route("/staff/activities/{id}/status", post(turn))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (detail, center) = gate::activity(&visit, &id, Action::ViewPlans).await?;
    let locale = visit.locale;
    let done = form.get("done").map(|what| match what {
        "created" => td_string!(locale, staff.act.done_created),
        "publish" => td_string!(locale, staff.act.done_published),
        "unpublish" => td_string!(locale, staff.act.done_unpublished),
        "cancel" => td_string!(locale, staff.act.done_cancelled),
        _ => td_string!(locale, staff.saved),
    });
    answer(
        &visit,
        detail,
        center,
        None,
        Problems::none(),
        Said {
            done: postpone::done(locale, &form).or_else(|| done.map(str::to_owned)),
            refusal: None,
        },
    )
    .await
}

/// What the page says above all else.
#[derive(Default)]
struct Said {
    done: Option<String>,
    refusal: Option<Refusal>,
}

async fn answer(
    visit: &Visit,
    detail: ActivityDetail,
    center: CenterView,
    entered: Option<Form>,
    problems: Problems,
    said: Said,
) -> Answer {
    let may_plan = visit
        .caller
        .may(Action::ManageActivities, &center.summary.place())
        .is_ok();
    let choices = Choices::load(visit, &center).await?;
    let last = match may_plan {
        true => last(visit.db(), &visit.caller, &detail.activity.id, visit.now).await?,
        false => None,
    };
    let page = gate::page(visit, detail.activity.texts.title.clone());
    let page = match &said.refusal {
        Some(refusal) => page.status(status(refusal)),
        None if problems.any() => page.status(StatusCode::UNPROCESSABLE_ENTITY),
        None => page,
    };
    let reader = visit.clone();
    Ok(page.render(move || {
        let locale = reader.locale;
        let a = &detail.activity;
        let list = format!("/staff/centers/{}/activities", center.summary.id);
        let here = format!("/staff/activities/{}", a.id);
        let form = entered.unwrap_or_else(|| as_it_is(&detail));
        let facts = [words::kind(locale, a.texts.kind).to_owned(), words::enrolment(locale, a.enrolment).to_owned()];
        let summary = a.texts.summary.clone();
        // Entered again after a refusal, it is still what the page was opened on.
        let was = form.get("was").map_or_else(|| merge::opened_on(&text_lines::labels(locale), &as_it_is(&detail)), str::to_owned);
        view! {
            <a class="back-link" href=list>{td_string!(locale, nav.activities)}</a>
            <div class="page-head">
                <h1>{a.texts.title.clone()}</h1>
                <p class="lead"><StatusBadge locale status=a.status />" "{facts.join(" · ")}</p>
            </div>
            {word(&reader, said.done, said.refusal.as_ref())}
            <ErrorSummary locale problems=problems.clone() />
            <section class="section" aria-labelledby="dates">
                <div class="section-head">
                    <h2 id="dates">{td_string!(locale, staff.act.dates)}</h2>
                    {(may_plan && a.status != Status::Cancelled).then(|| view! {
                        <a class="more" href=format!("{here}/postpone")>{td_string!(locale, postpone.link)}</a>
                        <a class="more" href=format!("{here}/dates")>{td_string!(locale, staff.act.add_dates)}</a>
                    })}
                    {may_plan.then(|| view! {
                        <a class="more" href=format!("/staff/centers/{}/activities/new?like={}", center.summary.id, a.id)>{td_string!(locale, staff.act.again)}</a>
                    })}
                </div>
                {dates(&reader, &detail.occurrences, may_plan)}
            </section>
            {last.map(|last| postpone::last(locale, &here, &last, reader.now))}
            {may_plan.then(|| actions(locale, &detail, &reader))}
            {if may_plan {
                view! {
                    <section class="section" aria-labelledby="edit">
                        <h2 id="edit">{td_string!(locale, staff.act.edit)}</h2>
                        <form class="form" method="post" action=format!("/staff/activities/{}", a.id)><FormKey />
                            <input type="hidden" name="revision" value=form.text("revision").to_owned() />
                            <input type="hidden" name="was" value=was />
                            {text_lines::fields(locale, &form, &problems, &choices)}
                            <div class="cluster"><button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button></div>
                        </form>
                    </section>
                }.into_any()
            } else {
                view! { <p class="lead">{summary}</p> }.into_any()
            }}
        }
    }))
}

/// The form as the activity stands.
fn as_it_is(detail: &ActivityDetail) -> Form {
    let revision = ("revision", detail.activity.revision.to_string());
    let texts = text_lines::as_they_are(&detail.activity.texts);
    Form::of(std::iter::once(revision).chain(texts))
}

fn edit_link(locale: Locale, href: String, when: String) -> impl IntoView + use<> {
    view! {
        <a class="button button-quiet" href=format!("{href}/edit")>
            {td_string!(locale, staff.edit)}<span class="visually-hidden">"："{when}</span>
        </a>
    }
}

fn dates(visit: &Visit, occurrences: &[OccurrenceView], may_plan: bool) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let (coming, past): (Vec<_>, Vec<_>) = occurrences.iter().partition(|o| o.ends_at > now);
    let when = |o: &OccurrenceView| words::span_near(locale, o.span(), now);
    let href = |o: &OccurrenceView| format!("/staff/occurrences/{}", o.id);
    let columns = Columns::head(td_string!(locale, field.time), |o: &OccurrenceView| {
        view! { <a href=href(o)>{when(o)}</a> }
    })
    .text(td_string!(locale, field.room), |o| o.room.clone())
    .number(td_string!(locale, staff.dash.booked), |o| {
        told::taken(locale, o)
    })
    .number(td_string!(locale, staff.dash.waiting), |o| {
        o.waitlisted.to_string()
    })
    .view(td_string!(locale, staff.act.status), |o| {
        view! { <StatusBadge locale status=o.status /> }
    })
    .actions(locale, |o| {
        let open = may_plan && o.starts_at > now && o.status != Status::Cancelled;
        open.then(|| edit_link(locale, href(o), when(o)))
    });
    let table =
        Table::new(td_string!(locale, staff.act.dates), columns).marked(|o| o.status.as_str());
    let none = coming.is_empty();
    let over = past.len();
    view! {
        {none.then(|| view! { <p class="lead">{td_string!(locale, staff.act.no_dates)}</p> })}
        {(!none).then(|| table.of(coming))}
        {(over > 0).then(|| view! {
            <details class="unfold">
                <summary>{td_string!(locale, staff.act.past, count = over)}</summary>
                <div>{table.of(past)}</div>
            </details>
        })}
    }
}

/// Publish, take back, call off, delete: what fits the state.
fn actions(locale: Locale, detail: &ActivityDetail, visit: &Visit) -> impl IntoView + use<> {
    let a = &detail.activity;
    let action = format!("/staff/activities/{}/status", a.id);
    let button = |value: &'static str, class: &'static str, words: &'static str| {
        view! {
            <form method="post" action=action.clone()><FormKey />
                <input type="hidden" name="revision" value=a.revision.to_string() />
                <button class=class type="submit" name="do" value=value>{words}</button>
            </form>
        }
    };
    let unbooked = detail
        .occurrences
        .iter()
        .all(|o| o.confirmed == 0 && o.waitlisted == 0);
    let coming = detail.occurrences.iter().any(|o| o.ends_at > visit.now);
    let one = a.enrolment == Enrolment::Series;
    view! {
        <section class="section" aria-labelledby="actions">
            <h2 id="actions">{td_string!(locale, staff.actions)}</h2>
            {one.then(|| view! { <p class="hint">{td_string!(locale, staff.form.series_hint)}</p> })}
            <div class="cluster">
                {(a.status == Status::Draft).then(|| button("publish", "button button-main", td_string!(locale, staff.act.publish)))}
                {(a.status == Status::Published && unbooked).then(|| button("unpublish", "button", td_string!(locale, staff.act.unpublish)))}
            </div>
            {unbooked.then(|| view! {
                <details class="unfold">
                    <summary>{td_string!(locale, staff.act.delete)}</summary>
                    <div class="stack">
                        <p class="lead">{td_string!(locale, staff.act.delete_lead)}</p>
                        {button("delete", "button button-danger", td_string!(locale, staff.act.delete))}
                    </div>
                </details>
            })}
            {(a.status == Status::Published && coming).then(|| view! {
                <details class="unfold">
                    <summary>{td_string!(locale, staff.act.cancel)}</summary>
                    <form class="form" method="post" action=action.clone()><FormKey />
                        <input type="hidden" name="revision" value=a.revision.to_string() />
                        <p class="lead">{td_string!(locale, staff.act.cancel_lead)}</p>
                        <TextArea name="reason" label=td_string!(locale, field.reason) note=td_string!(locale, ui.optional)
                            hint=td_string!(locale, staff.roster.reason_hint) maxlength=200 />
                        <div class="cluster"><button class="button button-danger" type="submit" name="do" value="cancel">{td_string!(locale, staff.act.cancel_confirm)}</button></div>
                    </form>
                </details>
            })}
        </section>
    }
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (detail, center) = gate::activity(&visit, &id, Action::ManageActivities).await?;
    let mut problems = Problems::none();
    let Some(edit) = text_lines::read(&visit, &form, &mut problems) else {
        return answer(
            &visit,
            detail,
            center,
            Some(form),
            problems,
            Said::default(),
        )
        .await;
    };
    let revision = form.number("revision").ok().flatten();
    match activities::edit(
        visit.db(),
        &visit.once(&form)?,
        &detail.activity.id,
        edit,
        revision,
    )
    .await
    {
        Ok(_) => Ok(redirect(&format!(
            "/staff/activities/{}?done=saved",
            detail.activity.id
        ))),
        Err(Error::Refused(Refusal::Stale)) => stale(&visit, detail, center, &form).await,
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            answer(
                &visit,
                detail,
                center,
                Some(form),
                problems,
                Said::default(),
            )
            .await
        }
        Err(error) => Err(error.into()),
    }
}

/// Somebody else saved in between: what stands now beside what was entered (C-69).
async fn stale(visit: &Visit, detail: ActivityDetail, center: CenterView, form: &Form) -> Answer {
    let locale = visit.locale;
    let now = as_it_is(&detail);
    let labels = text_lines::labels(locale);
    let changes = merge::changes(locale, &labels, &now, form);
    // What was changed here stays, on the revision that was just read.
    let mine: Vec<_> = merge::merged(&labels, &now, form).collect();
    let mine = Form::of(
        mine.into_iter()
            .chain([("revision", now.text("revision").to_owned())]),
    );
    let was = merge::opened_on(&labels, &now);
    let choices = Choices::load(visit, &center).await?;
    let reader = visit.clone();
    let page = gate::page(visit, detail.activity.texts.title.clone())
        .narrow()
        .status(StatusCode::CONFLICT);
    Ok(page.render(move || {
        let locale = reader.locale;
        let action = format!("/staff/activities/{}", detail.activity.id);
        view! {
            <a class="back-link" href=action.clone()>{detail.activity.texts.title.clone()}</a>
            <div class="page-head"><h1>{td_string!(locale, staff.act.edit)}</h1></div>
            {word(&reader, None, Some(&Refusal::Stale))}
            {changed(locale, changes)}
            <form class="form" method="post" action=action><FormKey />
                <input type="hidden" name="revision" value=mine.text("revision").to_owned() />
                <input type="hidden" name="was" value=was />
                {text_lines::fields(locale, &mine, &Problems::none(), &choices)}
                <div class="cluster"><button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button></div>
            </form>
        }
    }))
}

/// What differs between what stands and what was entered.
pub(super) fn changed(locale: Locale, changes: Vec<String>) -> impl IntoView {
    let rows: Vec<_> = changes
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <NoticeBox title=td_string!(locale, staff.stale_title) tone=Tone::Warn level=3>
                <ul class="rules">{rows}</ul>
            </NoticeBox>
        }
    })
}

async fn turn(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (detail, center) = gate::activity(&visit, &id, Action::ManageActivities).await?;
    let (db, act, activity) = (visit.db(), visit.once(&form)?, &detail.activity.id);
    let revision = form.number("revision").ok().flatten();
    let what = form.text("do").to_owned();
    let done = match what.as_str() {
        "publish" => activities::publish(db, &act, activity, revision)
            .await
            .map(drop),
        "unpublish" => activities::unpublish(db, &act, activity, revision)
            .await
            .map(drop),
        "cancel" => activities::cancel(db, &act, activity, form.text("reason"), revision)
            .await
            .map(drop),
        "delete" => activities::delete(db, &act, activity, revision).await,
        _ => Err(Refusal::invalid("do", Reason::UnknownValue).into()),
    };
    match done {
        Ok(()) if what == "delete" => Ok(redirect(&format!(
            "/staff/centers/{}/activities",
            center.summary.id
        ))),
        Ok(()) => Ok(redirect(&format!(
            "/staff/activities/{activity}?done={what}"
        ))),
        Err(Error::Refused(refusal)) => {
            let said = Said {
                done: None,
                refusal: Some(refusal),
            };
            answer(&visit, detail, center, None, Problems::none(), said).await
        }
        Err(error) => Err(error.into()),
    }
}
