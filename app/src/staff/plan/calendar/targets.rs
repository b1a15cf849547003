//! A date that is picked up, and where it can be put down.

use super::{Page, asked::Asked};
use crate::{
    i18n::td_string,
    staff::common::closed::closed_then,
    ui::{FormKey, NoticeBox},
    web::{Fault, Visit},
    words,
};
use chrono::NaiveDate;
use domain::{
    Refusal,
    id::{CenterId, OccurrenceId},
    planner::{CLOSES, OPENS, SLOT, View, whole},
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::{
    Error,
    occurrences::{self, OccurrenceView},
    plan_calendar,
};

/// What is picked up.
pub(super) struct Taken {
    view: OccurrenceView,
    /// Where it may begin, or why not.
    targets: Vec<(Timestamp, Result<Span, Refusal>)>,
}

/// The date with where it could go among what is shown; none where it is not of this center.
pub(super) async fn taken(
    visit: &Visit,
    center: &CenterId,
    id: &OccurrenceId,
    asked: &Asked,
) -> Result<Option<Taken>, Fault> {
    let (db, caller) = (visit.db(), &visit.caller);
    let view = match occurrences::find_for_staff(db, caller, id).await {
        Ok(view) if view.center_id == *center => view,
        Ok(_) | Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut starts = starts(asked, view.starts_at);
    starts.retain(|start| *start != view.starts_at);
    let told = plan_calendar::targets(db, caller, id, &starts, visit.now).await?;
    let targets = starts.into_iter().zip(told).collect();
    Ok(Some(Taken { view, targets }))
}

/// Every half hour of the one day that is shown, else the same hour of every day.
fn starts(asked: &Asked, present: Timestamp) -> Vec<Timestamp> {
    let hours = present.0 - whole(present.day()).start().0;
    let on = |day: &NaiveDate| whole(*day).start();
    match asked.view {
        View::Day => {
            let (first, last) = (OPENS / SLOT, CLOSES / SLOT);
            let slots = first..last;
            slots.map(|slot| on(&asked.on).plus(slot * SLOT)).collect()
        }
        View::Week | View::Month => {
            let days = asked.days.iter();
            days.map(|day| on(day).plus(hours)).collect()
        }
    }
}

impl Taken {
    /// Whether it is this one.
    pub(super) fn is(&self, id: &OccurrenceId) -> bool {
        self.view.id == *id
    }

    /// What is picked up, and a button for each place to put it.
    pub(super) fn section(&self, page: &Page) -> AnyView {
        let (locale, view) = (page.locale, &self.view);
        let when = words::span(locale, view.span());
        let title = td_string!(locale, planner.taken, title = view.title.clone(), when);
        let people = view.confirmed + view.waitlisted;
        let tells = (people > 0).then(|| td_string!(locale, planner.will_tell, count = people));
        let back = page.asked.take(None).address();
        view! {
            <section class="stack no-print" id="move" aria-labelledby="move-title">
                <NoticeBox title text=tells.unwrap_or_default() fresh=true>
                    <p><a class="button" href=back>{td_string!(locale, roster.put_back)}</a></p>
                </NoticeBox>
                <h2 id="move-title">{td_string!(locale, planner.targets)}</h2>
                {self.buttons(page)}
                {self.not_here(page)}
            </section>
        }
        .into_any()
    }

    /// The places in words: the hours of one day, else days.
    fn name(&self, page: &Page, start: Timestamp) -> String {
        let locale = page.locale;
        match page.asked.view {
            View::Day => words::clock(locale, start),
            View::Week | View::Month => words::day(locale, start.day()),
        }
    }

    fn buttons(&self, page: &Page) -> AnyView {
        let locale = page.locale;
        let free = self.targets.iter().filter(|(_, told)| told.is_ok());
        let buttons: Vec<_> = free
            .map(|(start, _)| {
                let (value, name) = (start.rfc3339(), self.name(page, *start));
                let span = Span::kept(
                    *start,
                    start.plus(self.view.ends_at.0 - self.view.starts_at.0),
                );
                let closed = closed_then(locale, &page.times, span, page.now);
                let unseen = td_string!(locale, roster.put);
                view! {
                    <button class="button button-target" type="submit" name="at" value=value>
                        {name}{closed.map(|why| view! { <small>" "{why}</small> })}
                        <span class="visually-hidden">" "{unseen}</span>
                    </button>
                }
            })
            .collect();
        if buttons.is_empty() {
            return view! { <p>{td_string!(locale, planner.nowhere)}</p> }.into_any();
        }
        view! {
            <form method="post" action=page.asked.path("/put")><FormKey />
                {page.asked.fields(true)}
                <input type="hidden" name="from" value=self.view.starts_at.rfc3339() />
                <input type="hidden" name="revision" value=self.view.revision.to_string() />
                <div class="cluster">{buttons}</div>
            </form>
        }
        .into_any()
    }

    /// Where it cannot go, and why: places that follow each other and have one reason in one line.
    fn not_here(&self, page: &Page) -> Option<AnyView> {
        let locale = page.locale;
        let why = |told: &Result<Span, Refusal>| {
            let refusal = told.as_ref().err()?;
            Some(words::refusal(locale, refusal, page.now).sentence)
        };
        let told: Vec<(String, Option<String>)> = self
            .targets
            .iter()
            .map(|(start, told)| (self.name(page, *start), why(told)))
            .collect();
        let rows: Vec<_> = told
            .chunk_by(|(_, one), (_, other)| one == other)
            .filter_map(|run| {
                let (first, last) = (run.first()?, run.last()?);
                let why = first.1.clone()?;
                let places = match run.len() {
                    1 => first.0.clone(),
                    _ => format!("{} – {}", first.0, last.0),
                };
                Some(view! { <li><strong>{places}</strong>" "{why}</li> })
            })
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <details class="unfold"><summary>{td_string!(locale, planner.not_here)}</summary><ul class="stack">{rows}</ul></details>
            }
            .into_any()
        })
    }
}
