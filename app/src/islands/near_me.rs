//! Centers near me: asks the browser where it is, only after a tap, and goes to the list.

use super::browser;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// The words of [`NearMe`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NearWords {
    /// What the button says.
    pub button: String,
    /// What will be asked and what becomes of it; said before anything is asked.
    pub explain: String,
    /// While the browser looks.
    pub asking: String,
    /// The person would rather not.
    pub refused: String,
    /// The browser cannot say.
    pub failed: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Before the page is alive: without scripts the button would do nothing.
    Absent,
    Ready,
    Asking,
    Refused,
    Failed,
}

/// The address of the list near a place, to the third decimal (about 100 metres): enough to sort
/// centers, too little to say in which house somebody is.
fn address(latitude: f64, longitude: f64) -> String {
    format!("/centers?near={latitude:.3},{longitude:.3}")
}

/// A button that goes to the centers near the device.
#[island]
pub fn NearMe(
    /// Its words, in the page's language.
    words: NearWords,
) -> impl IntoView {
    let (step, set_step) = signal(Step::Absent);
    Effect::new(move || set_step.set(Step::Ready));
    let ask = move |_| {
        set_step.set(Step::Asking);
        // Both stay until the page goes: the browser calls one of them, once.
        let found = Closure::once_into_js(move |position: browser::Position| {
            let coords = position.coords();
            let _ = browser::go_to(&address(coords.latitude(), coords.longitude()));
        });
        let failed = Closure::once_into_js(move |error: browser::PositionError| {
            set_step.set(if error.code() == 1 {
                Step::Refused
            } else {
                Step::Failed
            });
        });
        if browser::current_position(&found, &failed).is_err() {
            set_step.set(Step::Failed);
        }
    };
    let NearWords {
        button,
        explain,
        asking,
        refused,
        failed,
    } = words;
    let said = move || match step.get() {
        Step::Absent | Step::Ready => explain.clone(),
        Step::Asking => asking.clone(),
        Step::Refused => refused.clone(),
        Step::Failed => failed.clone(),
    };
    view! {
        <div class="stack-close" hidden=move || step.get() == Step::Absent>
            <p class="cluster">
                <button type="button" class="button" on:click=ask disabled=move || step.get() == Step::Asking>{button}</button>
            </p>
            <p class="hint" role="status">{said}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_place_is_told_to_a_hundred_metres_only() {
        assert_eq!(
            super::address(22.585_834, 114.131_149),
            "/centers?near=22.586,114.131"
        );
    }
}
