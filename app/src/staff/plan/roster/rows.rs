//! The rows of the table: a shift with both halves, written as text, because a week of a large center has
//! hundreds of people in it.

use super::{told::not_possible, week::Page};
use crate::{
    i18n::td_string,
    staff::common::told::shift_state,
    ui::{Markup, Tone, WrittenTable, form_key},
    words,
};
use domain::shift::{AssignmentState, Role, State};
use store::roster::{Picked, Seat, WeekRow};

/// A row: a shift and its place in the week.
pub(super) type Row<'a> = (usize, &'a WeekRow);

/// The columns.
pub(super) fn table(page: &Page) -> WrittenTable<'_, Row<'_>> {
    let locale = page.locale;
    WrittenTable::head(
        td_string!(locale, staff.shift.shift),
        move |(_, row): &Row<'_>, html: &mut Markup| shift(page, row, html),
    )
    .with(td_string!(locale, shift.lead), move |(nth, row), html| {
        half(page, *nth, row, Role::Lead, html);
    })
    .with(
        td_string!(locale, shift.volunteers),
        move |(nth, row), html| half(page, *nth, row, Role::Volunteer, html),
    )
    .with(
        td_string!(locale, staff.act.status),
        move |(_, row), html| {
            let (tone, text) = shift_state(locale, &row.shift, page.now);
            html.badge(text, tone);
        },
    )
}

fn shift(page: &Page, row: &WeekRow, html: &mut Markup) {
    let (locale, shift) = (page.locale, &row.shift);
    let id = shift.id.as_str();
    html.tags("<span class=\"roster-shift\" id=\"shift-")
        .text(id);
    html.tags("\"><a href=\"/staff/shifts/").text(id);
    html.tags("\">").text(&shift.title);
    html.tags("</a><small class=\"clock\">")
        .text(&words::hours(locale, shift.span))
        .tags("</small>");
    if shift.demo {
        html.tags(" ")
            .badge(td_string!(locale, site.demo), Tone::Warn);
    }
    html.tags("</span>");
}

/// Who is in one half of a shift, and its hole.
fn half(page: &Page, nth: usize, row: &WeekRow, role: Role, html: &mut Markup) {
    html.tags("<div class=\"seats\">");
    for seat in row.seats.iter().filter(|seat| seat.role == role) {
        chip(page, seat, html);
    }
    let open = page.may_arrange && row.shift.state(page.now) != State::Closed;
    match &page.picked {
        Some(picked) if open => target(page, nth, row, role, picked, html),
        _ if open => gap(page, row, role, html),
        _ => {}
    }
    html.tags("</div>");
}

/// Somebody's name, and where they stand if they hold no place.
fn name(page: &Page, seat: &Seat, html: &mut Markup) {
    html.text(&seat.name);
    if !seat.state.holds_place() {
        html.tags("<small>")
            .text(words::assignment_state(page.locale, seat.state))
            .tags("</small>");
    }
}

/// Somebody in a shift: pressed, they are picked up.
fn chip(page: &Page, seat: &Seat, html: &mut Markup) {
    let locale = page.locale;
    let movable = page.may_arrange && seat.state == AssignmentState::Confirmed;
    if !movable {
        html.tags("<span class=\"seat\" data-state=\"")
            .text(seat.state.as_str())
            .tags("\">");
        name(page, seat, html);
        html.tags("</span>");
        return;
    }
    if page.pick != seat.id.as_str() {
        html.tags("<a class=\"seat\" data-pick=\"")
            .text(seat.id.as_str());
        html.tags("\" href=\"").text(&page.here);
        html.tags("&amp;pick=").text(seat.id.as_str());
        html.tags("#shift-").text(seat.shift.as_str()).tags("\">");
        name(page, seat, html);
        html.unseen(td_string!(locale, roster.pick_up)).tags("</a>");
        return;
    }
    html.tags("<span class=\"seat\" data-up=\"\">");
    name(page, seat, html);
    form(page, "take", html);
    html.hidden("assignment", seat.id.as_str())
        .tags("<button class=\"button button-quiet\" type=\"submit\">")
        .text(td_string!(locale, roster.take))
        .tags("</button></form></span>");
}

/// The beginning of a form that changes the week.
fn form(page: &Page, what: &'static str, html: &mut Markup) {
    html.tags("<form");
    if what == "type" {
        html.tags(" class=\"gap\"");
    }
    html.tags(" method=\"post\" action=\"/staff/centers/")
        .text(page.center.summary.id.as_str());
    html.tags("/roster/").tags(what).tags("\">");
    html.hidden("key", &form_key())
        .hidden("week", &page.week.monday.to_string());
}

/// What a shift says to whoever is picked up.
fn target(page: &Page, nth: usize, row: &WeekRow, role: Role, picked: &Picked, html: &mut Markup) {
    if picked.who.role() != role || picked.from == nth {
        return;
    }
    let locale = page.locale;
    let Some(outcome) = picked.outcomes.get(nth) else {
        return;
    };
    if outcome.is_ok() {
        form(page, "put", html);
        html.hidden("shift", row.shift.id.as_str())
            .hidden("pick", &page.pick)
            .tags("<button class=\"button button-target\" type=\"submit\">")
            .text(td_string!(locale, roster.put))
            .unseen(&row.shift.title)
            .tags("</button></form>");
    }
    if let Some(why) = not_possible(locale, outcome.as_ref().err(), page.now) {
        html.tags("<small class=\"seat-not\">")
            .text(&why)
            .tags("</small>");
    }
}

/// What is missing, to be filled by a name, or from the list of those who could.
fn gap(page: &Page, row: &WeekRow, role: Role, html: &mut Markup) {
    let (locale, shift) = (page.locale, &row.shift);
    let (missing, free) = match role {
        Role::Lead => {
            let missing = shift.halves.leads_min.saturating_sub(shift.halves.leads);
            (missing, missing)
        }
        Role::Volunteer => {
            let missing = shift
                .needs
                .volunteers_min
                .saturating_sub(shift.halves.volunteers);
            (missing, shift.free())
        }
    };
    if free == 0 {
        return;
    }
    if missing > 0 {
        typed(page, row, role, html);
    }
    html.tags("<a class=\"seat seat-gap\"");
    if missing > 0 {
        html.tags(" data-missing=\"\"");
    }
    html.tags(" href=\"").text(&page.hole);
    html.tags("&amp;shift=").text(shift.id.as_str());
    html.tags("&amp;role=").text(role.as_str()).tags("\">");
    match missing {
        0 => html.text(td_string!(locale, roster.one_more)),
        count => html.text(&td_string!(locale, roster.missing, count = count)),
    };
    html.unseen(&shift.title).tags("</a>");
}

/// Where a name is typed.
fn typed(page: &Page, row: &WeekRow, role: Role, html: &mut Markup) {
    let (locale, shift) = (page.locale, &row.shift);
    let label = match role {
        Role::Lead => td_string!(locale, roster.type_lead, shift = shift.title.clone()),
        Role::Volunteer => td_string!(locale, roster.type_volunteer, shift = shift.title.clone()),
    };
    form(page, "type", html);
    html.hidden("shift", shift.id.as_str())
        .hidden("role", role.as_str())
        .tags("<input class=\"input\" name=\"who\" aria-label=\"")
        .text(&label);
    html.tags("\" placeholder=\"")
        .text(td_string!(locale, roster.placeholder))
        .tags("\" autocomplete=\"off\" maxlength=\"40\"></form>");
}
