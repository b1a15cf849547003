//! A day: the hours down, and a column for each room, lead or field, as wide as there are things at once.

use super::{Page, entry::entry, groups::groups};
use crate::{i18n::td_string, ui::Markup, words};
use domain::{
    planner::{Block, SLOT, lanes, slots, whole},
    time::HOUR,
};

/// A column with its lanes.
struct Column {
    name: String,
    lanes: Vec<Vec<Block>>,
}

const AN_HOUR: usize = (HOUR / SLOT) as usize;

pub(super) fn table(page: &Page) -> Markup {
    let (day, spans) = (page.asked.on, page.spans());
    let columns: Vec<Column> = groups(page)
        .into_iter()
        .map(|group| {
            let mut lanes = lanes(day, &spans, &group.which);
            if lanes.is_empty() {
                lanes.push(Vec::new());
            }
            Column {
                name: group.name,
                lanes,
            }
        })
        .collect();
    let all = columns.iter().flat_map(|column| &column.lanes);
    let (from, to) = slots(all.map(Vec::as_slice));
    let mut html = Markup::default();
    html.tags("<table class=\"plan-grid plan-day\"><caption class=\"visually-hidden\">")
        .text(&words::day_full(page.locale, day))
        .tags("</caption><thead><tr><th scope=\"col\">")
        .text(td_string!(page.locale, field.time))
        .tags("</th>");
    for column in &columns {
        html.tags("<th scope=\"col\" colspan=\"")
            .text(&column.lanes.len().to_string())
            .tags("\">")
            .text(&column.name)
            .tags("</th>");
    }
    html.tags("</tr></thead><tbody>");
    for slot in from..to {
        row(page, &columns, slot, &mut html);
    }
    html.tags("</tbody></table>");
    html
}

/// One line of the table: what begins in it. What began before reaches into it.
fn row(page: &Page, columns: &[Column], slot: usize, html: &mut Markup) {
    let day = page.asked.on;
    html.tags("<tr>");
    if slot.is_multiple_of(AN_HOUR) {
        let at = whole(day).start().plus(slot as i64 * SLOT);
        html.tags("<th scope=\"row\" rowspan=\"")
            .text(&AN_HOUR.to_string())
            .tags("\">")
            .text(&words::clock(page.locale, at))
            .tags("</th>");
    }
    for (nth, lane) in columns
        .iter()
        .flat_map(|column| column.lanes.iter().enumerate())
    {
        let here = lane
            .iter()
            .find(|block| (block.first..block.end()).contains(&slot));
        match here {
            Some(block) if block.first == slot => {
                html.tags("<td class=\"plan-at\" rowspan=\"")
                    .text(&block.slots.to_string())
                    .tags("\">");
                entry(page, block.item, day, html);
                html.tags("</td>");
            }
            Some(_) => {}
            None if nth == 0 => {
                html.tags("<td></td>");
            }
            None => {
                html.tags("<td data-lane=\"\"></td>");
            }
        }
    }
    html.tags("</tr>");
}
