//! Merging one person who is there twice: the other one, what would happen, the merge, and undoing it.

use super::find::told;
use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{EmptyState, ErrorSummary, Field, FormKey, NoticeBox, Problems, Row, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::{
    access::Action,
    commitment::Subject,
    id::{CenterId, MergeId, PersonId},
    merging::{Conflict, Plan, Stake},
    person::Phone,
    sought::Sought,
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    known::{self, Finding},
    merging::{self, Preview, Undone},
    people::Person,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(
            "/staff/centers/{center}/people/{person}/merge",
            get(ask).post(press),
        )
        .route(
            "/staff/centers/{center}/people/{person}/unmerge",
            post(undo),
        )
}

/// Where somebody's page is.
fn page_of(center: &CenterId, person: &PersonId) -> String {
    format!("/staff/centers/{center}/people/{person}")
}

async fn ask(visit: Visit, Path((center, person)): Path<(String, String)>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let (center, person) = (center.summary.id, person.parse::<PersonId>()?);
    match form.get("into") {
        Some(into) => preview_page(&visit, &center, &person, &into.parse()?).await,
        None => choose_page(&visit, &center, &person, &form, Problems::none()).await,
    }
}

async fn press(visit: Visit, Path((center, person)): Path<(String, String)>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let (center, person) = (center.summary.id, person.parse::<PersonId>()?);
    let Some(into) = form.get("into") else {
        let mut problems = Problems::none();
        let typed = Sought::read(form.text("q"));
        problems.keep(visit.locale, visit.now, typed);
        return choose_page(&visit, &center, &person, &form, problems).await;
    };
    let into: PersonId = into.parse()?;
    match merging::merge(visit.db(), &visit.once(&form)?, &center, &person, &into).await? {
        Ok(_) => Ok(redirect(&format!(
            "{}?done=merged",
            page_of(&center, &into)
        ))),
        // What has come into the way meanwhile stands on the page.
        Err(_) => preview_page(&visit, &center, &person, &into).await,
    }
}

/// The other one, by the search that finds everybody.
async fn choose_page(
    visit: &Visit,
    center: &CenterId,
    person: &PersonId,
    form: &Form,
    problems: Problems,
) -> Answer {
    let shown = known::show(visit.db(), &visit.act(), center, person).await?;
    let found = match (form.get("q"), problems.any()) {
        (Some(typed), false) => {
            let sought = Sought::read(typed)?;
            Some(known::search(visit.db(), &visit.act(), center, sought).await?)
        }
        _ => None,
    };
    let (locale, here) = (visit.locale, page_of(center, person));
    let (typed, person) = (form.text("q").to_owned(), person.clone());
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let page = gate::page(visit, td_string!(locale, merging.title)).status(status);
    Ok(page.narrow().render(move || {
        let who = &shown.person;
        let facts = told(locale, (who.birth_year, who.relation, shown.phone.as_ref()));
        view! {
            <a class="back-link" href=here.clone()>{who.name.as_str().to_owned()}</a>
            <div class="page-head">
                <h1>{td_string!(locale, merging.title)}</h1>
                <p class="lead">{who.name.as_str().to_owned()}" · "{facts.join(" · ")}</p>
                <p>{td_string!(locale, merging.intro)}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=format!("{here}/merge")><FormKey />
                <Field name="q" label=td_string!(locale, merging.choose) hint=td_string!(locale, people.sought_hint)
                    value=typed kind="search" error=problems.of("q") maxlength=40 />
                <button class="button button-main" type="submit">{td_string!(locale, people.find)}</button>
            </form>
            {found.map(|found| others(locale, &here, &person, &found))}
        }
    }))
}

fn others(locale: Locale, here: &str, person: &PersonId, found: &Finding) -> impl IntoView + use<> {
    let others = found.people.iter().filter(|of| of.id != *person);
    let rows: Vec<_> = others
        .map(|of| {
            let href = format!("{here}/merge?into={}", of.id);
            let note = told(locale, (of.birth_year, of.relation, of.phone.as_ref())).join(" · ");
            view! { <Row href title=of.name.as_str().to_owned() note /> }
        })
        .collect();
    match rows.is_empty() {
        true => view! { <EmptyState title=td_string!(locale, merging.choose_none) /> }.into_any(),
        false => view! { <ul class="row-list">{rows}</ul> }.into_any(),
    }
}

async fn preview_page(
    visit: &Visit,
    center: &CenterId,
    gone: &PersonId,
    kept: &PersonId,
) -> Answer {
    let found = merging::preview(visit.db(), &visit.act(), center, gone, kept).await?;
    let (locale, now, center) = (visit.locale, visit.now, center.clone());
    let page = gate::page(visit, td_string!(locale, merging.title)).narrow();
    let page = match found.decision {
        Ok(_) => page,
        Err(_) => page.status(StatusCode::CONFLICT),
    };
    Ok(page.render(move || preview_view(locale, now, &center, &found)))
}

fn preview_view(
    locale: Locale,
    now: Timestamp,
    center: &CenterId,
    found: &Preview,
) -> impl IntoView + use<> {
    let here = page_of(center, &found.gone.id);
    let swap = format!(
        "{}/merge?into={}",
        page_of(center, &found.kept.id),
        found.gone.id
    );
    let differs = found.gone.birth_year != found.kept.birth_year;
    let into = found.kept.id.to_string();
    let decision = match &found.decision {
        Ok(plan) => view! {
            {plan_view(locale, now, plan)}
            <form class="form" method="post" action=format!("{here}/merge")><FormKey />
                <input type="hidden" name="into" value=into />
                <button class="button button-danger" type="submit">{td_string!(locale, merging.press)}</button>
            </form>
        }
        .into_any(),
        Err(conflicts) => {
            let rows: Vec<_> = conflicts
                .iter()
                .map(|conflict| conflict_row(locale, conflict))
                .collect();
            view! {
                <section class="refusal" role="alert" aria-labelledby="why">
                    <h2 id="why">{td_string!(locale, merging.settle)}</h2>
                    <ul class="row-list">{rows}</ul>
                </section>
            }
            .into_any()
        }
    };
    view! {
        <a class="back-link" href=here.clone()>{found.gone.name.as_str().to_owned()}</a>
        <div class="page-head">
            <h1>{td_string!(locale, merging.title)}</h1>
            <p class="lead">{td_string!(locale, merging.intro)}</p>
        </div>
        {side(locale, td_string!(locale, merging.gone), &found.gone, found.gone_phone.as_ref())}
        {side(locale, td_string!(locale, merging.kept), &found.kept, found.kept_phone.as_ref())}
        {differs.then(|| view! { <NoticeBox title=td_string!(locale, merging.differs) tone=Tone::Warn /> })}
        {decision}
        <p><a class="button button-quiet" href=swap>{td_string!(locale, merging.swap)}</a></p>
    }
}

fn side(
    locale: Locale,
    label: &'static str,
    person: &Person,
    phone: Option<&Phone>,
) -> impl IntoView + use<> {
    let facts = told(locale, (person.birth_year, person.relation, phone)).join(" · ");
    view! {
        <section class="section">
            <h2>{label}</h2>
            <p><strong>{person.name.as_str().to_owned()}</strong>" · "{facts}</p>
        </section>
    }
}

/// So many of the things that move are named.
const NAMED: usize = 20;

fn plan_view(locale: Locale, now: Timestamp, plan: &Plan) -> impl IntoView + use<> {
    // What is to come matters most.
    let mut moves: Vec<&Stake> = plan.moves.iter().collect();
    moves.sort_by_key(|stake| std::cmp::Reverse(stake.span.start()));
    let rows: Vec<_> = moves
        .iter()
        .take(NAMED)
        .map(|stake| {
            let when = words::span_near(locale, stake.span, now);
            view! { <li>{stake.title.clone()}" · "{when}</li> }
        })
        .collect();
    let (count, stays) = (moves.len(), plan.stays.len());
    let more = count.saturating_sub(NAMED);
    let head = match count {
        0 => td_string!(locale, merging.moves_none).to_owned(),
        count => td_string!(locale, merging.moves, count = count),
    };
    view! {
        <section class="section" aria-labelledby="moves">
            <h2 id="moves">{head}</h2>
            <ul>{rows}</ul>
            {(more > 0).then(|| view! { <p>{td_string!(locale, merging.moves_more, count = more)}</p> })}
            {plan.volunteer_moves.then(|| view! { <p>{td_string!(locale, merging.volunteer)}</p> })}
            {(stays > 0).then(|| view! { <p>{td_string!(locale, merging.stays, count = stays)}</p> })}
        </section>
    }
}

/// What is in the way, and where it is settled.
fn conflict_row(locale: Locale, conflict: &Conflict) -> impl IntoView + use<> {
    let (text, stakes) = match conflict {
        Conflict::SignsIn => (td_string!(locale, merging.signs_in).to_owned(), None),
        Conflict::BothServe => (td_string!(locale, merging.both_serve).to_owned(), None),
        Conflict::Serves => (td_string!(locale, merging.serves).to_owned(), None),
        Conflict::Same(one, other) => (
            td_string!(locale, merging.same, title = one.title.clone()),
            Some((one, other)),
        ),
        Conflict::Overlap(one, other) => (
            td_string!(
                locale,
                merging.overlap,
                title = one.title.clone(),
                other = other.title.clone()
            ),
            Some((one, other)),
        ),
    };
    let ways = stakes.map(|(one, other)| {
        view! {
            <a class="button button-quiet" href=settled_at(one)>{td_string!(locale, merging.to_first)}</a>
            <a class="button button-quiet" href=settled_at(other)>{td_string!(locale, merging.to_second)}</a>
        }
    });
    view! { <li><div class="row"><span class="row-text">{text}</span>{ways}</div></li> }
}

/// Where a place is given up.
fn settled_at(stake: &Stake) -> String {
    match &stake.subject {
        Subject::Booking(id) => format!("/staff/bookings/{id}/cancel"),
        Subject::Assignment(_) => format!("/staff/shifts/{}", stake.event.id()),
    }
}

async fn undo(visit: Visit, Path((center, person)): Path<(String, String)>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let (center, person) = (center.summary.id, person.parse::<PersonId>()?);
    let merge: MergeId = form.need("merge")?.parse()?;
    let done = merging::undo(visit.db(), &visit.once(&form)?, &center, &merge).await?;
    Ok(undone_page(
        &visit,
        &page_of(&center, &person),
        &center,
        done,
    ))
}

/// What an undo did, and what it could not.
fn undone_page(visit: &Visit, here: &str, center: &CenterId, done: Undone) -> Response {
    let locale = visit.locale;
    let (title, text, tone, to) = match done {
        Undone::Apart { gone, left } => {
            let titles: Vec<String> = left.iter().map(|of| of.title.clone()).collect();
            let text = match titles.is_empty() {
                true => String::new(),
                false => td_string!(
                    locale,
                    merging.undone_left,
                    count = titles.len(),
                    titles = words::list(locale, &titles)
                ),
            };
            let title = td_string!(locale, merging.undone);
            (title, text, Tone::Good, Some(page_of(center, &gone)))
        }
        Undone::TooLate { .. } => {
            let title = td_string!(locale, merging.too_late);
            (title, String::new(), Tone::Bad, None)
        }
        Undone::MergedOn => {
            let title = td_string!(locale, merging.merged_on);
            (title, String::new(), Tone::Bad, None)
        }
    };
    let status = match tone {
        Tone::Good => StatusCode::OK,
        _ => StatusCode::CONFLICT,
    };
    let here = here.to_owned();
    let page = gate::page(visit, td_string!(locale, merging.title)).narrow();
    page.status(status).render(move || {
        view! {
            <div class="page-head"><h1>{td_string!(locale, merging.title)}</h1></div>
            <NoticeBox title text tone fresh=true />
            <p class="cluster">
                <a class="button" href=here>{td_string!(locale, merging.kept)}</a>
                {to.map(|to| view! { <a class="button" href=to>{td_string!(locale, merging.gone)}</a> })}
            </p>
        }
    })
}
