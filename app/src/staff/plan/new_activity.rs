//! A new activity, and further dates of one: entered, shown as the exact list, created.

use super::{
    activity_form::{self, Choices},
    activity_input,
    activity_preview::{self, Preview},
    begin::{self, Beginning},
    series_dates::{self, Shown},
    slot_fields, text_lines,
};
use crate::staff::common::{closed, gate};
use crate::{
    i18n::td_string,
    ui::{ErrorSummary, FormKey, NoticeBox, Problems, Tone},
    web::{Answer, Form, Site, Visit, redirect},
};
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use domain::{Refusal, access::Action, activity::Status, time::Span};
use leptos::prelude::*;
use store::{
    Error,
    activities::{self, ActivityDetail, Dates, NewActivity},
    centers::CenterView,
    holidays,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(
            "/staff/centers/{center}/activities/new",
            get(ask).post(create),
        )
        .route(
            "/staff/activities/{id}/dates",
            get(ask_dates).post(add_dates),
        )
}

/// What the form is for.
#[derive(Clone)]
enum For {
    /// A new activity; before anything was sent, what the form begins with.
    New(Option<Box<Beginning>>),
    /// More dates of this one.
    More(Box<ActivityDetail>),
}

async fn ask(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let begin = Beginning::of(&visit, &center, &form).await?;
    let form = begin.form.clone();
    let what = For::New(Some(Box::new(begin)));
    answer(&visit, center, what, form, Problems::none(), None).await
}

/// The form with what was entered, what is wrong with it, and the dates that it would make.
async fn answer(
    visit: &Visit,
    center: CenterView,
    what: For,
    form: Form,
    problems: Problems,
    preview: Option<Preview>,
) -> Answer {
    let locale = visit.locale;
    let choices = Choices::load(visit, &center).await?;
    let clashes = activity_form::clashes(
        visit,
        &center.summary.id,
        preview
            .as_ref()
            .map_or(&[], |preview| preview.planned.as_slice()),
    )
    .await?;
    let holidays = holidays::known(visit.db()).await?;
    let status = if problems.any() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = match &what {
        For::New(_) => td_string!(locale, staff.act.new),
        For::More(_) => td_string!(locale, staff.act.add_dates),
    };
    let chosen = activity_input::first_of_rule(&form, visit.now);
    let (times, now) = (center.times(), visit.now);
    Ok(gate::page(visit, title).status(status).render(move || {
        let is_new = matches!(what, For::New(_));
        let (back, action, lead, head, buttons) = match &what {
            For::New(_) => {
                let list = format!("/staff/centers/{}/activities", center.summary.id);
                let head = text_lines::fields(locale, &form, &problems, &choices).into_any();
                let buttons = view! {
                    <button class="button button-main" type="submit" name="do" value="publish">{td_string!(locale, staff.act.publish)}</button>
                    <button class="button" type="submit" name="do" value="draft">{td_string!(locale, staff.act.save_draft)}</button>
                }
                .into_any();
                (list.clone(), format!("{list}/new"), center.summary.name.clone(), Some(head), buttons)
            }
            For::More(detail) => {
                let page = format!("/staff/activities/{}", detail.activity.id);
                let buttons = view! {
                    <button class="button button-main" type="submit" name="do" value="add">{td_string!(locale, staff.act.add_dates)}</button>
                }
                .into_any();
                (page.clone(), format!("{page}/dates"), detail.activity.texts.title.clone(), None, buttons)
            }
        };
        let begin = match what {
            For::New(begin) => begin.map(|begin| begin.view(locale, &action)),
            For::More(_) => None,
        };
        view! {
            <a class="back-link" href=back>{td_string!(locale, nav.activities)}</a>
            <div class="page-head"><h1>{title}</h1><p class="lead">{lead}</p></div>
            {begin}
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=action><FormKey />
                {closed::field(&form, &problems)}
                {head}
                {activity_form::time(locale, &form, &problems, &choices)}
                {preview.as_ref().map(|preview| {
                    let shown = Shown { locale, form: &form, problems: &problems, holidays: &holidays };
                    activity_preview::section(&shown, preview, &clashes, &times, chosen, now)
                })}
                {activity_form::terms(locale, &form, &problems, &choices, is_new)}
                <div class="cluster">{buttons}</div>
            </form>
        }
    }))
}

/// The dates, and what would be made of those that were entered; what is wrong is noted. Where what was
/// chosen for one cannot be, there are no dates, and the list is as entered, to choose again.
fn plan(visit: &Visit, form: &Form, problems: &mut Problems) -> (Option<Dates>, Option<Preview>) {
    let (locale, now) = (visit.locale, visit.now);
    let entered = activity_input::dates(visit, form, &[], problems);
    let entered = entered.and_then(|dates| problems.keep(locale, now, dates.plan(now)));
    let Some(entered) = entered else {
        return (None, None);
    };
    let days = series_dates::days(&entered);
    let put = series_dates::chosen(visit, form, &days, problems);
    let dates = put
        .as_ref()
        .and_then(|put| activity_input::dates(visit, form, put, problems));
    let planned = dates
        .as_ref()
        .and_then(|dates| problems.keep(locale, now, dates.plan(now)));
    match (dates, put, planned) {
        (Some(dates), Some(put), Some(planned)) => (Some(dates), Some(Preview { planned, put })),
        _ => {
            let put = series_dates::kept(&days);
            let planned = entered;
            (None, Some(Preview { planned, put }))
        }
    }
}

/// The same; no dates, if they are not what was shown last.
fn plan_as_shown(
    visit: &Visit,
    form: &Form,
    problems: &mut Problems,
) -> (Option<Dates>, Option<Preview>) {
    let (dates, preview) = plan(visit, form, problems);
    let is_same = match (&dates, &preview) {
        (Some(_), Some(preview)) => series_dates::as_shown(visit, form, &preview.put, problems),
        _ => false,
    };
    (dates.filter(|_| is_same), preview)
}

/// Whether a date that no list has shown is meant although the center is closed then.
fn is_meant(
    visit: &Visit,
    center: &CenterView,
    preview: Option<&Preview>,
    form: &mut Form,
    problems: &mut Problems,
) -> bool {
    let Some(preview) = preview.filter(|preview| preview.put.len() == 1) else {
        return true;
    };
    let spans: Vec<Span> = preview.planned.iter().map(|plan| plan.span).collect();
    closed::is_meant(visit, &center.times(), &spans, form, problems)
}

async fn create(visit: Visit, Path(id): Path<String>, mut form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let mut problems = Problems::none();
    if form.get("do") == Some("preview") {
        let preview = plan(&visit, &form, &mut problems).1;
        return answer(&visit, center, For::New(None), form, problems, preview).await;
    }
    let texts = text_lines::read(&visit, &form, &mut problems);
    let kind = texts.as_ref().and_then(|texts| texts.kind);
    let goes_along = slot_fields::check(&visit, &form, kind, &mut problems);
    let (dates, preview) = plan_as_shown(&visit, &form, &mut problems);
    let dates = dates.filter(|_| goes_along);
    let dates =
        dates.filter(|_| is_meant(&visit, &center, preview.as_ref(), &mut form, &mut problems));
    let (Some(texts), Some(dates)) = (texts, dates) else {
        return answer(&visit, center, For::New(None), form, problems, preview).await;
    };
    let publish = form.get("do") == Some("publish");
    let new = NewActivity {
        center: center.summary.id.clone(),
        texts: text_lines::of_new(&texts),
        enrolment: activity_input::enrolment(&form),
        dates,
        publish,
    };
    match activities::create(visit.db(), &visit.once(&form)?, new).await {
        Ok(created) => Ok(redirect(&format!(
            "/staff/activities/{}?done=created",
            created.id
        ))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            answer(&visit, center, For::New(None), form, problems, preview).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn ask_dates(visit: Visit, Path(id): Path<String>) -> Answer {
    let (detail, center) = gate::activity(&visit, &id, Action::ManageActivities).await?;
    if detail.activity.status == Status::Cancelled {
        return Err(Refusal::OccurrenceCancelled.into());
    }
    let form = Form::of(begin::like_the_last(&detail));
    answer(
        &visit,
        center,
        For::More(Box::new(detail)),
        form,
        Problems::none(),
        None,
    )
    .await
}

async fn add_dates(visit: Visit, Path(id): Path<String>, mut form: Form) -> Answer {
    let (detail, center) = gate::activity(&visit, &id, Action::ManageActivities).await?;
    let mut problems = Problems::none();
    let what = For::More(Box::new(detail.clone()));
    let kind = Some(detail.activity.texts.kind);
    let goes_along = slot_fields::check(&visit, &form, kind, &mut problems);
    let (dates, preview) = match form.get("do") {
        Some("add") if goes_along => plan_as_shown(&visit, &form, &mut problems),
        _ => (None, plan(&visit, &form, &mut problems).1),
    };
    let dates =
        dates.filter(|_| is_meant(&visit, &center, preview.as_ref(), &mut form, &mut problems));
    let Some(dates) = dates else {
        return answer(&visit, center, what, form, problems, preview).await;
    };
    let added = activities::add_occurrences(
        visit.db(),
        &visit.once(&form)?,
        &detail.activity.id,
        dates,
        None,
    )
    .await;
    match added {
        Ok(_) => Ok(redirect(&format!(
            "/staff/activities/{}?done=dates",
            detail.activity.id
        ))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            answer(&visit, center, what, form, problems, preview).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A word on what has just been done, or why it was not.
pub(super) fn word(
    visit: &Visit,
    done: Option<String>,
    refusal: Option<&Refusal>,
) -> impl IntoView + use<> {
    let told = refusal.map(|refusal| crate::words::refusal(visit.locale, refusal, visit.now));
    view! {
        {done.map(|text| view! { <NoticeBox title=text tone=Tone::Good fresh=true /> })}
        {told.map(|told| view! { <NoticeBox title=told.title text=format!("{} {}", told.sentence, told.next) tone=Tone::Bad fresh=true /> })}
    }
}
