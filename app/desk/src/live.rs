//! The part of a page that follows what happens: it hears that something changed and fetches
//! `#roster` anew, with the reader's own rights. The state is said beside it (`.live-state`).

mod news;
mod part;
mod turn;

use crate::{
    drag,
    page::{data, fetch, find},
};
use gloo::{
    events::EventListener,
    utils::{document, window},
};
use news::News;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

thread_local! {
    static FOLLOWED: RefCell<Option<News>> = const { RefCell::new(None) };
    static WATCH: RefCell<Vec<EventListener>> = const { RefCell::new(Vec::new()) };
}

/// Follows what the page shows, in place of what was followed before. A page that nobody sees
/// follows nothing: a browser has few connections to one server, and pages need them (C-184).
pub(crate) fn follow() {
    WATCH.with_borrow_mut(|kept| {
        if kept.is_empty() {
            kept.push(EventListener::new(&document(), "visibilitychange", |_| {
                look();
            }));
            // A page that is put away for the way back leaves its turn to others.
            kept.push(EventListener::new(&window(), "pagehide", |_| {
                FOLLOWED.set(None);
            }));
            kept.push(EventListener::new(&window(), "pageshow", |_| look()));
        }
    });
    look();
}

/// Begins to follow if somebody sees the page, else ends it.
fn look() {
    FOLLOWED.set(None);
    let Some(state) = find(".live-state") else {
        return;
    };
    if document().hidden() {
        // What changes meanwhile is fetched when the page is seen again.
        tell(&state, false);
        return;
    }
    let part = data(&state, "part");
    let source = data(&state, "source");
    let asked = Rc::new(Cell::new(Asked::No));
    let changed = Rc::new(move || {
        if asked.replace(Asked::Again) != Asked::No {
            return;
        }
        let (state, part, asked) = (state.clone(), part.clone(), Rc::clone(&asked));
        spawn_local(async move {
            // What changes while the part is on its way is fetched once more, however often it changes.
            while asked.get() == Asked::Again {
                asked.set(Asked::Once);
                let renewed = renew(&part).await;
                // What was asked for by a page that has gone out of sight says nothing any more.
                if FOLLOWED.with_borrow(Option::is_some) {
                    tell(&state, renewed.is_some());
                }
            }
            asked.set(Asked::No);
        });
    });
    FOLLOWED.set(Some(News::of(source, changed)));
}

/// Whether the part is on its way, and whether something has changed since it was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    No,
    Once,
    Again,
}

/// Says whether the part is live.
fn tell(state: &HtmlElement, hears: bool) {
    let name = if hears { "live" } else { "lost" };
    if state.get_attribute("data-state").as_deref() == Some(name) {
        return;
    }
    let _ = state.set_attribute("data-state", name);
    state.set_text_content(Some(&data(state, name)));
    state.set_hidden(false);
}

/// Fetches the part and puts it in.
async fn renew(part: &str) -> Option<()> {
    let html = fetch(part).await?;
    let there = document().get_element_by_id("roster")?;
    // Nothing moves under a hand that carries somebody; what changed is fetched when it lets go.
    if !drag::is_underway() {
        part::put_in(&there, &html);
    }
    Some(())
}
