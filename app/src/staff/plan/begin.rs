//! What the form of a new activity begins with: nothing, a time that a link suggests, or an
//! activity that there was before.

use super::{activity_input, slot_fields, term_lines, text_lines};
use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{NoticeBox, SelectField, Tone},
    web::{Fault, Form, Visit},
};
use domain::{
    access::Action,
    activity::{Enrolment, Kind, Status},
    recurrence::Pattern,
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::{
    activities::{self, ActivityDetail},
    centers::CenterView,
    occurrences::OccurrenceView,
};

/// What a link may suggest, as the calendar's free times do, and the page of appointments.
const SUGGESTED: [&str; 13] = [
    "mode",
    "starts_on",
    "starts_at",
    "ends_at",
    "room",
    "title",
    "kind",
    "freq",
    "end",
    "capacity",
    "waitlist_capacity",
    "slot_minutes",
    "slot_pause",
];

/// How many earlier activities can be chosen from.
const MOST_EARLIER: u32 = 60;

/// What the form begins with, and above it the choice of what it could begin with.
#[derive(Clone)]
pub(super) struct Beginning {
    pub(super) form: Form,
    earlier: Vec<(String, String)>,
    /// The activity that it was filled in from: its id and title.
    like: Option<(String, String)>,
    suggested: Vec<(&'static str, String)>,
}

impl Beginning {
    /// As the query of the form's address says.
    pub(super) async fn of(
        visit: &Visit,
        center: &CenterView,
        query: &Form,
    ) -> Result<Self, Fault> {
        let own = &center.summary.id;
        let titles = activities::titles(visit.db(), &visit.caller, own, MOST_EARLIER).await?;
        let suggested: Vec<_> = SUGGESTED
            .into_iter()
            .filter_map(|name| Some((name, query.get(name)?.to_owned())))
            .collect();
        let found = match query.get("like") {
            Some(id) => Some(gate::activity(visit, id, Action::ViewPlans).await?),
            None => None,
        };
        let form = match &found {
            Some((detail, of)) => like(detail, of.summary.id == *own),
            None => Form::of(term_lines::defaults()),
        };
        let form = suggested
            .iter()
            .fold(form, |form, (name, value)| form.with(name, value.clone()));
        let like = found.map(|(detail, _)| {
            let activity = detail.activity;
            (activity.id.to_string(), activity.texts.title)
        });
        Ok(Self {
            form,
            earlier: titles
                .into_iter()
                .map(|(id, title)| (id.to_string(), title))
                .collect(),
            like,
            suggested,
        })
    }

    /// The choice of an earlier activity, and which one it was.
    pub(super) fn view(self, locale: Locale, action: &str) -> impl IntoView + use<> {
        let (chosen, title) = self.like.unzip();
        let filled = title.map(|title| {
            view! { <NoticeBox title=td_string!(locale, staff.form.filled_in, title) tone=Tone::Plain /> }
        });
        let fields: Vec<_> = self
            .suggested
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect();
        let choice = (!self.earlier.is_empty()).then(|| {
            view! {
                <form class="form" method="get" action=action.to_owned()>
                    {fields}
                    <div class="cluster">
                        <SelectField name="like" label=td_string!(locale, staff.form.like) options=self.earlier
                            selected=chosen.unwrap_or_default() />
                        <button class="button" type="submit">{td_string!(locale, staff.form.fill_in)}</button>
                    </div>
                </form>
            }
        });
        view! { {filled}{choice} }
    }
}

/// Everything but the days. Rooms and the menu are each center's own.
fn like(detail: &ActivityDetail, same_center: bool) -> Form {
    let texts = text_lines::as_they_are(&detail.activity.texts);
    let mut form = Form::of(texts.chain(like_the_last(detail)));
    if let Some(pattern) = pattern(detail) {
        form = form.with("mode", "rule".to_owned());
        let others = Form::of(pattern);
        form = form.and(others);
    }
    if detail.activity.enrolment == Enrolment::Series {
        form = form.with("series", "1".to_owned());
    }
    if !same_center {
        form = form.with("room", String::new());
        form = form.with("menu_item", String::new());
    }
    form
}

/// Hours, room and places as the last date has them; where there is none, what any form begins with.
pub(super) fn like_the_last(detail: &ActivityDetail) -> Vec<(&'static str, String)> {
    let Some(last) = detail.occurrences.last() else {
        return term_lines::defaults().collect();
    };
    let clock = |at: Timestamp| at.local().format("%H:%M").to_string();
    let mut fields = vec![
        ("mode", "one".to_owned()),
        ("starts_at", clock(last.starts_at)),
        ("ends_at", clock(last.ends_at)),
        ("room", last.room.clone()),
    ];
    fields.extend(term_lines::like(&last.terms, last.span()));
    let day: Vec<Span> = stands(detail)
        .map(OccurrenceView::span)
        .filter(|span| span.start().day() == last.starts_at.day())
        .collect();
    if detail.activity.texts.kind == Kind::Casework {
        let cut = slot_fields::like(&day).unwrap_or_default();
        fields.retain(|(name, _)| cut.iter().all(|(of, _)| of != name));
        fields.extend(cut);
    }
    fields
}

/// The dates that were not called off.
fn stands(detail: &ActivityDetail) -> impl Iterator<Item = &OccurrenceView> {
    let all = detail.occurrences.iter();
    all.filter(|date| date.status != Status::Cancelled)
}

/// How often it was and how many times, where its dates follow a pattern.
fn pattern(detail: &ActivityDetail) -> Option<Vec<(&'static str, String)>> {
    let mut days: Vec<_> = stands(detail).map(|date| date.starts_at.day()).collect();
    days.dedup();
    let mut fields = activity_input::of_pattern(&Pattern::behind(&days)?);
    fields.push(("end", "count".to_owned()));
    fields.push(("count", days.len().to_string()));
    Some(fields)
}
