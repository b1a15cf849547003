//! The same as a list by day, where a table has no room.

use super::{Page, entry::entry, month::some};
use crate::{
    i18n::td_string,
    ui::{DayHead, Markup},
    words,
};
use chrono::NaiveDate;
use domain::planner::{View, cells};
use leptos::prelude::*;

/// The days on which something is.
pub(super) fn days(page: &Page) -> Vec<AnyView> {
    let (days, spans) = (&page.asked.days, page.spans());
    let all: Vec<usize> = (0..spans.len()).collect();
    let cells = cells(days, &spans, &all);
    let full = days.iter().zip(cells).filter(|(_, of)| !of.is_empty());
    full.map(|(day, of)| section(page, *day, &of)).collect()
}

fn section(page: &Page, day: NaiveDate, of: &[usize]) -> AnyView {
    let locale = page.locale;
    let id = format!("on-{day}");
    let label = id.clone();
    let about = page.about(day).join(" · ");
    let mut html = Markup::default();
    match page.asked.view {
        View::Month => some(page, day, of, &mut html),
        _ => {
            for of in of {
                entry(page, *of, day, &mut html);
            }
        }
    }
    let there = page.asked.view(View::Day).on(day).address();
    let words = match page.asked.view {
        View::Day => None,
        View::Week => Some(td_string!(locale, planner.go).to_owned()),
        View::Month => Some(td_string!(locale, planner.count, count = of.len())),
    };
    let more = words.map(|words| {
        let unseen = words::day(locale, day);
        view! { <a class="more" href=there>{words}<span class="visually-hidden">" "{unseen}</span></a> }
    });
    view! {
        <section class="section" aria-labelledby=label>
            <div class="section-head"><DayHead locale day now=page.now id />{more}</div>
            {(!about.is_empty()).then(|| view! { <p class="hint">{about}</p> })}
            <div class="stack" inner_html=html.into_html()></div>
        </section>
    }
    .into_any()
}
