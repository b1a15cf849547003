//! The part of a page that follows what happens: it hears that something changed and fetches
//! `#roster` anew, with the reader's own rights. The state is said beside it (`.live-state`).

use crate::page::{data, find};
use futures_core::Stream;
use gloo::{events::EventListener, timers::callback::Interval, utils::document};
use gloo_net::{
    eventsource::{State, futures::EventSource},
    http::Request,
};
use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    pin::Pin,
    rc::Rc,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

/// The browser reconnects by itself and says nothing of it here, so the stream is looked at this
/// often, in milliseconds. Found broken twice in a row it counts as lost.
const LOOK_EVERY: u32 = 1_500;

/// A stream that is being followed; dropping it ends it.
struct Followed {
    _source: Rc<EventSource>,
    _looks: Interval,
}

thread_local! {
    static FOLLOWED: RefCell<Option<Followed>> = const { RefCell::new(None) };
    static WATCH: RefCell<Option<EventListener>> = const { RefCell::new(None) };
}

/// Follows what the page shows, in place of what was followed before. A tab that nobody sees holds no
/// stream: a browser has few connections to one server, and pages need them (C-184).
pub(crate) fn follow() {
    let watch = || EventListener::new(&document(), "visibilitychange", |_| look());
    WATCH.with_borrow_mut(|kept| {
        kept.get_or_insert_with(watch);
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
    } else {
        FOLLOWED.set(begin(state));
    }
}

fn begin(state: HtmlElement) -> Option<Followed> {
    let mut source = EventSource::new(&data(&state, "source")).ok()?;
    let mut news = source.subscribe("changed").ok()?;
    let part = data(&state, "part");
    let told = state.clone();
    spawn_local(async move {
        let mut stands = false;
        while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut news).poll_next(context)).await {
            let was_lost = told.get_attribute("data-state").as_deref() == Some("lost");
            tell(&told, true);
            // The first one says only that the stream stands, and the page is as new as that,
            // unless it took long to begin. One after a break may have missed something.
            if std::mem::replace(&mut stands, true) || was_lost {
                let (told, part) = (told.clone(), part.clone());
                spawn_local(async move {
                    if renew(&part).await.is_none() {
                        tell(&told, false);
                    }
                });
            }
        }
        tell(&told, false);
    });
    let source = Rc::new(source);
    let looked = Rc::clone(&source);
    let was_open = Cell::new(true);
    let looks = Interval::new(LOOK_EVERY, move || {
        let is_open = looked.state() == State::Open;
        if !was_open.replace(is_open) && !is_open {
            tell(&state, false);
        }
    });
    Some(Followed {
        _source: source,
        _looks: looks,
    })
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

async fn renew(part: &str) -> Option<()> {
    let response = Request::get(part).send().await.ok()?;
    // Whoever was signed out meanwhile was sent to another page.
    if !response.ok() || response.redirected() {
        return None;
    }
    let html = response.text().await.ok()?;
    document()
        .get_element_by_id("roster")?
        .set_inner_html(&html);
    Some(())
}
