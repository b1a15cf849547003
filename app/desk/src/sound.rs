//! The sound of the answer at the door, and the switch for it, which is kept on this device.

use crate::page::{find, is_whole};
use gloo::{
    events::{EventListener, EventListenerOptions},
    storage::{LocalStorage, Storage},
    utils::window,
};
use scan_page::chime::Chime;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AudioContext, AudioContextState, Element, HtmlElement, HtmlInputElement, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

/// Where this device keeps that it is to be silent.
const SILENT: &str = "linli-door-silent";

struct Sound {
    context: AudioContext,
    silent: std::cell::Cell<bool>,
}

thread_local! {
    static SOUND: RefCell<Option<Rc<Sound>>> = const { RefCell::new(None) };
}

/// A browser that keeps nothing begins anew with every page.
fn keeps() -> bool {
    matches!(window().local_storage(), Ok(Some(_)))
}

/// Shows the switch where the browser can be heard, and listens to it.
pub(crate) fn start() {
    let Ok(context) = AudioContext::new() else {
        return;
    };
    // Not as JSON, for which gloo's `get` would bring a parser along.
    let kept = || LocalStorage::raw().get_item(SILENT).ok().flatten();
    let silent = keeps() && kept().as_deref() == Some("1");
    let sound = Rc::new(Sound {
        context,
        silent: silent.into(),
    });
    let turned = Rc::clone(&sound);
    EventListener::new(&window(), "change", move |event| {
        let target = event.target().and_then(|target| target.dyn_into().ok());
        if let Some(target) = target.filter(|target: &HtmlInputElement| target.id() == "door-sound")
        {
            turned.turn(target.checked());
        }
    })
    .forget();
    for touch in ["pointerdown", "keydown", "click"] {
        let touched = Rc::clone(&sound);
        let options = EventListenerOptions::run_in_capture_phase();
        EventListener::new_with_options(&window(), touch, options, move |_| touched.hear())
            .forget();
    }
    let changed = Rc::clone(&sound);
    EventListener::new(&sound.context, "statechange", move |_| changed.show()).forget();
    sound.show();
    SOUND.set(Some(sound));
}

/// An answer has come: it is heard, and seen also where the page is longer than the screen.
pub(crate) fn replaced(part: &Element) {
    let sound = SOUND.with_borrow(Clone::clone);
    if let (true, Some(sound)) = (is_whole(part), &sound) {
        sound.show();
    }
    if part.id() != "door-answer" {
        return;
    }
    let answer = part.query_selector(".verdict, .refusal").ok().flatten();
    let Some(answer) = answer else { return };
    if let Some(sound) = sound {
        sound.chime(match answer.get_attribute("data-kind").as_deref() {
            Some("good") => Chime::Good,
            Some("warn") => Chime::Warn,
            _ => Chime::Bad,
        });
    }
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    answer.scroll_into_view_with_scroll_into_view_options(&options);
}

impl Sound {
    fn runs(&self) -> bool {
        self.context.state() == AudioContextState::Running
    }

    fn chime(&self, chime: Chime) {
        // Notes that wait for a touch would come long after the answer.
        if !self.silent.get() && self.runs() {
            let _ = chime.play(&self.context);
        }
    }

    /// A browser that wants a touch before the first sound gets it with the first tap or key.
    fn hear(&self) {
        if !self.silent.get() && !self.runs() {
            let _ = self.resume();
        }
    }

    fn resume(&self) -> Option<JsFuture> {
        self.context.resume().ok().map(JsFuture::from)
    }

    /// Shows the switch, and whether a touch is wanted.
    fn show(&self) {
        let Some(switch) = find("#door-sound") else {
            return;
        };
        let switch: HtmlInputElement = switch.unchecked_into();
        switch.set_checked(!self.silent.get());
        if let Ok(Some(label)) = switch.closest("label") {
            label.unchecked_into::<HtmlElement>().set_hidden(false);
        }
        if let Some(wanted) = find("#door-sound-wanted") {
            wanted.set_hidden(self.silent.get() || self.runs());
        }
    }

    fn turn(self: &Rc<Self>, on: bool) {
        self.silent.set(!on);
        // Where the browser keeps nothing it counts for this page.
        if keeps() && on {
            LocalStorage::delete(SILENT);
        } else if keeps() {
            let _ = LocalStorage::raw().set_item(SILENT, "1");
        }
        if let (true, Some(resumed)) = (on, self.resume()) {
            let sound = Rc::clone(self);
            spawn_local(async move {
                if resumed.await.is_ok() {
                    sound.chime(Chime::Good);
                }
            });
        }
        self.show();
    }
}
