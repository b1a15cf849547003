//! The camera of the check-in screen.

use leptos::{html::Video, prelude::*};
use serde::{Deserialize, Serialize};

/// The words of [`KioskCamera`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CameraWords {
    /// It looks.
    pub looking: String,
    /// More than one code is in view.
    pub several: String,
    /// It may not be used.
    pub denied: String,
    /// There is none.
    pub none: String,
    /// Another program has it.
    pub busy: String,
    /// It cannot be used for another reason.
    pub failed: String,
}

/// Where the scanner's files are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ScannerFiles {
    /// The camera's script.
    pub camera: String,
    /// The worker's.
    pub worker: String,
    /// The decoder.
    pub wasm: String,
}

/// Shows what the camera sees, and sends the form with what it reads.
#[island]
pub fn KioskCamera(
    /// Its words, in the page's language.
    words: CameraWords,
    /// The scanner's files.
    files: ScannerFiles,
) -> impl IntoView {
    let video = NodeRef::<Video>::new();
    let (said, set_said) = signal(String::new());
    let (runs, set_runs) = signal(false);
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(video) = video.get() {
            browser::run(&video, &words, &files, set_said, set_runs);
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (words, files, set_said, set_runs);
    view! {
        <figure class="kiosk-camera" data-runs=move || runs.get().then_some("")>
            <video node_ref=video muted playsinline aria-hidden="true" hidden=move || !runs.get()></video>
            <figcaption role="status">{move || said.get()}</figcaption>
        </figure>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::*;
    use crate::scanner;
    use wasm_bindgen::{JsValue, closure::Closure};

    pub(super) fn run(
        video: &web_sys::HtmlVideoElement,
        words: &CameraWords,
        files: &ScannerFiles,
        set_said: WriteSignal<String>,
        set_runs: WriteSignal<bool>,
    ) {
        let (looking, several) = (words.looking.clone(), words.several.clone());
        let words = words.clone();
        let entered = std::cell::Cell::new(false);
        let read = Closure::<dyn FnMut(js_sys::Array)>::new(move |texts: js_sys::Array| {
            // One code is one scan (C-103); which of two is meant is not guessed.
            match (texts.length(), texts.get(0).as_string()) {
                (1, Some(text)) if !entered.get() => entered.set(scanner::enter(&text)),
                (0 | 1, _) => {}
                _ => set_said.set(several.clone()),
            }
        });
        let failed = Closure::<dyn FnMut(JsValue)>::new(move |kind: JsValue| {
            set_runs.set(false);
            let said = match kind.as_string().as_deref() {
                Some("denied") => &words.denied,
                Some("none") => &words.none,
                Some("busy") => &words.busy,
                _ => &words.failed,
            };
            set_said.set(said.clone());
        });
        let state = Closure::<dyn FnMut(JsValue)>::new(move |state: JsValue| {
            let running = js_sys::Reflect::get(&state, &"running".into());
            let running = running.is_ok_and(|running| running.is_truthy());
            set_runs.set(running);
            if running {
                set_said.set(looking.clone());
            }
        });
        let _ = scanner::camera(
            &files.camera,
            video.as_ref(),
            &files.worker,
            &files.wasm,
            read.as_ref(),
            failed.as_ref(),
            state.as_ref(),
        );
        read.forget();
        failed.forget();
        state.forget();
    }
}
