//! The appointments of casework (个案) at a center: which are free, which are taken and what became of the
//! others, by day, with what the month adds up to. Nobody's name: whoever had one is on its own page.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Columns, EmptyState, Table, Tone},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use chrono::NaiveDate;
use domain::{
    access::Action,
    id::{ActivityId, CenterId},
    report::{Days, Month},
    slots::{State, Tally},
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::casework::{Slot, slots};

/// How many days are shown at once.
const SHOWN: i64 = 14;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/casework", get(show))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ViewPlans).await?;
    let own = center.summary.id.clone();
    let (locale, now) = (visit.locale, visit.now);
    let asked: Option<NaiveDate> = form.get("from").and_then(|day| day.parse().ok());
    // A month that is in no calendar of ours is none: today's then.
    let first = asked
        .filter(|day| Month::of(*day).to_string().parse::<Month>().is_ok())
        .unwrap_or(now.day());
    let days = Days::new(first, first + chrono::Duration::days(SHOWN - 1))?;
    let month = Month::of(first);
    let shown = slots(visit.db(), &visit.caller, &own, days, now).await?;
    let of_month = slots(visit.db(), &visit.caller, &own, Days::of(month), now).await?;
    let place = center.summary.place();
    let may_plan = visit.caller.may(Action::ManageActivities, &place).is_ok();
    let sees_who = visit.caller.may(Action::ViewBookings, &place).is_ok();
    let name = center.summary.name.clone();
    Ok(gate::page(&visit, td_string!(locale, casework.title)).render(move || {
        let list = format!("/staff/centers/{own}/activities");
        let tally = Tally::of(of_month.iter().map(|slot| slot.state));
        let span = words::days(locale, (days.from(), days.to()), now);
        view! {
            <a class="back-link" href=list>{td_string!(locale, nav.activities)}</a>
            <div class="page-head">
                <div class="cluster">
                    <h1>{td_string!(locale, casework.title)}</h1>
                    {may_plan.then(|| view! { <a class="button button-main" href=offer(locale, &own)>{td_string!(locale, casework.offer)}</a> })}
                </div>
                <p class="lead">{name.clone()}</p>
                <p class="hint">{td_string!(locale, casework.lead)}</p>
            </div>
            {added_up(locale, month, tally, sees_who)}
            <section class="section" aria-labelledby="days">
                <div class="section-head">
                    <h2 id="days">{span}</h2>
                    {turn(locale, &own, days)}
                </div>
                {if shown.is_empty() {
                    view! { <EmptyState title=td_string!(locale, casework.none) text=td_string!(locale, casework.none_hint) /> }.into_any()
                } else {
                    by_day(locale, &shown, may_plan, sees_who)
                }}
            </section>
            {may_plan.then(|| more(locale, &shown))}
        }
    }))
}

/// The form of a new activity, as appointments of an afternoon each week.
fn offer(locale: Locale, center: &CenterId) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("title", td_string!(locale, casework.default_title))
        .append_pair("kind", "casework")
        .append_pair("mode", "rule")
        .append_pair("freq", "weekly")
        .append_pair("starts_at", "14:00")
        .append_pair("ends_at", "17:00")
        .append_pair("capacity", "1")
        .append_pair("waitlist_capacity", "0")
        .append_pair("slot_minutes", "45")
        .append_pair("slot_pause", "15");
    format!("/staff/centers/{center}/activities/new?{}", query.finish())
}

fn turn(locale: Locale, center: &CenterId, days: Days) -> impl IntoView + use<> {
    let to = |by: i64| {
        let first = days.from() + chrono::Duration::days(by);
        format!("/staff/centers/{center}/casework?from={first}")
    };
    view! {
        <nav class="cluster" aria-labelledby="days">
            <a href=to(-SHOWN)>{td_string!(locale, casework.earlier)}</a>
            <a href=to(SHOWN)>{td_string!(locale, casework.later)}</a>
        </nav>
    }
}

/// What a month adds up to; whether people came is for those who may read who.
fn added_up(locale: Locale, month: Month, tally: Tally, sees_who: bool) -> impl IntoView + use<> {
    let title = words::month(locale, month.first());
    let fact = |label: &'static str, count: u32| view! { <dt>{label}</dt><dd>{count}</dd> };
    view! {
        <section class="section" aria-labelledby="month">
            <h2 id="month">{title}</h2>
            <dl class="facts card">
                {fact(td_string!(locale, casework.offered), tally.offered)}
                {fact(td_string!(locale, casework.taken), tally.taken)}
                {sees_who.then(|| fact(td_string!(locale, casework.came), tally.came))}
                {sees_who.then(|| fact(td_string!(locale, casework.missed), tally.missed))}
            </dl>
        </section>
    }
}

fn by_day(locale: Locale, shown: &[Slot], may_plan: bool, sees_who: bool) -> AnyView {
    let day_of = |slot: &Slot| slot.span.start().day();
    let days = shown.chunk_by(|one, other| day_of(one) == day_of(other));
    days.map(|slots| {
        let day = day_of(&slots[0]);
        let id = format!("on-{day}");
        let tally = Tally::of(slots.iter().map(|slot| slot.state));
        let free = slots.iter().filter(|slot| slot.state == State::Free).count();
        let (taken, offered) = (tally.taken, tally.offered);
        let counts = td_string!(locale, casework.of_day, offered, taken, free);
        let title = words::day(locale, day);
        view! {
            <section class="section" aria-labelledby=id.clone()>
                <div class="section-head"><h3 id=id.clone()>{title.clone()}</h3><p class="hint">{counts}</p></div>
                {table(locale, title, slots, may_plan, sees_who)}
            </section>
        }
    })
    .collect_view()
    .into_any()
}

fn table(
    locale: Locale,
    caption: String,
    slots: &[Slot],
    may_plan: bool,
    sees_who: bool,
) -> AnyView {
    let mut columns = Columns::head(td_string!(locale, field.time), |slot: &Slot| {
        let text = words::hours(locale, slot.span);
        // Who has it is on the roster, for those who may read that.
        let href = match sees_who {
            true => format!("/staff/occurrences/{}", slot.id),
            false => format!("/staff/activities/{}", slot.activity),
        };
        view! { <a href=href>{text}</a> }
    })
    .text(td_string!(locale, staff.act.activity), |slot| {
        slot.title.clone()
    })
    .text(td_string!(locale, field.room), |slot| slot.room.clone())
    .view(td_string!(locale, casework.state), |slot| {
        let (tone, text) = state(locale, slot);
        view! { <Badge text tone /> }
    });
    if slots.iter().any(|slot| slot.waiting > 0) {
        columns = columns.number(td_string!(locale, staff.dash.waiting), |slot| {
            slot.waiting.to_string()
        });
    }
    if may_plan {
        columns = columns.actions(locale, |slot| {
            let is_open = matches!(slot.state, State::Free | State::Taken);
            is_open.then(|| {
                let when = words::hours(locale, slot.span);
                view! {
                    <a class="button button-quiet" href=format!("/staff/occurrences/{}/edit", slot.id)>
                        {td_string!(locale, staff.edit)}<span class="visually-hidden">"："{when}</span>
                    </a>
                }
            })
        });
    }
    Table::new(caption, columns).even().of(slots)
}

/// What became of a slot, in words.
fn state(locale: Locale, slot: &Slot) -> (Tone, &'static str) {
    if slot.is_draft {
        return (Tone::Warn, td_string!(locale, casework.state_draft));
    }
    match slot.state {
        State::Free => (Tone::Good, td_string!(locale, casework.state_free)),
        State::Taken => (Tone::Plain, td_string!(locale, casework.state_taken)),
        State::Came => (Tone::Plain, td_string!(locale, casework.state_came)),
        State::Missed => (Tone::Warn, td_string!(locale, casework.state_missed)),
        State::Unused => (Tone::Plain, td_string!(locale, casework.state_unused)),
        State::CalledOff => (Tone::Bad, td_string!(locale, casework.state_called_off)),
    }
}

/// The way to more slots of what is offered already.
fn more(locale: Locale, shown: &[Slot]) -> impl IntoView + use<> {
    let offers: BTreeMap<&ActivityId, &str> = shown
        .iter()
        .map(|slot| (&slot.activity, slot.title.as_str()))
        .collect();
    let rows: Vec<_> = offers
        .into_iter()
        .map(|(id, title)| {
            let text = td_string!(locale, casework.more_of, title);
            view! { <li><a class="row" href=format!("/staff/activities/{id}/dates")><span class="row-text">{text}</span></a></li> }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="more">
                <h2 id="more">{td_string!(locale, casework.more)}</h2>
                <ul class="row-list">{rows}</ul>
            </section>
        }
    })
}
