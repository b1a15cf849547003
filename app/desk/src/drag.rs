//! Dragging somebody from one shift of the week to another: a shortcut for picking up and putting down
//! (WCAG 2.5.7). Where they may be put is what the server says when they are picked up, and letting go
//! sends the form that it would have shown there.

use crate::{
    live,
    page::{data, fetch, find, select},
};
use gloo::{
    events::{EventListener, EventListenerOptions},
    utils::{body, document, window},
};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, Element, Event, HtmlElement, HtmlFormElement};

/// What a row says while somebody is carried: `yes`, or `no` with the reason as its title.
const DROP: &str = "data-drop";

thread_local! {
    static CARRIED: RefCell<Option<Carried>> = const { RefCell::new(None) };
}

/// Who is carried, and what the week says to them, once it has said so.
struct Carried {
    pick: String,
    week: Option<Element>,
}

/// Whether somebody is carried.
pub(crate) fn is_underway() -> bool {
    CARRIED.with_borrow(Option::is_some)
}

/// Listens from here on.
pub(crate) fn listen() {
    on("dragstart", |event| {
        if let Some(pick) = chip(event) {
            begin(pick);
        }
    });
    on("dragover", |event| {
        if let Some(row) = row(event)
            && row.get_attribute(DROP).as_deref() == Some("yes")
        {
            event.prevent_default();
        }
    });
    on("drop", |event| {
        if let Some(form) = row(event).and_then(|row| form(&row)) {
            event.prevent_default();
            send(form);
        }
    });
    on("dragend", |_| {
        if CARRIED.take().is_some() {
            mark(None);
            live::follow();
        }
    });
}

fn on(kind: &'static str, then: impl Fn(&Event) + 'static) {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), kind, options, then).forget();
}

fn target(event: &Event) -> Option<Element> {
    let target = event.unchecked_ref::<DragEvent>().target()?;
    // A name may be taken hold of by its text.
    match target.dyn_into::<Element>() {
        Ok(element) => Some(element),
        Err(target) => target.dyn_into::<web_sys::Node>().ok()?.parent_element(),
    }
}

fn row(event: &Event) -> Option<Element> {
    target(event)?.closest(".roster-week tr").ok()?
}

/// The assignment of the name that is taken hold of.
fn chip(event: &Event) -> Option<String> {
    let chip = target(event)?.closest("a.seat[data-pick]").ok()??;
    Some(data(chip.dyn_ref::<HtmlElement>()?, "pick"))
}

/// Asks what the week says to them.
fn begin(pick: String) {
    let Some(state) = find(".live-state") else {
        return;
    };
    let part = data(&state, "part");
    let week = part.split("&pick=").next().unwrap_or_default();
    let address = format!("{week}&pick={pick}");
    CARRIED.set(Some(Carried {
        pick: pick.clone(),
        week: None,
    }));
    spawn_local(async move {
        let (Some(html), Ok(week)) = (fetch(&address).await, document().create_element("div"))
        else {
            return;
        };
        week.set_inner_html(&html);
        CARRIED.with_borrow_mut(|carried| {
            // They may have been let go, or another one taken, since.
            if let Some(carried) = carried.as_mut().filter(|of| of.pick == pick) {
                mark(Some(&week));
                carried.week = Some(week);
            }
        });
    });
}

/// The same shift's row in what the week says to whoever is carried.
fn same(week: &Element, row: &Element) -> Option<Element> {
    let id = row.query_selector(".roster-shift").ok()??.id();
    let mark = week.query_selector(&format!("[id='{id}']")).ok()??;
    mark.closest("tr").ok()?
}

/// Lights up the rows that take them, and lets the others say why not.
fn mark(week: Option<&Element>) {
    for row in select(&body(), ".roster-week tbody tr") {
        let said = week.and_then(|week| same(week, &row));
        let find = |selector| {
            let said = said.as_ref()?;
            said.query_selector(selector).ok().flatten()
        };
        let is_target = find(".button-target").is_some();
        let why = find(".seat-not").and_then(|why| why.text_content());
        let _ = match (is_target, why) {
            (true, _) => row.set_attribute(DROP, "yes"),
            (false, Some(why)) => row
                .set_attribute(DROP, "no")
                .and_then(|()| row.set_attribute("title", &why)),
            (false, None) => row
                .remove_attribute(DROP)
                .and_then(|()| row.remove_attribute("title")),
        };
    }
}

/// The form that puts them there.
fn form(row: &Element) -> Option<HtmlFormElement> {
    CARRIED.with_borrow(|carried| {
        let week = carried.as_ref()?.week.as_ref()?;
        let button = same(week, row)?.query_selector(".button-target").ok()??;
        button.closest("form").ok()??.dyn_into().ok()
    })
}

fn send(form: HtmlFormElement) {
    form.set_hidden(true);
    if body().append_child(&form).is_ok() {
        let _ = form.submit();
    }
}
