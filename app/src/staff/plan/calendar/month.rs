//! A month: a row for each week, and in each day how much there is and the first of it.

use super::{Page, entry::line};
use crate::{i18n::td_string, ui::Markup, words};
use chrono::{Datelike as _, NaiveDate};
use domain::planner::{View, cells};

/// So many lines of a day are shown.
const SHOWN: usize = 3;

pub(super) fn table(page: &Page) -> Markup {
    let (locale, days) = (page.locale, &page.asked.days);
    let spans = page.spans();
    let all: Vec<usize> = (0..spans.len()).collect();
    let cells = cells(days, &spans, &all);
    let mut html = Markup::default();
    html.tags("<table class=\"plan-grid plan-month\"><caption class=\"visually-hidden\">")
        .text(&super::period(page))
        .tags("</caption><thead><tr>");
    for day in days.iter().take(7) {
        html.tags("<th scope=\"col\">")
            .text(words::weekday(locale, *day))
            .tags("</th>");
    }
    html.tags("</tr></thead><tbody>");
    let both: Vec<(NaiveDate, Vec<usize>)> = days.iter().copied().zip(cells).collect();
    for week in both.chunks(7) {
        html.tags("<tr>");
        for (day, of) in week {
            cell(page, *day, of, &mut html);
        }
        html.tags("</tr>");
    }
    html.tags("</tbody></table>");
    html
}

fn cell(page: &Page, day: NaiveDate, of: &[usize], html: &mut Markup) {
    let (locale, there) = (page.locale, page.asked.view(View::Day).on(day).address());
    html.tags("<td");
    if day.month() != page.asked.on.month() {
        html.tags(" data-other=\"\"");
    }
    if day == page.now.day() {
        html.tags(" data-today=\"\"");
    }
    html.tags("><a class=\"plan-date\" href=\"")
        .text(&there)
        .tags("\">");
    html.text(&day.day().to_string())
        .unseen(&words::day(locale, day))
        .tags("</a>");
    super::about(page, day, html);
    if !of.is_empty() {
        html.tags(" <small>")
            .text(&td_string!(locale, planner.count, count = of.len()))
            .tags("</small>");
    }
    some(page, day, of, html);
    html.tags("</td>");
}

/// The first things of a day, and the way to the rest.
pub(super) fn some(page: &Page, day: NaiveDate, of: &[usize], html: &mut Markup) {
    let locale = page.locale;
    for of in of.iter().take(SHOWN) {
        line(page, *of, day, html);
    }
    if of.len() > SHOWN {
        let there = page.asked.view(View::Day).on(day).address();
        html.tags("<a class=\"plan-more\" href=\"")
            .text(&there)
            .tags("\">")
            .text(&td_string!(locale, planner.more, count = of.len() - SHOWN))
            .unseen(&words::day(locale, day))
            .tags("</a>");
    }
}
