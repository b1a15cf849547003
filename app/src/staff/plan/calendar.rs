//! The calendar of a center: everything that is planned, by day, week or month, by room, lead or field;
//! what is in each other's way; the next free times; and moving a date to another time.

mod asked;
mod clashes;
mod day;
mod entry;
mod free;
mod groups;
mod list;
mod month;
mod moves;
mod targets;
mod week;

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{EmptyState, Field as Input, Filters, Markup},
    web::{Answer, Fault, Form, Site, Visit, status},
    words,
};
use asked::Asked;
use axum::{Router, extract::Path, response::Response, routing::get};
use chrono::NaiveDate;
use domain::{
    Refusal,
    access::Action,
    holiday::Holidays,
    opening::Times,
    planner::{By, Clash, View, window},
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use std::{collections::BTreeSet, iter};
use store::{
    centers::{CenterSummary, CenterView},
    holidays,
    menu::{self, Field},
    plan_calendar::{self, Calendar},
};

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/calendar", get(show))
        .merge(moves::routes())
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewPlans).await?;
    let told = Told {
        done: moves::done(&visit, &center, &form).await?,
        refusal: None,
    };
    answer(&visit, center, &form, told).await
}

/// What has just happened.
struct Told {
    /// What was moved, to be undone.
    done: Option<moves::Done>,
    /// What kept it from being moved.
    refusal: Option<Refusal>,
}

/// The page as the form asks for it.
async fn answer(visit: &Visit, center: CenterView, form: &Form, told: Told) -> Answer {
    let page = read(visit, center, form).await?;
    let free = free::find(visit, &page, form).await?;
    Ok(render(visit, page, free, told))
}

/// What the page is made of.
struct Page {
    locale: Locale,
    now: Timestamp,
    center: CenterSummary,
    asked: Asked,
    calendar: Calendar,
    fields: Vec<Field>,
    /// The places of what is in the way of something.
    clashing: BTreeSet<usize>,
    /// What was announced of which days.
    holidays: Holidays,
    /// When the center is open.
    times: Times,
    /// Whether the caller may plan.
    may_plan: bool,
    /// What is picked up, and where it could go.
    taken: Option<targets::Taken>,
}

impl Page {
    /// What is said of a day beside its date: the lunar day, and what was announced.
    fn about(&self, day: NaiveDate) -> Vec<String> {
        let kind = words::day_kind(self.locale, self.holidays.kind(day));
        words::lunar(day).into_iter().chain(kind).collect()
    }

    fn spans(&self) -> Vec<Span> {
        self.calendar.items.iter().map(|item| item.span).collect()
    }
}

async fn read(visit: &Visit, center: CenterView, form: &Form) -> Result<Page, Fault> {
    let (db, caller, now) = (visit.db(), &visit.caller, visit.now);
    let times = center.times();
    let center = center.summary;
    let place = center.place();
    let may = |action| caller.may(action, &place).is_ok();
    let asked = Asked::of(&center.id, form, now, may(Action::ViewBookings));
    let Some(span) = window(&asked.days) else {
        return Err(Refusal::NotFound.into());
    };
    let calendar = plan_calendar::read(db, caller, &center.id, span, now).await?;
    let may_plan = may(Action::ManageActivities);
    let taken = match &asked.take {
        Some(id) if may_plan => targets::taken(visit, &center.id, id, &asked).await?,
        _ => None,
    };
    let asked = match &taken {
        Some(_) => asked,
        None => asked.take(None),
    };
    let both = |clash: &Clash| [clash.one, clash.other];
    Ok(Page {
        locale: visit.locale,
        now,
        clashing: calendar.clashes.iter().flat_map(both).collect(),
        fields: menu::fields(db).await?,
        holidays: holidays::known(db).await?,
        center,
        asked,
        calendar,
        times,
        may_plan,
        taken,
    })
}

fn render(visit: &Visit, page: Page, free: free::Found, told: Told) -> Response {
    let locale = page.locale;
    let title = td_string!(locale, planner.title);
    let frame = gate::page(visit, title);
    let frame = match &told.refusal {
        Some(refusal) => frame.status(status(refusal)),
        None => frame,
    };
    frame.render(move || {
        let back = format!("/staff/centers/{}", page.center.id);
        let lead = format!("{} · {}", page.center.name, period(&page));
        view! {
            <a class="back-link" href=back>{page.center.name.clone()}</a>
            <div class="page-head"><h1>{title}</h1><p class="lead">{lead}</p></div>
            {ways(&page)}
            {told.done.map(|done| done.notice(&page))}
            {told.refusal.map(|refusal| moves::not_moved(&page, &refusal))}
            {page.taken.as_ref().map(|taken| taken.section(&page))}
            {clashes::section(&page)}
            {table(&page)}
            {free.section(&page)}
        }
    })
}

/// The days that are shown, in words.
fn period(page: &Page) -> String {
    let (locale, days) = (page.locale, &page.asked.days);
    let on = page.asked.on;
    match (page.asked.view, days.first(), days.last()) {
        (View::Week, Some(first), Some(last)) => format!(
            "{} – {}",
            words::day_short(locale, *first),
            words::day_short(locale, *last)
        ),
        (View::Month, ..) => {
            use chrono::Datelike as _;
            td_string!(
                locale,
                planner.month_of,
                month = words::month(locale, on),
                year = on.year()
            )
        }
        _ => {
            let about = page.about(on).into_iter();
            let all: Vec<String> = iter::once(words::day_full(locale, on))
                .chain(about)
                .collect();
            all.join(" · ")
        }
    }
}

/// What is said of a day, below its date in a heading.
fn about(page: &Page, day: NaiveDate, html: &mut Markup) {
    for text in page.about(day) {
        html.tags(" <small class=\"plan-about\">")
            .text(&text)
            .tags("</small>");
    }
}

/// The ways to other days, and to other ways of seeing them.
fn ways(page: &Page) -> impl IntoView + use<> {
    let (locale, asked) = (page.locale, &page.asked);
    let today = page.now.day();
    let (before, after) = match asked.view {
        View::Day => (
            td_string!(locale, planner.before_day),
            td_string!(locale, planner.after_day),
        ),
        View::Week => (
            td_string!(locale, roster.before),
            td_string!(locale, roster.after),
        ),
        View::Month => (
            td_string!(locale, planner.before_month),
            td_string!(locale, planner.after_month),
        ),
    };
    let step = |on, words: &'static str, current: bool| {
        let href = asked.on(on).address();
        view! { <a class="button button-quiet" href=href aria-current=current.then_some("date")>{words}</a> }
    };
    let on_today = asked.days.contains(&today);
    let (action, hidden, on) = (asked.path(""), asked.fields(false), asked.on.to_string());
    view! {
        <nav class="cluster no-print" aria-label=td_string!(locale, planner.other_days)>
            {step(asked.view.before(asked.on), before, false)}
            {step(today, td_string!(locale, date.today_head), on_today)}
            {step(asked.view.after(asked.on), after, false)}
        </nav>
        {chips(page)}
        <div class="no-print">
            <Filters locale action label=td_string!(locale, planner.go_to) button=td_string!(locale, planner.go)>
                {hidden}
                <Input name="on" label=td_string!(locale, planner.go_to) kind="date" value=on />
            </Filters>
        </div>
    }
}

/// The choice of how much is shown, and of what the rows or columns are.
fn chips(page: &Page) -> impl IntoView + use<> {
    let (locale, asked) = (page.locale, &page.asked);
    let chip = |there: Asked, words: &'static str| {
        let current = (there == *asked).then_some("true");
        view! { <li><a class="chip" href=there.address() aria-current=current>{words}</a></li> }
    };
    let views: Vec<_> = View::ALL
        .iter()
        .map(|view| chip(asked.view(*view), view_name(locale, *view)))
        .collect();
    // A month has no room for rows of its own.
    let by: Vec<_> = asked
        .choices()
        .map(|by| chip(asked.by(by), by_name(locale, by)))
        .collect();
    view! {
        <div class="cluster no-print">
            <nav aria-label=td_string!(locale, planner.views)><ul class="chips">{views}</ul></nav>
            {(!by.is_empty()).then(|| view! {
                <nav aria-label=td_string!(locale, planner.rows)><ul class="chips">{by}</ul></nav>
            })}
        </div>
    }
}

fn view_name(locale: Locale, view: View) -> &'static str {
    match view {
        View::Day => td_string!(locale, planner.day),
        View::Week => td_string!(locale, planner.week),
        View::Month => td_string!(locale, planner.month),
    }
}

fn by_name(locale: Locale, by: By) -> &'static str {
    match by {
        By::Time => td_string!(locale, planner.by_time),
        By::Room => td_string!(locale, planner.by_room),
        By::Person => td_string!(locale, planner.by_person),
        By::Field => td_string!(locale, planner.by_field),
    }
}

/// The calendar itself: a table, and for narrow screens a list by day.
fn table(page: &Page) -> AnyView {
    let locale = page.locale;
    if page.calendar.items.is_empty() {
        return view! { <EmptyState title=td_string!(locale, planner.empty) /> }.into_any();
    }
    let table = match page.asked.view {
        View::Day => day::table(page),
        View::Week => week::table(page),
        View::Month => month::table(page),
    };
    view! {
        <div class="plan-table" inner_html=table.into_html()></div>
        <div class="plan-list stack">{list::days(page)}</div>
    }
    .into_any()
}
