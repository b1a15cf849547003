//! What a plan would make, row by row, and the button that makes it.

use crate::{
    i18n::{Locale, td_string},
    staff::common::closed::closed_then,
    ui::{Badge, Columns, FormKey, Table, Tone},
    words,
};
use domain::{
    holiday::Holidays,
    id::ActivityId,
    opening::Times,
    plan_import::{News, Read, Row, ThereDate},
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::plan_import::Look;

/// What the look's button sends, and where to.
pub(super) struct Again {
    pub(super) action: String,
    pub(super) fields: Vec<(&'static str, String)>,
}

/// What dates are said by.
pub(super) struct Shown<'a> {
    pub(super) locale: Locale,
    pub(super) holidays: &'a Holidays,
    pub(super) times: Times,
    pub(super) now: Timestamp,
}

type OfRow<'r> = (&'r Row, &'r News);

impl Shown<'_> {
    /// The rows with what becomes of each, and the button where something does.
    pub(super) fn section(&self, read: &Read, look: &Look, again: Again) -> AnyView {
        let locale = self.locale;
        let rows: Vec<OfRow<'_>> = read.rows.iter().zip(&look.news).collect();
        let new = look.news.iter().filter(|news| news.is_new()).count();
        let wrong = count(look, |news| matches!(news, News::Wrong(_)));
        let left = count(look, |news| matches!(news, News::Over));
        let there = look.news.len() - new - wrong - left;
        let counts = td_string!(locale, plan_import.counts, new, there, left, wrong);
        let unused = (!read.unused.is_empty()).then(|| {
            let list = words::list(locale, &read.unused);
            view! { <p class="hint">{td_string!(locale, plan_import.unused, list)}</p> }
        });
        let left_out = (wrong > 0).then(
            || view! { <p class="field-error">{td_string!(locale, plan_import.left_out)}</p> },
        );
        let next = match new {
            0 => view! { <p>{td_string!(locale, plan_import.nothing_new)}</p> }.into_any(),
            dates => confirm(locale, again, dates),
        };
        let table = Table::new(td_string!(locale, plan_import.look_title), self.columns());
        let table = table.of(&rows);
        view! {
            <section class="card" id="look" aria-labelledby="look-title">
                <h2 id="look-title">{td_string!(locale, plan_import.look_title)}</h2>
                <p role="status">{counts}</p>
                {unused}
                {left_out}
                {table}
                {next}
            </section>
        }
        .into_any()
    }

    fn columns<'r>(&self) -> Columns<'_, OfRow<'r>> {
        let locale = self.locale;
        let head = td_string!(locale, plan_import.row);
        Columns::head(head, |(row, _): &OfRow<'r>| row.number.to_string())
            .text(td_string!(locale, plan_import.what), |(row, _)| {
                let title = row.entry.as_ref().map(|entry| entry.title.clone());
                title.unwrap_or_else(|_| row.written.clone())
            })
            .view(td_string!(locale, field.time), |(row, _)| {
                let entry = row.entry.as_ref().ok();
                entry.map(|entry| self.when(entry.span))
            })
            .text(td_string!(locale, field.room), |(row, _)| {
                let room = row.entry.as_ref().map(|entry| entry.room.clone());
                room.unwrap_or_default()
            })
            .number(td_string!(locale, field.capacity), |(row, _)| {
                let places = row.entry.as_ref().ok().and_then(|entry| entry.places);
                places.map(|places| places.to_string()).unwrap_or_default()
            })
            .view(td_string!(locale, plan_import.news), |(_, news)| {
                self.told(news)
            })
    }

    /// A time, with what its day is.
    fn when(&self, span: Span) -> impl IntoView + use<> {
        let kind = words::day_kind(self.locale, self.holidays.kind(span.start().day()));
        let closed = closed_then(self.locale, &self.times, span, self.now);
        let about = |text: String| view! { " "<strong>{text}</strong> };
        view! { {words::span_full(self.locale, span)}{kind.map(about)}{closed.map(about)} }
    }

    fn told(&self, news: &News) -> AnyView {
        let locale = self.locale;
        let badge = |text: &'static str, tone| view! { <Badge text tone /> };
        match news {
            News::New {
                onto,
                room,
                is_new_room,
            } => {
                let draft = onto
                    .as_ref()
                    .map(|_| td_string!(locale, plan_import.to_draft));
                let new_room = is_new_room
                    .then(|| td_string!(locale, plan_import.new_room, room = room.clone()));
                view! {
                    {badge(td_string!(locale, plan_import.new), Tone::Good)}
                    {draft.map(|text| view! { " "<small>{text}</small> })}
                    {new_room.map(|text| view! { " "<small>{text}</small> })}
                }
                .into_any()
            }
            News::Same { activity } => {
                let text = td_string!(locale, plan_import.same);
                view! { <span>{text}</span>{self.way(activity)} }.into_any()
            }
            News::Changed { was } => {
                let text = td_string!(locale, plan_import.changed);
                let way = self.way(&was.activity);
                view! { {badge(text, Tone::Warn)}" "{self.was(was)}{way} }.into_any()
            }
            News::CalledOff { activity } => {
                let text = td_string!(locale, plan_import.called_off);
                view! { {badge(text, Tone::Warn)}{self.way(activity)} }.into_any()
            }
            News::Over => view! { <span>{td_string!(locale, plan_import.over)}</span> }.into_any(),
            News::Wrong(wrong) => {
                let why = words::wrong_plan(locale, wrong);
                let text = td_string!(locale, plan_import.unusable);
                view! { {badge(text, Tone::Bad)}" "{why} }.into_any()
            }
        }
    }

    fn was(&self, was: &ThereDate) -> String {
        let locale = self.locale;
        let (span, places) = (words::span_full(locale, was.span), was.places);
        let room = match was.room.as_str() {
            "" => td_string!(locale, plan_import.no_room).to_owned(),
            room => room.to_owned(),
        };
        td_string!(locale, plan_import.was, span, room, places)
    }

    /// The way to what is there.
    fn way(&self, activity: &ActivityId) -> impl IntoView + use<> {
        let to = format!("/staff/activities/{activity}");
        view! { " "<a href=to>{td_string!(self.locale, plan_import.open)}</a> }
    }
}

fn count(look: &Look, fits: fn(&News) -> bool) -> usize {
    look.news.iter().filter(|news| fits(news)).count()
}

fn confirm(locale: Locale, again: Again, dates: usize) -> AnyView {
    let words = td_string!(locale, plan_import.make, count = dates);
    let fields: Vec<_> = again
        .fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect();
    view! {
        <form method="post" action=again.action enctype="multipart/form-data"><FormKey />
            {fields}
            <button class="button button-main" type="submit" name="do" value="import">{words}</button>
        </form>
    }
    .into_any()
}
