//! A week: a column for each day, and a row for each part of the day, room, lead or field.

use super::{Page, entry::entry, groups::groups};
use crate::{
    i18n::td_string,
    ui::{Markup, part_name},
    words,
};
use chrono::NaiveDate;
use domain::{
    availability::Part,
    planner::{By, View, cells, part_of},
};

/// A row: its name, and what stands under each day.
type Row = (String, Vec<Vec<usize>>);

pub(super) fn table(page: &Page) -> Markup {
    let (locale, days) = (page.locale, &page.asked.days);
    let mut html = Markup::default();
    html.tags("<table class=\"plan-grid plan-week\"><caption class=\"visually-hidden\">")
        .text(&super::period(page))
        .tags("</caption><thead><tr><th scope=\"col\">")
        .text(match page.asked.by {
            By::Time => td_string!(locale, field.time),
            by => super::by_name(locale, by),
        })
        .tags("</th>");
    for day in days {
        head(page, *day, &mut html);
    }
    html.tags("</tr></thead><tbody>");
    for (name, cells) in rows(page) {
        html.tags("<tr><th scope=\"row\">")
            .text(&name)
            .tags("</th>");
        for (day, cell) in days.iter().zip(cells) {
            html.tags("<td>");
            for of in cell {
                entry(page, of, *day, &mut html);
            }
            html.tags("</td>");
        }
        html.tags("</tr>");
    }
    html.tags("</tbody></table>");
    html
}

/// The name of a day, which leads to it.
fn head(page: &Page, day: NaiveDate, html: &mut Markup) {
    let there = page.asked.view(View::Day).on(day);
    html.tags("<th scope=\"col\"");
    if day == page.now.day() {
        html.tags(" data-today=\"\"");
    }
    html.tags("><a href=\"")
        .text(&there.address())
        .tags("\">")
        .text(&words::day(page.locale, day))
        .tags("</a>");
    super::about(page, day, html);
    html.tags("</th>");
}

fn rows(page: &Page) -> Vec<Row> {
    let (days, spans) = (&page.asked.days, page.spans());
    let groups = groups(page).into_iter();
    let rows = groups.map(|group| (group.name, cells(days, &spans, &group.which)));
    if page.asked.by != By::Time {
        return rows.collect();
    }
    let (_, all) = rows.fold((String::new(), vec![Vec::new(); days.len()]), |_, row| row);
    let of_part = |part: &Part| -> Row {
        let under = |(day, cell): (&NaiveDate, &Vec<usize>)| {
            let begins = |of: &&usize| part_of(spans[**of], *day) == Some(*part);
            cell.iter().filter(begins).copied().collect()
        };
        let cells = days.iter().zip(&all).map(under).collect();
        (part_name(page.locale, *part).to_owned(), cells)
    };
    Part::ALL.iter().map(of_part).collect()
}
