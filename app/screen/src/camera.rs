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
    /// Its picture has stopped.
    pub frozen: String,
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
    /// The version of the program.
    version: String,
) -> impl IntoView {
    let video = NodeRef::<Video>::new();
    let (said, set_said) = signal(String::new());
    let (runs, set_runs) = signal(false);
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(video) = video.get() {
            browser::run(
                video,
                words.clone(),
                files.clone(),
                version.clone(),
                set_said,
                set_runs,
            );
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (words, files, version, set_said, set_runs);
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
    use crate::{
        scanner,
        server::{self, Health},
    };
    use scan_page::{
        camera::{Files, Trouble},
        look::{Said, look},
    };
    use std::cell::Cell;
    use wasm_bindgen_futures::spawn_local;

    /// Tells the server how the camera is, for the staff's page of the center's kiosks.
    fn tell(version: &str, camera: &'static str) {
        let version = version.to_owned();
        spawn_local(async move {
            let health = Health {
                version: &version,
                camera,
                ..Health::default()
            };
            // The next sign of life says whether the server is there.
            let _ = server::tell(health).await;
        });
    }

    pub(super) fn run(
        video: web_sys::HtmlVideoElement,
        words: CameraWords,
        files: ScannerFiles,
        version: String,
        set_said: WriteSignal<String>,
        set_runs: WriteSignal<bool>,
    ) {
        let ScannerFiles { worker, wasm } = files;
        let told = Cell::new("");
        // A kiosk has nobody who would turn it on again.
        look(
            video,
            Files { worker, wasm },
            true,
            scanner::scan,
            move |seen| {
                set_runs.set(seen.runs);
                let now = match seen.said {
                    Said::Failed(_) => "failed",
                    Said::Nothing => "",
                    Said::Looking | Said::Several => "ok",
                };
                if !now.is_empty() && told.replace(now) != now {
                    tell(&version, now);
                }
                let said = match seen.said {
                    Said::Nothing => "",
                    Said::Looking => &words.looking,
                    Said::Several => &words.several,
                    Said::Failed(Trouble::Denied) => &words.denied,
                    Said::Failed(Trouble::Missing) => &words.none,
                    Said::Failed(Trouble::Busy) => &words.busy,
                    Said::Failed(Trouble::Frozen) => &words.frozen,
                    Said::Failed(_) => &words.failed,
                };
                set_said.set(said.to_owned());
            },
        );
    }
}
