//! The end of a day: every shift of the center that is over, what the scans say of each person, and one
//! press that confirms the hours of all that the reader may confirm. Each shift is closed by itself: one
//! that is refused keeps none of the others.

use crate::{
    i18n::{Locale, td_string},
    staff::common::{
        gate,
        hours::{CLOSING, hours_cell, presence, said},
    },
    ui::{DemoLabel, EmptyState, FormKey, NoticeBox, Row, Table, Tone},
    web::{Answer, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{Refusal, access::Action};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    hours::{self, Closed, Closing, Unclosed},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/today/close", get(show).post(close))
}

/// A shift that was not closed: its title, and why.
struct Kept {
    title: String,
    why: Refusal,
}

/// What has just happened.
#[derive(Default)]
struct Told {
    is_done: bool,
    kept: Vec<Kept>,
    /// What was entered, to be shown again.
    form: Form,
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewBookings).await?;
    let closing = hours::closing(visit.db(), &visit.act(), &center.summary.id).await?;
    let told = Told {
        is_done: form.get("done").is_some(),
        ..Told::default()
    };
    Ok(page(&visit, &center, closing, told))
}

/// Closes the shifts that the form names, as it showed them; what has become over since is not among
/// them.
async fn close(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let id = &center.summary.id;
    let before = hours::closing(visit.db(), &visit.act(), id).await?;
    let mut kept = Vec::new();
    for of in &before.open {
        if !form.all("shift").any(|named| named == of.shift.id.as_str()) {
            continue;
        }
        match close_one(&visit, &form, of).await {
            Ok(()) => {}
            Err(Error::Refused(why)) => kept.push(Kept {
                title: of.shift.title.clone(),
                why,
            }),
            Err(error) => return Err(error.into()),
        }
    }
    if kept.is_empty() {
        return Ok(redirect(&format!("/staff/centers/{id}/today/close?done=1")));
    }
    let closing = hours::closing(visit.db(), &visit.act(), id).await?;
    let told = Told {
        is_done: false,
        kept,
        form,
    };
    Ok(page(&visit, &center, closing, told))
}

/// The road that a shift's own page takes, with a key of its own (C-181).
async fn close_one(visit: &Visit, form: &Form, of: &Unclosed) -> store::Result<()> {
    let said = said(form, &of.sheet)?;
    let act = visit.once_each(form, of.shift.id.as_str())?;
    hours::close(visit.db(), &act, &of.shift.id, said).await?;
    Ok(())
}

fn page(visit: &Visit, center: &CenterView, closing: Closing, told: Told) -> Response {
    let locale = visit.locale;
    let here = format!("/staff/centers/{}/today", center.summary.id);
    let page = gate::page(visit, td_string!(locale, closing.title));
    let page = match told.kept.first() {
        Some(kept) => page.status(status(&kept.why)),
        None => page,
    };
    let (reader, place) = (visit.clone(), center.summary.place());
    let may = visit.caller.may(Action::BookForOthers, &place).is_ok();
    page.render(move || {
        let Closing { open, closed } = closing;
        let is_own = |of: &Unclosed| may && of.sheet.refusal.is_none();
        let (own, others): (Vec<_>, Vec<_>) = open.into_iter().partition(is_own);
        let done = told.is_done.then(|| view! { <NoticeBox title=td_string!(locale, closing.done) tone=Tone::Good fresh=true /> });
        let nothing = match others.is_empty() {
            true => td_string!(locale, closing.nothing),
            false => td_string!(locale, closing.nothing_own),
        };
        view! {
            <a class="back-link" href=here.clone()>{td_string!(locale, day.title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, closing.title)}</h1>
                <p class="lead">{td_string!(locale, closing.intro)}</p>
            </div>
            {done}
            {kept_notice(&reader, &told.kept)}
            {own.is_empty().then(|| view! { <EmptyState title=nothing /> })}
            {own.iter().map(|of| shift(&reader, of, Some(&told.form))).collect::<Vec<_>>()}
            {(!own.is_empty()).then(|| press(locale, &here, &own))}
            {(!others.is_empty()).then(|| not_own(&reader, &others))}
            {(!closed.is_empty()).then(|| closed_today(&reader, &closed))}
        }
    })
}

/// What was not closed, each with why; what is not named here was.
fn kept_notice(visit: &Visit, kept: &[Kept]) -> Option<impl IntoView + use<>> {
    let locale = visit.locale;
    let told: Vec<_> = kept
        .iter()
        .map(|kept| {
            let title = td_string!(locale, closing.refused, title = kept.title.clone());
            let told = words::refusal(locale, &kept.why, visit.now);
            view! { <h3>{title}</h3><p>{told.sentence}</p> }
        })
        .collect();
    (!told.is_empty()).then(|| {
        view! {
            <section class="refusal" role="alert" aria-labelledby="why">
                <h2 id="why">{td_string!(locale, closing.kept)}</h2>
                {told}
            </section>
        }
    })
}

/// A shift with everybody who held a place in it, and the minutes of each; to be confirmed where the
/// page has the form for it.
fn shift(visit: &Visit, of: &Unclosed, form: Option<&Form>) -> impl IntoView + use<> {
    let locale = visit.locale;
    let id = format!("shift-{}", of.shift.id);
    let when = words::span_near(locale, of.shift.span, visit.now);
    let href = format!("/staff/shifts/{}", of.shift.id);
    view! {
        <section class="section" aria-labelledby=id.clone()>
            <h2 id=id.clone()><a href=href>{of.shift.title.clone()}</a>{of.shift.demo.then(|| view! { " "<DemoLabel locale /> })}</h2>
            <p class="lead">{when}</p>
            {table(locale, of, form)}
        </section>
    }
}

fn table(locale: Locale, of: &Unclosed, form: Option<&Form>) -> AnyView {
    let columns = presence(locale).view(td_string!(locale, ledger.title), move |row| {
        match row.attendance.is_present() || !row.entries.is_empty() {
            true => hours_cell(locale, row, form),
            false => td_string!(locale, ledger.absent).into_any(),
        }
    });
    Table::new(of.shift.title.clone(), columns).of(&of.sheet.rows)
}

/// The one press. The form names the shifts that it shows.
fn press(locale: Locale, here: &str, own: &[Unclosed]) -> impl IntoView + use<> {
    let shifts: Vec<_> = own
        .iter()
        .map(|of| view! { <input type="hidden" name="shift" value=of.shift.id.to_string() /> })
        .collect();
    let count = u32::try_from(own.len()).unwrap_or(u32::MAX);
    view! {
        <form class="form" id=CLOSING method="post" action=format!("{here}/close")><FormKey />
            {shifts}
            <p class="hint">{td_string!(locale, ledger.close_hint)}</p>
            <button class="button button-main" type="submit">{td_string!(locale, closing.press, count)}</button>
        </form>
    }
}

/// What somebody else confirms: why not the reader, and who may.
fn not_own(visit: &Visit, others: &[Unclosed]) -> impl IntoView + use<> {
    let locale = visit.locale;
    let rows: Vec<_> = others
        .iter()
        .map(|of| {
            let names: Vec<String> = of.sheet.led().map(|row| row.name.clone()).collect();
            let who = match names.is_empty() {
                true => td_string!(locale, closing.nobody_may).to_owned(),
                false => {
                    let names = words::list(locale, &names);
                    td_string!(locale, closing.who_may, names)
                }
            };
            let why = of.sheet.refusal.as_ref();
            let why = why.map(|why| words::refusal(locale, why, visit.now).sentence);
            let why = why.unwrap_or_default();
            let when = words::span_near(locale, of.shift.span, visit.now);
            view! {
                <li class="card">
                    <h3><a href=format!("/staff/shifts/{}", of.shift.id)>{of.shift.title.clone()}</a></h3>
                    <p>{when}</p>
                    <p>{why}</p>
                    <p>{who}</p>
                </li>
            }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="others">
            <h2 id="others">{td_string!(locale, closing.others)}</h2>
            <ul class="stack">{rows}</ul>
        </section>
    }
}

/// What was closed today, in figures: also what this press has closed.
fn closed_today(visit: &Visit, closed: &[Closed]) -> impl IntoView + use<> {
    let locale = visit.locale;
    let rows: Vec<_> = closed
        .iter()
        .map(|of| {
            let duration = words::duration(locale, of.minutes);
            let figures = td_string!(locale, closing.figures, people = of.people, duration);
            let name = of.closed_by.clone();
            let by = name.map(|name| td_string!(locale, closing.closed_by, name));
            let when = words::span_near(locale, of.span(), visit.now);
            let parts = [Some(when), Some(figures), by];
            let note = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
            view! { <Row href=format!("/staff/shifts/{}", of.id) title=of.title.clone() note /> }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="closed">
            <h2 id="closed">{td_string!(locale, closing.closed)}</h2>
            <ul class="row-list">{rows}</ul>
        </section>
    }
}
