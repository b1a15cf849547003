//! Scanners: one that types, wherever the focus is (C-104), and the camera. What was scanned goes to
//! the field `code` of the page, and the form is sent.

use scan::wedge::{Key, Response, Wedge};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Document, HtmlElement, HtmlInputElement, KeyboardEvent};

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Puts what was scanned into the field `code` and sends its form; the answer is shown as soon as it
/// comes. False where there is no field.
pub(crate) fn enter(code: &str) -> bool {
    let field = document()
        .and_then(|document| document.get_element_by_id("code"))
        .and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some(field) = field else { return false };
    field.set_value(code);
    let form = field.form();
    form.as_ref().inspect(|form| send(form)).is_some()
}

/// What stood in a field before a scanner began to type into it.
struct Before {
    field: HtmlInputElement,
    value: String,
}

struct Keyboard {
    wedge: Wedge,
    before: Option<Before>,
    scanned: Box<dyn Fn(String)>,
}

/// The field that has the focus, if one has.
fn focused() -> Option<HtmlInputElement> {
    document()?.active_element()?.dyn_into().ok()
}

impl Keyboard {
    /// Does what the wedge says, in its order; when to look again.
    fn follow(&mut self, response: &Response) -> Option<u64> {
        if response.take_back
            && let Some(before) = self.before.take()
        {
            before.field.set_value(&before.value);
            // Ends what an input method had begun.
            let element: &HtmlElement = &before.field;
            let _ = element.blur();
            let _ = element.focus();
        }
        if let (Some(typed), Some(field)) = (&response.give_back, focused()) {
            field.set_value(&format!("{}{typed}", field.value()));
        }
        if response.remember {
            self.before = focused().map(|field| Before {
                value: field.value(),
                field,
            });
        }
        if let Some(scan) = &response.scan {
            (self.scanned)(scan.clone());
        }
        response.wake_at
    }
}

/// Milliseconds of the clock that events are stamped with.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a page runs for days at most"
)]
fn whole(millis: f64) -> u64 {
    millis.max(0.0) as u64
}

fn now() -> u64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0, |performance| whole(performance.now()))
}

/// Calls with whatever a scanner types, on this page and for as long as it lives.
pub(crate) fn listen(scanned: impl Fn(String) + 'static) {
    let keyboard = Rc::new(RefCell::new(Keyboard {
        wedge: Wedge::default(),
        before: None,
        scanned: Box::new(scanned),
    }));
    let pressed = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
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
        let wake = {
            let mut keyboard = keyboard.borrow_mut();
            let response = keyboard.wedge.press(&press);
            if response.swallow {
                event.prevent_default();
                event.stop_propagation();
            }
            keyboard.follow(&response)
        };
        wake_up(&keyboard, wake);
    });
    if let Some(document) = document() {
        let function = pressed.as_ref().unchecked_ref();
        let _ = document.add_event_listener_with_callback_and_bool("keydown", function, true);
    }
    pressed.forget();
}

/// Looks again when a burst may have ended without an Enter.
fn wake_up(keyboard: &Rc<RefCell<Keyboard>>, at: Option<u64>) {
    let (Some(at), Some(window)) = (at, web_sys::window()) else {
        return;
    };
    let wait = i32::try_from(at.saturating_sub(now())).unwrap_or(100);
    let keyboard = Rc::clone(keyboard);
    let look = Closure::once_into_js(move || {
        let wake = {
            let mut keyboard = keyboard.borrow_mut();
            let response = keyboard.wedge.tick(now());
            keyboard.follow(&response)
        };
        wake_up(&keyboard, wake);
    });
    let _ =
        window.set_timeout_with_callback_and_timeout_and_arguments_0(look.unchecked_ref(), wait);
}

#[wasm_bindgen(inline_js = "
export async function camera(module, video, workerUrl, wasmUrl, onText, onError, onState) {
  const { start } = await import(module);
  return start(video, { workerUrl, wasmUrl, onText, onError, onState });
}
export async function send(form) {
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: 'POST', body });
    if (new URL(answer.url).pathname !== '/kiosk/result') throw answer;
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    document.getElementById('main').replaceWith(next.getElementById('main'));
    // Drawn first: a page that is being left draws nothing more.
    await new Promise((drawn) => {
      requestAnimationFrame(() => setTimeout(drawn));
      setTimeout(drawn, 200);
    });
    location.replace(answer.url);
  } catch {
    form.submit();
  }
}")]
extern "C" {
    /// Sends the form and shows the result's screen before its page has come, which takes longer than
    /// somebody at a door should wait. What is no result is sent again plainly: the same form with
    /// the same code is the same scan.
    fn send(form: &web_sys::HtmlFormElement);

    /// Loads the camera's script and begins to look; the promise is of the function that ends it.
    #[wasm_bindgen(catch)]
    pub(crate) fn camera(
        module: &str,
        video: &JsValue,
        worker: &str,
        wasm: &str,
        on_text: &JsValue,
        on_error: &JsValue,
        on_state: &JsValue,
    ) -> Result<JsValue, JsValue>;
}
