//! The next times at which a room, a lead or both are free.

use super::Page;
use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{Filters, SelectField},
    web::{Fault, Form, Visit},
    words,
};
use domain::{
    Refusal,
    id::{RoomId, StaffId},
    time::Span,
};
use leptos::prelude::*;
use store::{
    Error,
    plan_calendar::{self, Wanted},
};

/// How long things usually last, in minutes.
const LENGTHS: [u32; 7] = [30, 45, 60, 90, 120, 180, 240];

/// What was asked for, and the times.
#[derive(Default)]
pub(super) struct Found {
    room: String,
    lead: String,
    minutes: u32,
    /// The times, once somebody has asked for a room or a lead.
    times: Option<Vec<Span>>,
    refusal: Option<Refusal>,
    /// Whether it was asked for nothing in particular.
    of_nothing: bool,
}

/// Looks for what the form asks for.
pub(super) async fn find(visit: &Visit, page: &Page, form: &Form) -> Result<Found, Fault> {
    let asks = form.get("minutes").is_some();
    let mut found = Found {
        room: form.text("room").to_owned(),
        lead: form.text("lead").to_owned(),
        minutes: form.number("minutes").ok().flatten().unwrap_or(60),
        ..Found::default()
    };
    if !asks {
        return Ok(found);
    }
    let room: Option<RoomId> = form.get("room").map(str::parse).transpose()?;
    let lead: Option<StaffId> = form.get("lead").map(str::parse).transpose()?;
    if room.is_none() && lead.is_none() {
        found.of_nothing = true;
        return Ok(found);
    }
    let wanted = Wanted {
        room,
        lead,
        minutes: found.minutes,
    };
    let (db, caller) = (visit.db(), &visit.caller);
    match plan_calendar::free(db, caller, &page.center.id, &wanted, page.now).await {
        Ok(times) => found.times = Some(times),
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => found.refusal = Some(refusal),
        Err(error) => return Err(error.into()),
    }
    Ok(found)
}

impl Found {
    /// The form with its answer.
    pub(super) fn section(self, page: &Page) -> AnyView {
        let (locale, calendar) = (page.locale, &page.calendar);
        let any = || {
            let any = td_string!(locale, planner.any).to_owned();
            std::iter::once((String::new(), any))
        };
        let rooms = calendar.rooms.iter().filter(|room| !room.is_retired);
        let rooms = rooms.map(|room| (room.id.to_string(), room.name.clone()));
        let rooms: Vec<_> = any().chain(rooms).collect();
        let leads = calendar.leads.iter();
        let leads = leads.map(|lead| (lead.id.to_string(), lead.name.clone()));
        let leads: Vec<_> = any().chain(leads).collect();
        let lengths: Vec<_> = LENGTHS
            .iter()
            .map(|minutes| {
                let words = words::duration(locale, i64::from(*minutes));
                (minutes.to_string(), words)
            })
            .collect();
        let problem = self
            .refusal
            .as_ref()
            .map(|refusal| words::refusal(locale, refusal, page.now).sentence);
        let answer = self.answer(page);
        let shows_leads = page.asked.may_see();
        let (action, hidden) = (page.asked.path("#free"), page.asked.fields(true));
        let (room, lead, minutes) = (self.room, self.lead, self.minutes.to_string());
        view! {
            <section class="section no-print" id="free" aria-labelledby="free-title">
                <h2 id="free-title">{td_string!(locale, planner.free)}</h2>
                <p class="hint">{td_string!(locale, planner.free_hint)}</p>
                <Filters locale action label=td_string!(locale, planner.free) button=td_string!(locale, planner.look)>
                    {hidden}
                    <SelectField name="room" label=td_string!(locale, field.room) options=rooms selected=room />
                    {shows_leads.then(|| view! {
                        <SelectField name="lead" label=td_string!(locale, shift.lead) options=leads selected=lead />
                    })}
                    <SelectField name="minutes" label=td_string!(locale, planner.minutes) options=lengths
                        selected=minutes error=problem />
                </Filters>
                {answer}
            </section>
        }
        .into_any()
    }

    fn answer(&self, page: &Page) -> Option<AnyView> {
        let locale = page.locale;
        if self.of_nothing {
            let say = td_string!(locale, planner.choose);
            return Some(view! { <p role="status">{say}</p> }.into_any());
        }
        let times = self.times.as_ref()?;
        if times.is_empty() {
            let say = td_string!(locale, planner.no_free);
            return Some(view! { <p role="status">{say}</p> }.into_any());
        }
        let rows: Vec<_> = times.iter().map(|span| self.row(page, *span)).collect();
        Some(view! { <ol class="row-list">{rows}</ol> }.into_any())
    }

    fn row(&self, page: &Page, span: Span) -> AnyView {
        let locale = page.locale;
        let when = words::span_near(locale, span, page.now);
        let link = page.may_plan.then(|| {
            let unseen = when.clone();
            view! {
                <a class="button" href=self.new_activity(page, span)>
                    {td_string!(locale, planner.new_then)}<span class="visually-hidden">" "{unseen}</span>
                </a>
            }
        });
        view! { <li><div class="row"><span class="row-text"><strong>{when}</strong></span>{link}</div></li> }
            .into_any()
    }

    /// The form of a new activity, with that time and room in it.
    fn new_activity(&self, page: &Page, span: Span) -> String {
        let rooms = page.calendar.rooms.iter();
        let room = rooms.filter(|room| room.id.as_str() == self.room);
        let room: String = room.map(|room| room.name.clone()).collect();
        let clock = |at: domain::time::Timestamp| at.local().format("%H:%M").to_string();
        let fields = [
            ("mode", "one".to_owned()),
            ("starts_on", span.start().day().to_string()),
            ("starts_at", clock(span.start())),
            ("ends_at", clock(span.end())),
            ("room", room),
        ];
        let said = fields.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = said.map(|(name, value)| gate::query(name, value)).collect();
        let center = &page.center.id;
        format!("/staff/centers/{center}/activities/new?{}", query.join("&"))
    }
}
