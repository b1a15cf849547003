//! Turns among the pages of one browser, by Web Locks: whoever has the turn of that name keeps it
//! until it is dropped or the page is gone, and then the next one has it. `web-sys` counts this
//! interface among the unstable ones, so the few words of it that are needed stand here.

use gloo::utils::window;
use js_sys::{Function, Object, Promise, Reflect};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

#[wasm_bindgen]
extern "C" {
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, options: &Object, granted: &JsValue) -> Promise;
}

/// A turn that is waited for or held; dropping it gives it up.
pub(super) struct Turn {
    settled: Rc<Cell<Option<bool>>>,
    waiting: AbortController,
    give_back: Function,
}

impl Turn {
    /// Gets in line for a turn; none where the browser knows no turns. `then` is called when it is
    /// ours.
    pub(super) fn wait(name: &str, then: impl FnOnce() + 'static) -> Option<Self> {
        let waiting = AbortController::new().ok()?;
        let options = [("signal", JsValue::from(waiting.signal()))];
        Self::ask(name, options, waiting, then)
    }

    /// Takes the turn if nobody has it; when `then` is called, it is ours or somebody else's.
    pub(super) fn take(name: &str, then: impl FnOnce() + 'static) -> Option<Self> {
        let options = [("ifAvailable", JsValue::TRUE)];
        Self::ask(name, options, AbortController::new().ok()?, then)
    }

    fn ask(
        name: &str,
        given: [(&str, JsValue); 1],
        waiting: AbortController,
        then: impl FnOnce() + 'static,
    ) -> Option<Self> {
        let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
        if locks.is_undefined() {
            return None;
        }
        let options = Object::new();
        for (name, value) in given {
            Reflect::set(&options, &name.into(), &value).ok()?;
        }
        let mut give_back = None;
        let held = Promise::new(&mut |resolve, _| give_back = Some(resolve));
        let settled = Rc::new(Cell::new(None));
        let settles = Rc::clone(&settled);
        let granted = Closure::once_into_js(move |lock: JsValue| {
            settles.set(Some(!lock.is_null()));
            then();
            // The turn lasts as long as this promise.
            if lock.is_null() {
                Promise::resolve(&JsValue::UNDEFINED)
            } else {
                held
            }
        });
        let asked = locks
            .unchecked_into::<Locks>()
            .request(name, &options, &granted);
        // Giving up is no error that anybody should hear of.
        spawn_local(async move {
            let _ = JsFuture::from(asked).await;
        });
        Some(Self {
            settled,
            waiting,
            give_back: give_back?,
        })
    }

    /// Whether it is this page's turn.
    pub(super) fn is_ours(&self) -> bool {
        self.settled() == Some(true)
    }

    /// The same, if it is known yet.
    pub(super) fn settled(&self) -> Option<bool> {
        self.settled.get()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.waiting.abort();
        let _ = self.give_back.call0(&JsValue::UNDEFINED);
    }
}
