//! One thing in a cell or a list: a link that says all of it, written as text because a month of a large
//! center has hundreds.

use super::Page;
use crate::{
    i18n::{Locale, td_string},
    ui::{Markup, Tone},
    words,
};
use chrono::NaiveDate;
use domain::{activity::Status, commitment::Event, shift::Half, time::Span};
use store::plan_calendar::{Item, Pair};

/// The page of it.
pub(super) fn href(item: &Item) -> String {
    match &item.event {
        Event::Occurrence(id) => format!("/staff/occurrences/{id}"),
        Event::Shift(id) => format!("/staff/shifts/{id}"),
    }
}

/// When it is, under a day: what began on another day says so.
fn hours(locale: Locale, span: Span, day: NaiveDate) -> (Option<String>, String) {
    match span.start().day() == day {
        true => (Some(words::day(locale, day)), words::hours(locale, span)),
        false => (None, words::span(locale, span)),
    }
}

/// How its halves stand, in words and how strongly they speak.
fn pair(locale: Locale, pair: &Pair) -> (Tone, &'static str) {
    match pair {
        Pair::NoShift => (Tone::Plain, td_string!(locale, planner.no_shift)),
        Pair::Ready => (Tone::Good, td_string!(locale, staff.shift.ready)),
        Pair::Missing(halves) => {
            let words = match halves.as_slice() {
                [Half::Lead] => td_string!(locale, staff.shift.no_lead),
                [Half::Volunteers] => td_string!(locale, staff.shift.no_volunteers),
                _ => td_string!(locale, staff.shift.open),
            };
            (Tone::Warn, words)
        }
    }
}

/// A link to it under that day: its name has the day, the hours, what it is, where, and how it stands.
pub(super) fn entry(page: &Page, of: usize, day: NaiveDate, html: &mut Markup) {
    let item = &page.calendar.items[of];
    html.tags("<div class=\"plan-item\" data-status=\"")
        .text(item.status.as_str())
        .tags("\"");
    if page.clashing.contains(&of) {
        html.tags(" data-clash=\"\"");
    }
    if is_taken(page, item) {
        html.tags(" data-up=\"\"");
    }
    html.tags("><a class=\"plan-entry\" href=\"")
        .text(&href(item))
        .tags("\">");
    inner(page, of, day, html);
    html.tags("</a>");
    move_link(page, item, html);
    html.tags("</div>");
}

/// When, of what is seen on that day.
fn when(page: &Page, item: &Item, day: NaiveDate, html: &mut Markup) {
    let (unseen, hours) = hours(page.locale, item.span, day);
    if let Some(day) = unseen {
        html.tags("<span class=\"visually-hidden\">")
            .text(&day)
            .tags(" </span>");
    }
    html.tags("<small class=\"clock\">")
        .text(&hours)
        .tags("</small> ");
}

/// Where, or that nobody has said.
fn room(locale: Locale, item: &Item) -> &str {
    match item.room.as_str() {
        "" => td_string!(locale, planner.no_room),
        room => room,
    }
}

fn inner(page: &Page, of: usize, day: NaiveDate, html: &mut Markup) {
    let (locale, item) = (page.locale, &page.calendar.items[of]);
    when(page, item, day, html);
    html.tags("<b>");
    html.text(&item.title).tags("</b> ");
    let room = room(locale, item);
    html.tags("<small>").text(room);
    if !item.leads.is_empty() {
        let names: Vec<String> = item.leads.iter().map(|lead| lead.name.clone()).collect();
        html.text(" · ").text(&words::list(locale, &names));
    }
    if let Some((taken, most)) = item.places {
        html.text(&format!(" · {taken}/{most}"));
    }
    html.tags("</small> ");
    badges(page, of, html);
}

/// How it stands.
fn badges(page: &Page, of: usize, html: &mut Markup) {
    let (locale, item) = (page.locale, &page.calendar.items[of]);
    if item.status != Status::Published {
        html.badge(words::status(locale, item.status), Tone::Warn)
            .tags(" ");
    }
    if item.status != Status::Cancelled {
        let (tone, words) = pair(locale, &item.pair);
        let is_over = item.span.end() <= page.now;
        html.badge(words, if is_over { Tone::Plain } else { tone });
    }
    if page.clashing.contains(&of) {
        html.tags(" ")
            .badge(td_string!(locale, planner.clash), Tone::Bad);
    }
    if item.demo {
        html.tags(" ")
            .badge(td_string!(locale, site.demo), Tone::Warn);
    }
}

fn is_taken(page: &Page, item: &Item) -> bool {
    match (&page.taken, &item.event) {
        (Some(taken), Event::Occurrence(id)) => taken.is(id),
        _ => false,
    }
}

/// The way to pick a date up, where the caller may move it.
fn move_link(page: &Page, item: &Item, html: &mut Markup) {
    let Event::Occurrence(id) = &item.event else {
        return;
    };
    let movable = item.status != Status::Cancelled && item.span.start() > page.now;
    if !page.may_plan || !movable || is_taken(page, item) {
        return;
    }
    let there = page.asked.take(Some(id.clone())).address();
    html.tags("<a class=\"plan-take no-print\" href=\"")
        .text(&there)
        .tags("#move\">")
        .text(td_string!(page.locale, planner.take));
    let when = words::span(page.locale, item.span);
    html.unseen(&format!("{} {when}", item.title)).tags("</a>");
}

/// The same in one line, for a month.
pub(super) fn line(page: &Page, of: usize, day: NaiveDate, html: &mut Markup) {
    let (locale, item) = (page.locale, &page.calendar.items[of]);
    html.tags("<div class=\"plan-line\" data-status=\"")
        .text(item.status.as_str())
        .tags("\"><a href=\"")
        .text(&href(item))
        .tags("\">");
    when(page, item, day, html);
    html.text(&item.title);
    let room = room(locale, item);
    html.unseen(room);
    match item.status {
        Status::Cancelled => html.unseen(words::status(locale, item.status)),
        _ => html.unseen(pair(locale, &item.pair).1),
    };
    html.tags("</a>");
    if page.clashing.contains(&of) {
        html.tags(" ")
            .badge(td_string!(locale, planner.clash), Tone::Bad);
    }
    html.tags("</div>");
}
