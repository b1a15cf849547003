//! The week's table by arrow keys: up and down within a column, left and right within a row, Escape puts
//! back whoever is picked up. Tab and Enter do what they do everywhere.

use crate::page::{find, select};
use gloo::{
    events::{EventListener, EventListenerOptions},
    utils::{document, window},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

/// What can have the focus in a cell.
const FOCUSABLE: &str = "a[href],button,input:not([type=hidden])";

/// Listens from here on, and begins at the row that the page was opened at.
pub(crate) fn listen() {
    if let Some(first) = opened_at() {
        let _ = first.focus();
    }
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "keydown", options, |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if event.alt_key() || event.ctrl_key() || event.meta_key() || event.is_composing() {
            return;
        }
        let went = match event.key().as_str() {
            "Escape" => put_back(),
            key => go(key),
        };
        if went.is_some() {
            event.prevent_default();
        }
    })
    .forget();
}

/// Whoever is picked up or was just moved, so that the next key goes on from there.
fn opened_at() -> Option<HtmlElement> {
    let hash = window().location().hash().ok()?;
    let mark = document().get_element_by_id(hash.strip_prefix('#')?)?;
    let row = mark.closest(".roster-week tr").ok()??;
    let find = |selector| row.query_selector(selector).ok().flatten();
    let first = find(".seat[data-up] button").or_else(|| find("a.seat"));
    first.or_else(|| find(FOCUSABLE))?.dyn_into().ok()
}

/// Follows the link that puts back whoever is picked up.
fn put_back() -> Option<()> {
    find("[data-put-back]")?.click();
    Some(())
}

/// Goes on from the element that has the focus.
fn go(key: &str) -> Option<()> {
    let from = document().active_element()?;
    let row = from.closest(".roster-week tr").ok()??;
    let to = match key {
        "ArrowUp" => in_column(&row, &from, false)?,
        "ArrowDown" => in_column(&row, &from, true)?,
        "ArrowLeft" if is_at_edge(&from) => in_row(&row, &from, false)?,
        "ArrowRight" if is_at_edge(&from) => in_row(&row, &from, true)?,
        _ => return None,
    };
    to.dyn_into::<HtmlElement>().ok()?.focus().ok()
}

/// In a field that something stands in, left and right go through what was typed.
fn is_at_edge(from: &Element) -> bool {
    let field = from.dyn_ref::<HtmlInputElement>();
    field.is_none_or(|field| field.value().is_empty())
}

/// The next row of whose cell in this column something can have the focus.
fn in_column(row: &Element, from: &Element, is_down: bool) -> Option<Element> {
    let cell = from.closest("td,th").ok()??;
    let column = select(row, "td,th").iter().position(|one| *one == cell)?;
    let table = row.closest(".roster-week").ok()??;
    let rows = select(&table, "tbody tr");
    let at = rows.iter().position(|one| one == row)?;
    let in_cell = |row: &Element| {
        let cell = select(row, "td,th").into_iter().nth(column)?;
        cell.query_selector(FOCUSABLE).ok().flatten()
    };
    match is_down {
        true => rows.get(at + 1..)?.iter().find_map(in_cell),
        false => rows.get(..at)?.iter().rev().find_map(in_cell),
    }
}

/// The next or last before in the row.
fn in_row(row: &Element, from: &Element, is_right: bool) -> Option<Element> {
    let all = select(row, FOCUSABLE);
    let at = all.iter().position(|one| one == from)?;
    let to = match is_right {
        true => at.checked_add(1)?,
        false => at.checked_sub(1)?,
    };
    all.into_iter().nth(to)
}
