//! A scanner that types, wherever the focus is (C-104): every key goes to the wedge (`scan::wedge`),
//! and what the wedge says is done to the field that has the focus.
//!
//! While a scan runs, that field has lost the focus: an input method ignores a page that cancels a
//! key, but it types into fields only.

use crate::{code_field, now, whole};
use gloo::{
    events::{EventListener, EventListenerOptions, EventListenerPhase},
    timers::callback::Timeout,
    utils::document,
};
use scan::{
    Repeat,
    wedge::{Key, Response, Wedge},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{Event, EventInit, FocusOptions, HtmlElement, HtmlInputElement, KeyboardEvent};

/// A scan that was already running when the page came alive has ended after so much silence, in
/// milliseconds.
const QUIET: u64 = 150;

/// A look that comes later than this found the page busy, in milliseconds.
const LATE: u64 = 20;

/// A field and what stood in it before a burst of keys began; positions in UTF-16, as browsers count.
struct Before {
    field: HtmlInputElement,
    value: String,
    start: usize,
    end: usize,
}

impl Before {
    /// The field that has the focus, if one can type into it.
    fn focused() -> Option<Self> {
        let focused = document().active_element()?;
        if !focused.matches("input, textarea").unwrap_or(false) {
            return None;
        }
        // A text area has all that is used here under the same names.
        let field: HtmlInputElement = focused.unchecked_into();
        let value = field.value();
        let all = value.encode_utf16().count();
        let place = |place: Result<Option<u32>, _>| {
            let place = place.ok().flatten();
            place.map_or(all, |place| place as usize).min(all)
        };
        Some(Self {
            start: place(field.selection_start()),
            end: place(field.selection_end()),
            field,
            value,
        })
    }

    /// Gives the field the focus again, with this content and the caret there.
    fn put(&self, value: &str, at: usize) {
        self.field.set_value(value);
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let element: &HtmlElement = &self.field;
        let _ = element.focus_with_options(&options);
        let at = u32::try_from(at).unwrap_or(0);
        // Some kinds of field have no selection.
        let _ = self.field.set_selection_range(at, at);
    }

    /// What a person typed lands after all.
    fn give_back(&self, typed: &str) {
        let units: Vec<u16> = self.value.encode_utf16().collect();
        let typed_units: Vec<u16> = typed.encode_utf16().collect();
        let at = self.start + typed_units.len();
        let whole = [&units[..self.start], &typed_units, &units[self.end..]].concat();
        self.put(&String::from_utf16_lossy(&whole), at);
        let init = EventInit::new();
        init.set_bubbles(true);
        if let Ok(event) = Event::new_with_event_init_dict("input", &init) {
            let _ = self.field.dispatch_event(&event);
        }
    }
}

struct Keyboard {
    wedge: Wedge,
    repeat: Repeat,
    before: Option<Before>,
    /// Whether the focus was taken off the field.
    away: bool,
    timer: Option<Timeout>,
    scanned: Box<dyn Fn(&str)>,
}

impl Keyboard {
    /// Does what the wedge says, in its order.
    fn follow(&mut self, response: &Response, at: u64) {
        if response.take_back
            && let Some(before) = &self.before
        {
            let element: &HtmlElement = &before.field;
            let _ = element.blur();
            before.field.set_value(&before.value);
            self.away = true;
        }
        if let (true, Some(typed), Some(before)) = (self.away, &response.give_back, &self.before) {
            before.give_back(typed);
            self.away = false;
        }
        // It is over, whatever it was.
        if let (true, None, Some(before)) = (self.away, response.wake_at, &self.before) {
            before.put(&before.value, before.start);
            self.away = false;
        }
        if response.remember {
            self.before = Before::focused();
        }
        // The same ticket again so soon is the one that is still before the scanner (C-102).
        if let Some(scan) = &response.scan
            && self.repeat.is_new(scan, at)
        {
            (self.scanned)(scan);
        }
    }
}

/// Calls with whatever a scanner types, on this page and for as long as it lives.
pub fn listen(scanned: impl Fn(&str) + 'static) {
    let keyboard = Rc::new(RefCell::new(Keyboard {
        wedge: Wedge::default(),
        repeat: Repeat::default(),
        before: None,
        away: false,
        timer: None,
        scanned: Box::new(scanned),
    }));
    // A scan that has begun before is left to the field: no scan is cut in two.
    if code_field().is_some_and(|field| field.value() != field.default_value()) {
        let last = Rc::new(Cell::new(now()));
        let seen = Rc::clone(&last);
        let keys = on_keys(true, move |_| seen.set(now()));
        when_quiet(keyboard, last, keys);
    } else {
        begin(&keyboard);
    }
}

fn when_quiet(keyboard: Rc<RefCell<Keyboard>>, last: Rc<Cell<u64>>, keys: EventListener) {
    match QUIET.saturating_sub(now().saturating_sub(last.get())) {
        0 => {
            drop(keys);
            begin(&keyboard);
        }
        left => {
            let wait = u32::try_from(left).unwrap_or(0);
            Timeout::new(wait, move || when_quiet(keyboard, last, keys)).forget();
        }
    }
}

fn on_keys(passive: bool, mut then: impl FnMut(&KeyboardEvent) + 'static) -> EventListener {
    let options = EventListenerOptions {
        phase: EventListenerPhase::Capture,
        passive,
    };
    EventListener::new_with_options(&document(), "keydown", options, move |event| {
        then(event.unchecked_ref());
    })
}

fn begin(keyboard: &Rc<RefCell<Keyboard>>) {
    let heard = Rc::clone(keyboard);
    on_keys(false, move |event| {
        let (key, code) = (event.key(), event.code());
        let both = event.ctrl_key() && event.alt_key();
        let press = Key {
            key: &key,
            code: &code,
            at: whole(event.time_stamp()),
            composing: event.is_composing() || event.key_code() == 229,
            repeat: event.repeat(),
            shift: event.shift_key(),
            command: !both && (event.ctrl_key() || event.meta_key() || event.alt_key()),
        };
        let response = heard.borrow_mut().wedge.press(&press);
        if response.swallow {
            event.prevent_default();
            event.stop_propagation();
        }
        follow(&heard, &response, press.at);
    })
    .forget();
    // For the browser tests: from here on a scanner may type anywhere.
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-wedge", "");
    }
}

fn follow(keyboard: &Rc<RefCell<Keyboard>>, response: &Response, at: u64) {
    let mut own = keyboard.borrow_mut();
    own.follow(response, at);
    own.timer = response.wake_at.map(|at| look_at(keyboard, at));
}

/// Looks again when a burst may have ended without an Enter.
fn look_at(keyboard: &Rc<RefCell<Keyboard>>, at: u64) -> Timeout {
    let wait = u32::try_from(at.saturating_sub(now())).unwrap_or(100);
    let keyboard = Rc::clone(keyboard);
    Timeout::new(wait, move || {
        if now() <= at + LATE {
            look(&keyboard);
            return;
        }
        // The page was busy: keys may have come that it has not seen yet, and they go first.
        let waiting = Rc::clone(&keyboard);
        let soon = Timeout::new(20, move || look(&waiting));
        keyboard.borrow_mut().timer = Some(soon);
    })
}

fn look(keyboard: &Rc<RefCell<Keyboard>>) {
    let now = now();
    let response = keyboard.borrow_mut().wedge.tick(now);
    follow(keyboard, &response, now);
}
