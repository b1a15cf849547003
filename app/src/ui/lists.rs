//! What stands around lists: filters, days of a week, pages, rows.

use crate::{
    i18n::{Locale, td_string},
    words,
};
use chrono::{Datelike, NaiveDate};
use domain::time::Timestamp;
use leptos::prelude::*;

/// A form of filters, sent by GET so that the address holds them.
#[component]
pub fn Filters(
    /// The language.
    locale: Locale,
    /// Where it is sent.
    #[prop(into)]
    action: String,
    /// What it filters, for screen readers.
    #[prop(into)]
    label: String,
    /// What the button says, where it does something else than filter.
    #[prop(optional, into)]
    button: Option<String>,
    /// Chips, which stand beside the button.
    #[prop(optional)]
    more: Option<AnyView>,
    /// How many are set, where the form is folded away until somebody wants it.
    #[prop(optional)]
    folded: Option<usize>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let says = button.unwrap_or_else(|| td_string!(locale, ui.filter).to_owned());
    let button = view! { <button class="button" type="submit">{says}</button> };
    let last = match more {
        Some(more) => view! { <div class="chips filters-more">{more}{button}</div> }.into_any(),
        None => button.into_any(),
    };
    let form = view! {
        <form class="filters" method="get" action=action aria-label=label>
            {children()}
            {last}
        </form>
    };
    let Some(set) = folded else {
        return form.into_any();
    };
    let word = td_string!(locale, ui.filter);
    let word = match set {
        0 => word.to_owned(),
        set => td_string!(locale, ui.filters_set, set = set),
    };
    view! {
        <details class="fold"><summary class="chip" data-set=(set > 0).then_some("")>{word}</summary>{form}</details>
    }
    .into_any()
}

/// The element of the day that is shown, to which the links of a week strip lead, so that it is in
/// view where the strip is wider than the screen.
const SHOWN_DAY: &str = "shown-day";

/// A day of a week strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripDay {
    /// The day.
    pub day: NaiveDate,
    /// Where it leads.
    pub href: String,
    /// How many things are on; none leaves the line out.
    pub count: Option<u32>,
    /// Whether it is the one that is shown.
    pub current: bool,
}

/// A row of days, each a link.
#[component]
pub fn WeekStrip(
    /// The language.
    locale: Locale,
    /// The days, in order.
    days: Vec<StripDay>,
    /// The time now.
    now: Timestamp,
) -> impl IntoView {
    let mut month = days.first().map(|day| day.day.month());
    let mut row = |day: StripDay| {
        let date = day.day;
        let word = if date == now.day() {
            td_string!(locale, date.today_head)
        } else {
            words::weekday(locale, date)
        };
        // Where the month turns it is said, for who does not see the days before.
        let turned = month.replace(date.month()) != Some(date.month());
        let month = turned.then(|| {
            view! { <span class="visually-hidden">{words::month(locale, date)}" "</span> }
        });
        let count = day
            .count
            .map(|count| view! { <small>{words::items(locale, count)}</small> });
        view! {
            <li>
                <a href=format!("{}#{SHOWN_DAY}", day.href) id=day.current.then_some(SHOWN_DAY) aria-current=day.current.then_some("date")>
                    <span>{word}</span><b>{month}{date.day()}</b>{count}
                </a>
            </li>
        }
    };
    let rows: Vec<_> = days.into_iter().map(&mut row).collect();
    view! {
        <nav class="week-strip" aria-label=td_string!(locale, ui.pick_day)><ol>{rows}</ol></nav>
    }
}

/// Ways to the pages before and after; nothing where there is neither.
#[component]
pub fn Pager(
    /// The language.
    locale: Locale,
    /// The page before.
    #[prop(optional_no_strip)]
    previous: Option<String>,
    /// The page after.
    #[prop(optional_no_strip)]
    next: Option<String>,
    /// The words of the way back, where they are not `上一页`.
    #[prop(optional, into)]
    previous_words: Option<String>,
    /// The words of the way on, where they are not `下一页`.
    #[prop(optional, into)]
    next_words: Option<String>,
) -> impl IntoView {
    (previous.is_some() || next.is_some()).then(|| {
        let back = previous_words.unwrap_or_else(|| td_string!(locale, ui.previous).to_owned());
        let on = next_words.unwrap_or_else(|| td_string!(locale, ui.next).to_owned());
        let way = |href: Option<String>, rel: &'static str, words: String| match href {
            Some(href) => view! { <a class="button" href=href rel=rel>{words}</a> }.into_any(),
            None => view! { <span></span> }.into_any(),
        };
        view! {
            <nav class="pager" aria-label=td_string!(locale, ui.pager)>
                {way(previous, "prev", back)} {way(next, "next", on)}
            </nav>
        }
    })
}

/// A row that leads somewhere: a name, a line about it, a label.
#[component]
pub fn Row(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// The name.
    #[prop(into)]
    title: String,
    /// The line about it.
    #[prop(optional, into)]
    note: String,
    /// The label at the end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li>
            <a class="row" href=href>
                <span class="row-text"><strong>{title}</strong>{(!note.is_empty()).then(|| view! { <small>{note}</small> })}</span>
                {children.map(|children| children())}
            </a>
        </li>
    }
}
