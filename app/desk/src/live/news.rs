//! How a page hears that something changed. A browser has six connections to one server over
//! HTTP/1.1, for all its pages together, so they share streams: of those that follow the same, one
//! has the turn, holds the stream and passes on what it hears; all of them together hold two at
//! most. Whoever hears nothing so, because there are no turns in this browser, no stream is left or
//! the server refuses one more, asks every few seconds instead (C-184).

use super::turn::Turn;
use gloo::{events::EventListener, timers::callback::Interval};
use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

/// How often everything is looked at, in milliseconds.
const LOOK_EVERY: u32 = 1_500;
/// Whoever hears nothing asks after so many looks.
const ASK_AFTER: u32 = 3;
/// Whoever has the turn says at every look that the stream stands; after so many without a word it
/// is not believed any more.
const SILENT_AFTER: u32 = 4;
/// Streams of one browser.
const STREAMS: u32 = 2;
/// Where others have them all, they are tried again after so many looks.
const REST: u32 = 2;
/// A stream that the server refused is tried again after so many looks.
const REST_OF_REFUSED: u32 = 20;

/// What whoever has the turn passes on: that the stream stands …
const STANDS: &str = "stands";
/// … and that something changed, as the stream's own events are called.
const CHANGED: &str = "changed";

/// What is heard of one source; dropping it ends it.
pub(super) struct News {
    _looks: Interval,
    _heard: Option<EventListener>,
    hearing: Rc<RefCell<Hearing>>,
}

impl Drop for News {
    fn drop(&mut self) {
        let mut hearing = self.hearing.borrow_mut();
        hearing.turn = None;
        hearing.place = None;
        if let Some(channel) = hearing.channel.take() {
            channel.close();
        }
    }
}

struct Hearing {
    source: String,
    changed: Rc<dyn Fn()>,
    /// To those who follow the same.
    channel: Option<BroadcastChannel>,
    /// Among those who follow the same; none where the browser knows no turns.
    turn: Option<Turn>,
    /// One of the browser's streams.
    place: Option<Place>,
    /// Looks until a place is tried again.
    rest: u32,
    /// Looks since something was heard of whoever has the turn.
    silent: u32,
    /// Looks since the page asked by itself.
    unasked: u32,
}

/// A place for a stream, and the stream once the place is ours.
struct Place {
    nth: u32,
    turn: Turn,
    stream: Option<OpenStream>,
}

struct OpenStream {
    source: EventSource,
    _changes: EventListener,
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl News {
    /// Follows a source. `changed` is called at the beginning, when something changed, and whenever
    /// something may have been missed.
    pub(super) fn of(source: String, changed: Rc<dyn Fn()>) -> Self {
        let channel = BroadcastChannel::new(&source).ok();
        let hearing = Rc::new(RefCell::new(Hearing {
            source,
            changed,
            channel,
            turn: None,
            place: None,
            rest: 0,
            silent: SILENT_AFTER,
            unasked: 0,
        }));
        let heard = hearing.borrow().channel.as_ref().map(|channel| {
            let hearing = Rc::downgrade(&hearing);
            EventListener::new(channel, "message", move |event| {
                let event: &MessageEvent = event.unchecked_ref();
                if let Some(hearing) = hearing.upgrade() {
                    hearing.borrow_mut().told(event.data() == CHANGED);
                }
            })
        });
        if heard.is_some() {
            let ours = Rc::downgrade(&hearing);
            let turn = Turn::wait(&hearing.borrow().source, move || hold(&ours));
            hearing.borrow_mut().turn = turn;
        }
        // What happened since the page was drawn.
        (hearing.borrow().changed)();
        let looks = Rc::downgrade(&hearing);
        Self {
            _looks: Interval::new(LOOK_EVERY, move || look(&looks)),
            _heard: heard,
            hearing,
        }
    }
}

impl Hearing {
    /// Whoever has the turn says that the stream stands, or that something changed.
    fn told(&mut self, is_change: bool) {
        self.silent = 0;
        if is_change {
            (self.changed)();
        }
    }

    fn pass_on(&self, word: &str) {
        if let Some(channel) = &self.channel {
            // What could not be sent is noticed as silence.
            let _ = channel.post_message(&word.into());
        }
    }

    fn has_turn(&self) -> bool {
        self.turn.as_ref().is_some_and(Turn::is_ours)
    }

    fn state(&self) -> Option<u16> {
        let stream = self.place.as_ref()?.stream.as_ref()?;
        Some(stream.source.ready_state())
    }
}

/// What has to be looked at now and then.
fn look(hearing: &Weak<RefCell<Hearing>>) {
    hold(hearing);
    let Some(hearing) = hearing.upgrade() else {
        return;
    };
    let mut all = hearing.borrow_mut();
    all.silent = all.silent.saturating_add(1);
    all.unasked = all.unasked.saturating_add(1);
    let is_open = all.state() == Some(EventSource::OPEN);
    if is_open {
        all.pass_on(STANDS);
    }
    let hears = is_open || all.silent < SILENT_AFTER;
    if !hears && all.unasked >= ASK_AFTER {
        all.unasked = 0;
        (all.changed)();
    }
}

/// Does the next thing towards a stream, for whoever has the turn.
fn hold(this: &Weak<RefCell<Hearing>>) {
    let Some(hearing) = this.upgrade() else {
        return;
    };
    let mut all = hearing.borrow_mut();
    if !all.has_turn() {
        return;
    }
    if all.state() == Some(EventSource::CLOSED) {
        // A connection that broke is begun anew by the browser; one that was refused is not.
        all.place = None;
        all.rest = REST_OF_REFUSED;
    }
    if let Some(place) = &mut all.place {
        match (&place.stream, place.turn.settled()) {
            (None, Some(true)) => {
                let stream = begin(&all.source, this.clone());
                if let Some(place) = &mut all.place {
                    place.stream = stream;
                }
            }
            (None, Some(false)) => {
                let next = place.nth + 1;
                all.place = None;
                if next < STREAMS {
                    all.place = Place::take(next, this.clone());
                } else {
                    all.rest = REST;
                }
            }
            _ => {}
        }
    } else if all.rest > 0 {
        all.rest -= 1;
    } else {
        all.place = Place::take(0, this.clone());
    }
}

impl Place {
    fn take(nth: u32, of: Weak<RefCell<Hearing>>) -> Option<Self> {
        let turn = Turn::take(&format!("linli:stream:{nth}"), move || hold(&of))?;
        Some(Self {
            nth,
            turn,
            stream: None,
        })
    }
}

/// The stream's first event says that it stands; whatever was missed before is fetched with it.
fn begin(source: &str, hearing: Weak<RefCell<Hearing>>) -> Option<OpenStream> {
    let source = EventSource::new(source).ok()?;
    let changes = EventListener::new(&source, CHANGED, move |_| {
        if let Some(hearing) = hearing.upgrade() {
            let all = hearing.borrow();
            all.pass_on(CHANGED);
            (all.changed)();
        }
    });
    Some(OpenStream {
        source,
        _changes: changes,
    })
}
