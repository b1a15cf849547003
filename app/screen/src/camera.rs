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
    /// The worker's script.
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
            browser::run(video, words.clone(), files.clone(), set_said, set_runs);
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
    use scan_page::{
        camera::{Files, Trouble},
        look::{Said, look},
    };

    pub(super) fn run(
        video: web_sys::HtmlVideoElement,
        words: CameraWords,
        files: ScannerFiles,
        set_said: WriteSignal<String>,
        set_runs: WriteSignal<bool>,
    ) {
        let ScannerFiles { worker, wasm } = files;
        look(video, Files { worker, wasm }, scanner::scan, move |seen| {
            set_runs.set(seen.runs);
            let said = match seen.said {
                Said::Nothing => "",
                Said::Looking => &words.looking,
                Said::Several => &words.several,
                Said::Failed(Trouble::Denied) => &words.denied,
                Said::Failed(Trouble::Missing) => &words.none,
                Said::Failed(Trouble::Busy) => &words.busy,
                Said::Failed(_) => &words.failed,
            };
            set_said.set(said.to_owned());
        });
    }
}
