//! Public holidays and days that are worked instead: what is known of which year, and bringing in a
//! notice, with a look at what it would change before anything is written.

mod look;

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Columns, DemoLabel, ErrorSummary, FormKey, NoticeBox, Problems, Table, TextArea, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};
use chrono::Datelike as _;
use domain::{
    Reason, Refusal,
    access::Action,
    holiday::{self, Day, Read},
    time::Timestamp,
};
use leptos::prelude::*;
use store::holidays::{self, NoticeView};

const HOME: &str = "/staff/holidays";

/// The routes of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(HOME, get(show).post(bring_in))
        .route("/staff/holidays/remove", post(remove))
}

/// Whether the visitor may change what holds for the whole city.
fn may_change(visit: &Visit) -> Result<(), Refusal> {
    gate::staff(visit)?;
    visit.caller.may_in_city(Action::ManageCenters)
}

async fn show(visit: Visit, form: Form) -> Answer {
    gate::staff(&visit)?;
    answer(&visit, form, Problems::none(), None).await
}

async fn bring_in(visit: Visit, form: Form) -> Answer {
    may_change(&visit)?;
    let mut problems = Problems::none();
    let read = holiday::read(form.text("notice"));
    let read = problems.keep(visit.locale, visit.now, read);
    let notice = read.as_ref().and_then(Read::notice);
    match (form.get("do"), notice) {
        (Some("import"), Some(notice)) => {
            let year = notice.year;
            holidays::import(visit.db(), &visit.once(&form)?, notice).await?;
            Ok(redirect(&format!("{HOME}?done={year}")))
        }
        _ => answer(&visit, form, problems, read).await,
    }
}

async fn remove(visit: Visit, form: Form) -> Answer {
    may_change(&visit)?;
    let year = form.number("year")?;
    let year = year.ok_or_else(|| Refusal::invalid("year", Reason::Missing))?;
    holidays::remove(visit.db(), &visit.once(&form)?, year).await?;
    Ok(redirect(&format!("{HOME}?removed={year}")))
}

async fn answer(visit: &Visit, form: Form, problems: Problems, read: Option<Read>) -> Answer {
    let (locale, now) = (visit.locale, visit.now);
    let known = holidays::notices(visit.db()).await?;
    let may = may_change(visit).is_ok();
    let status = match problems.any() || read.as_ref().is_some_and(|read| read.notice().is_none()) {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let title = td_string!(locale, holidays.title);
    Ok(gate::page(visit, title).status(status).render(move || {
        let looked = read.map(|read| {
            let own = known.iter().find(|view| view.notice.year == read.year);
            let there = own.map(|view| view.notice.days.as_slice());
            look::section(
                locale,
                &read,
                there.unwrap_or_default(),
                form.text("notice"),
            )
        });
        let years: Vec<_> = years(&known, now)
            .map(|year| {
                let view = known.iter().find(|view| view.notice.year == year);
                section(locale, year, view, may, now)
            })
            .collect();
        view! {
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, holidays.intro)}</p>
            </div>
            {done(locale, &form)}
            <ErrorSummary locale problems=problems.clone() />
            {looked}
            {years}
            {may.then(|| entry(locale, &form, &problems))}
        }
    }))
}

/// What has just been done.
fn done(locale: Locale, form: &Form) -> impl IntoView + use<> {
    let year = |name| form.number::<i32>(name).ok().flatten();
    let imported = year("done").map(|year| td_string!(locale, holidays.imported, year));
    let removed = year("removed").map(|year| td_string!(locale, holidays.removed, year));
    imported
        .or(removed)
        .map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })
}

/// The years that are told of: those that are known, this one and the next, the latest first.
fn years(known: &[NoticeView], now: Timestamp) -> impl Iterator<Item = i32> + use<> {
    let this = now.day().year();
    let known = known.iter().map(|view| view.notice.year);
    let all: std::collections::BTreeSet<i32> = known.chain([this, this + 1]).collect();
    all.into_iter().rev()
}

fn section(
    locale: Locale,
    year: i32,
    view: Option<&NoticeView>,
    may: bool,
    now: Timestamp,
) -> AnyView {
    let id = format!("year-{year}");
    let label = id.clone();
    let heading = td_string!(locale, holidays.year, year);
    let content = match view {
        None => view! { <p>{td_string!(locale, holidays.year_not_announced, year)}</p> }.into_any(),
        Some(view) => known_year(locale, view, may, now),
    };
    let demo = view.is_some_and(|view| view.demo);
    view! {
        <section class="section" aria-labelledby=label>
            <h2 id=id>{heading}{demo.then(|| view! { " "<DemoLabel locale /> })}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn known_year(locale: Locale, view: &NoticeView, may: bool, now: Timestamp) -> AnyView {
    let notice = &view.notice;
    let when = words::day_near(locale, view.imported_at.day(), now);
    let about = td_string!(
        locale,
        holidays.about,
        count = notice.days.len(),
        day = when
    );
    let papers: Vec<_> = notice
        .papers
        .iter()
        .map(|paper| {
            let (href, text) = (paper.clone(), paper.clone());
            view! { <li><a href=href rel="noreferrer">{text}</a></li> }
        })
        .collect();
    let caption = td_string!(locale, holidays.title);
    let columns = Columns::head(td_string!(locale, staff.shift.day), move |day: &Day| {
        words::day_full(locale, day.on)
    })
    .text(td_string!(locale, holidays.holiday), move |day| {
        words::holiday_name(locale, &day.name)
    })
    .text(td_string!(locale, holidays.kind), move |day| {
        kind(locale, day.is_off).to_owned()
    });
    let year = notice.year;
    let table = Table::new(caption, columns).of(&notice.days);
    let remove = may.then(|| {
        view! {
            <details class="disclosure">
                <summary>{td_string!(locale, holidays.remove)}</summary>
                <p>{td_string!(locale, holidays.remove_hint, year)}</p>
                <form method="post" action="/staff/holidays/remove"><FormKey />
                    <input type="hidden" name="year" value=year.to_string() />
                    <button class="button" type="submit">{td_string!(locale, holidays.remove_year, year)}</button>
                </form>
            </details>
        }
    });
    view! {
        <p>{about}</p>
        {(!papers.is_empty()).then(|| view! { <ul class="plain">{papers}</ul> })}
        {table}
        {remove}
    }
    .into_any()
}

/// `放假`, `上班`.
fn kind(locale: Locale, is_off: bool) -> &'static str {
    match is_off {
        true => td_string!(locale, holidays.day_off),
        false => td_string!(locale, holidays.day_worked),
    }
}

/// Where a notice is pasted; sending it shows what it would change and changes nothing.
fn entry(locale: Locale, form: &Form, problems: &Problems) -> impl IntoView + use<> {
    view! {
        <section class="section" aria-labelledby="bring-in">
            <h2 id="bring-in">{td_string!(locale, holidays.bring_in)}</h2>
            <form class="form" method="post" action=HOME><FormKey />
                <TextArea name="notice" label=td_string!(locale, holidays.paste) hint=td_string!(locale, holidays.paste_hint)
                    value=form.text("notice").to_owned() error=problems.of("notice") rows=8 />
                <div class="cluster"><button class="button" type="submit" name="do" value="look">{td_string!(locale, holidays.look)}</button></div>
            </form>
        </section>
    }
}
