//! One evaluation of a center: its form for whoever evaluates, the same to read for others, and the
//! center's reply. Figures come out of attendance and stand beside the lines that they are about.

mod form;
mod report;

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{ErrorSummary, FormKey, NoticeBox, Problems, TextArea, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};
use domain::{
    Refusal,
    access::Action,
    evaluation::{MAX_SUMMARY, Stage},
    report::checked_year,
};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    evaluations::{self, Evaluation, Which},
    reports::{self, YearView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    let one = "/staff/centers/{center}/evaluations/{year}/{stage}";
    Router::new()
        .route(one, get(show).post(save))
        .route(&format!("{one}/reply"), post(reply))
}

/// The center of a path, and which of its evaluations.
async fn named(
    visit: &Visit,
    (id, year, stage): &(String, String, String),
    action: Action,
) -> Result<(CenterView, Which), Fault> {
    let center = gate::center(visit, id, action).await?;
    let year = year.parse().map_err(|_| Refusal::NotFound)?;
    let stage: Stage = stage.parse().map_err(|_| Refusal::NotFound)?;
    let which = Which {
        center: center.summary.id.clone(),
        year: checked_year(year)?,
        stage,
    };
    Ok((center, which))
}

fn home(which: &Which) -> String {
    let Which {
        center,
        year,
        stage,
    } = which;
    format!("/staff/centers/{center}/evaluations/{year}/{stage}")
}

async fn show(visit: Visit, Path(path): Path<(String, String, String)>, form: Form) -> Answer {
    let (center, which) = named(&visit, &path, Action::ViewPlans).await?;
    let locale = visit.locale;
    let told = match form.get("done") {
        Some("saved") => Some(td_string!(locale, evaluation.saved)),
        Some("handed_in") => Some(td_string!(locale, evaluation.told)),
        Some("reply") => Some(td_string!(locale, evaluation.reply_told)),
        _ => None,
    };
    let fine = (Problems::none(), StatusCode::OK);
    page(&visit, center, &which, None, fine, told).await
}

async fn save(visit: Visit, Path(path): Path<(String, String, String)>, form: Form) -> Answer {
    let (center, which) = named(&visit, &path, Action::Evaluate).await?;
    let (locale, now) = (visit.locale, visit.now);
    let mut problems = Problems::none();
    let hand_in = form.get("do") == Some("hand_in");
    let findings = form::read(&visit, &form, &mut problems);
    if let Some(findings) = findings.as_ref().filter(|_| hand_in) {
        // All of it at once, not only the first.
        for lacking in findings.lacking() {
            problems.note(locale, &lacking, now);
        }
    }
    let Some(findings) = findings.filter(|_| !problems.any()) else {
        let wrong = (problems, StatusCode::UNPROCESSABLE_ENTITY);
        return page(&visit, center, &which, Some(form), wrong, None).await;
    };
    let revision = form.number("revision").ok().flatten().unwrap_or(-1);
    let act = visit.once(&form)?;
    match evaluations::save(visit.db(), &act, &which, findings, revision, hand_in).await {
        Ok(_) => {
            let done = if hand_in { "handed_in" } else { "saved" };
            Ok(redirect(&format!("{}?done={done}", home(&which))))
        }
        Err(Error::Refused(refusal)) => {
            problems.note(locale, &refusal, now);
            let wrong = (problems, status(&refusal));
            page(&visit, center, &which, Some(form), wrong, None).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn reply(visit: Visit, Path(path): Path<(String, String, String)>, form: Form) -> Answer {
    let (center, which) = named(&visit, &path, Action::SetPolicy).await?;
    let act = visit.once(&form)?;
    match evaluations::reply(visit.db(), &act, &which, form.text("reply")).await {
        Ok(()) => Ok(redirect(&format!("{}?done=reply", home(&which)))),
        Err(Error::Refused(refusal @ (Refusal::Invalid { .. } | Refusal::Stale))) => {
            let mut problems = Problems::none();
            problems.note(visit.locale, &refusal, visit.now);
            let wrong = (problems, status(&refusal));
            page(&visit, center, &which, Some(form), wrong, None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What the page shows.
struct Shown {
    of: Evaluation,
    year: YearView,
    which: Which,
    form: Form,
    problems: Problems,
}

async fn page(
    visit: &Visit,
    center: CenterView,
    which: &Which,
    entered: Option<Form>,
    (problems, code): (Problems, StatusCode),
    told: Option<&'static str>,
) -> Answer {
    let of = evaluations::find(visit.db(), &visit.caller, which).await?;
    let year = reports::year(visit.db(), &visit.act(), &which.center, which.year).await?;
    let form = entered.unwrap_or_else(|| form::as_it_is(&of));
    let shown = Shown {
        of,
        year,
        which: which.clone(),
        form,
        problems,
    };
    let (locale, now) = (visit.locale, visit.now);
    let stage = words::evaluation_stage(locale, which.stage);
    let title = format!("{stage} {}", which.year);
    Ok(gate::page(visit, title.clone())
        .status(code)
        .render(move || {
            let list = format!("/staff/evaluations?year={}", shown.which.year);
            let body = match shown.of.may_write {
                true => form::view(locale, &shown).into_any(),
                false => report::view(locale, &shown, now).into_any(),
            };
            view! {
                <a class="back-link" href=list>{td_string!(locale, evaluation.title)}</a>
                <div class="page-head">
                    <h1>{title}</h1>
                    <p class="lead">{center.summary.name.clone()}</p>
                </div>
                <ErrorSummary locale problems=shown.problems.clone() />
                {told.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
                {body}
                {shown.of.may_reply.then(|| reply_form(locale, &shown))}
            }
        }))
}

fn reply_form(locale: Locale, shown: &Shown) -> impl IntoView + use<> {
    let action = format!("{}/reply", home(&shown.which));
    let most = u16::try_from(MAX_SUMMARY).unwrap_or(u16::MAX);
    view! {
        <section class="section" aria-labelledby="reply-form">
            <h2 id="reply-form">{td_string!(locale, evaluation.reply_title)}</h2>
            <form class="form" method="post" action=action><FormKey />
                <input type="hidden" name="revision" value=shown.of.revision.to_string() />
                <TextArea name="reply" label=td_string!(locale, evaluation.reply_ask) hint=td_string!(locale, evaluation.reply_hint)
                    value=shown.form.text("reply").to_owned() error=shown.problems.of("reply") maxlength=most />
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, evaluation.reply_do)}</button></div>
            </form>
        </section>
    }
}
