//! What moves on a kiosk's screens: the watch that forgets, the clock, the keys, the camera, the wall
//! code, the self-test. A module of its own, so that no resident's phone downloads it. Without scripts
//! the pages do the same by going on by themselves.
#![allow(
    missing_docs,
    unreachable_pub,
    reason = "#[island] makes a public struct of its own that cannot be documented"
)]

mod camera;
mod clock;
mod keyboard;
mod keys;
#[cfg(feature = "hydrate")]
mod scanner;
mod self_test;
#[cfg(feature = "hydrate")]
mod server;
mod wall;
mod watch;

pub use camera::{CameraWords, KioskCamera, ScannerFiles};
pub use clock::KioskClock;
pub use keyboard::{KeyboardWords, KioskKeyboard};
pub use keys::{KeyWords, KioskKeys};
pub use self_test::{CheckWords, SelfTest, TestWords};
pub use wall::{WallCode, WallWords};
pub use watch::{KioskWatch, WatchWords, Watched};

/// Prepares the module in the browser; `boot.js` then starts each island of the page.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
