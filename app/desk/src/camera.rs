//! The camera at the door. It is turned on by a tap: nobody's camera opens by itself.

use crate::{forms, page::data};
use gloo::events::EventListener;
use scan_page::{
    camera::{Camera, Files, Trouble},
    look::{Said, Seen, look},
};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlVideoElement};

thread_local! {
    static RUNNING: RefCell<Option<Camera>> = const { RefCell::new(None) };
}

/// The figure, as the server drew it.
#[derive(Clone)]
struct Figure {
    all: HtmlElement,
    video: HtmlVideoElement,
    told: HtmlElement,
    button: HtmlElement,
    torch: HtmlElement,
    /// What the button says while the camera is off.
    open: String,
}

impl Figure {
    fn find() -> Option<Self> {
        let all: HtmlElement = crate::page::find(".door-camera[hidden]")?;
        let part = |name: &str| {
            let part = all.query_selector(name).ok().flatten();
            part.map(|part| part.unchecked_into::<HtmlElement>())
        };
        let button = part("button")?;
        Some(Self {
            video: part("video")?.unchecked_into(),
            told: part("figcaption")?,
            torch: part("button[aria-pressed]")?,
            open: button.text_content().unwrap_or_default(),
            button,
            all,
        })
    }

    fn show(&self, seen: Seen) {
        let Seen { runs, lit, said } = seen;
        self.video.set_hidden(!runs);
        self.torch.set_hidden(lit.is_none());
        let pressed = (lit == Some(true)).to_string();
        let _ = self.torch.set_attribute("aria-pressed", &pressed);
        let _ = self.all.toggle_attribute_with_force("data-runs", runs);
        let stop = data(&self.all, "stop");
        self.button
            .set_text_content(Some(if runs { &stop } else { &self.open }));
        self.told.set_text_content(Some(&self.words(said)));
    }

    fn words(&self, said: Said) -> String {
        let name = match said {
            Said::Nothing => return String::new(),
            Said::Looking => "looking",
            Said::Several => "several",
            Said::Failed(Trouble::Denied) => "denied",
            Said::Failed(Trouble::Missing) => "none",
            Said::Failed(Trouble::Busy) => "busy",
            Said::Failed(Trouble::Frozen) => "frozen",
            Said::Failed(_) => "failed",
        };
        data(&self.all, name)
    }

    fn start(&self) {
        let files = Files {
            worker: data(&self.all, "worker"),
            wasm: data(&self.all, "wasm"),
        };
        let figure = self.clone();
        let camera = look(self.video.clone(), files, false, forms::scan, move |seen| {
            if let Said::Failed(_) = seen.said {
                end();
            }
            figure.show(seen);
        });
        RUNNING.with_borrow_mut(|running| *running = Some(camera));
    }
}

/// Stops the camera, if one runs.
fn end() -> bool {
    let camera = RUNNING.with_borrow_mut(Option::take);
    camera.inspect(Camera::stop).is_some()
}

/// Shows the button that turns the camera on. A camera of a page that is gone is stopped.
pub(crate) fn offer() {
    end();
    let Some(figure) = Figure::find() else { return };
    let own = figure.clone();
    EventListener::new(&figure.button, "click", move |_| {
        if end() {
            own.show(Seen {
                runs: false,
                lit: None,
                said: Said::Nothing,
            });
        } else {
            own.start();
        }
    })
    .forget();
    let torch = figure.torch.clone();
    EventListener::new(&figure.torch, "click", move |_| {
        let lit = torch.get_attribute("aria-pressed").as_deref() == Some("true");
        RUNNING.with_borrow(|camera| camera.iter().for_each(|camera| camera.light(!lit)));
    })
    .forget();
    figure.all.set_hidden(false);
}
