//! What a notice would change, row by row, before it is brought in.

use super::{HOME, kind};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Columns, FormKey, Table, Tone},
    words,
};
use domain::holiday::{Day, News, Read, Row, compare};
use leptos::prelude::*;

/// The rows with what becomes of each, and the button that does it where all of them can be used.
pub(super) fn section(locale: Locale, read: &Read, there: &[Day], pasted: &str) -> AnyView {
    let news = compare(there, read);
    let count = |fits: fn(&News) -> bool| news.iter().filter(|news| fits(news)).count();
    let new = count(|news| matches!(news, News::New));
    let changed = count(|news| matches!(news, News::Changed { .. }));
    let same = count(|news| matches!(news, News::Same));
    let wrong = count(|news| matches!(news, News::Wrong(_)));
    let rows: Vec<(&Row, &News)> = read.rows.iter().zip(&news).collect();
    let columns = Columns::head(
        td_string!(locale, holidays.row),
        move |(row, _): &(&Row, &News)| match &row.day {
            Ok(day) => words::day_full(locale, day.on),
            Err(_) => row.written.clone(),
        },
    )
    .text(td_string!(locale, holidays.holiday), move |(row, _)| {
        let name = |day: &Day| words::holiday_name(locale, &day.name);
        row.day.as_ref().map(name).unwrap_or_default()
    })
    .text(td_string!(locale, holidays.kind), move |(row, _)| {
        let kind = |day: &Day| kind(locale, day.is_off).to_owned();
        row.day.as_ref().map(kind).unwrap_or_default()
    })
    .view(td_string!(locale, holidays.news), move |(_, news)| {
        told(locale, news)
    });
    let year = read.year;
    let title = td_string!(locale, holidays.would, year);
    let table = Table::new(td_string!(locale, holidays.news), columns).of(&rows);
    let next = match (wrong, new + changed) {
        (0, 0) => view! { <p>{td_string!(locale, holidays.nothing_new)}</p> }.into_any(),
        (0, days) => confirm(locale, pasted, days),
        _ => view! { <p class="field-error">{td_string!(locale, holidays.mend_first)}</p> }
            .into_any(),
    };
    view! {
        <section class="card" id="look" aria-labelledby="look-title">
            <h2 id="look-title">{title}</h2>
            <p role="status">{td_string!(locale, holidays.counts, new, changed, same, wrong)}</p>
            {table}
            {next}
        </section>
    }
    .into_any()
}

fn told(locale: Locale, news: &News) -> AnyView {
    let badge = |text: &'static str, tone| view! { <Badge text tone /> };
    match news {
        News::New => badge(td_string!(locale, holidays.new), Tone::Good).into_any(),
        News::Same => view! { <span>{td_string!(locale, holidays.same)}</span> }.into_any(),
        News::Changed { was } => {
            let name = words::holiday_name(locale, &was.name);
            let kind = kind(locale, was.is_off);
            let was = td_string!(locale, holidays.was, name, kind);
            view! { {badge(td_string!(locale, holidays.changed), Tone::Warn)}" "{was} }.into_any()
        }
        News::Wrong(wrong) => {
            let why = words::wrong_row(locale, *wrong);
            view! { {badge(td_string!(locale, holidays.unusable), Tone::Bad)}" "{why} }.into_any()
        }
    }
}

fn confirm(locale: Locale, pasted: &str, days: usize) -> AnyView {
    let words = td_string!(locale, holidays.import, count = days);
    view! {
        <form method="post" action=HOME><FormKey />
            <input type="hidden" name="notice" value=pasted.to_owned() />
            <button class="button button-main" type="submit" name="do" value="import">{words}</button>
        </form>
    }
    .into_any()
}
