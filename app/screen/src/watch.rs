//! The watch over a screen: it asks whether anybody is there and forgets who is not, tells the
//! server that the kiosk lives, and says calmly when there is no network.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What kind of screen is watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Watched {
    /// The start: about nobody.
    #[default]
    Start,
    /// Somebody looks around.
    Browsing,
    /// Somebody's result: it closes by itself.
    Result,
    /// Staff is to confirm something: it looks again by itself.
    Waiting,
}

/// The words of [`KioskWatch`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WatchWords {
    /// Whether anybody is there.
    pub title: String,
    /// What happens otherwise.
    pub text: String,
    /// The key to stay.
    pub stay: String,
    /// There is no network.
    pub offline: String,
}

/// Watches the screen that it stands on.
#[island]
pub fn KioskWatch(
    /// Its words, in the page's language.
    words: WatchWords,
    /// What it watches.
    watched: Watched,
    /// Whether the screen is not drawn as for nobody in particular.
    restless: bool,
    /// Milliseconds without a touch until it asks.
    idle_ms: i64,
    /// Milliseconds for which it asks.
    warning_ms: i64,
    /// Milliseconds for which a result stays.
    result_ms: i64,
    /// Milliseconds between two signs of life.
    heartbeat_ms: i64,
    /// The version of the program.
    version: String,
) -> impl IntoView {
    let (left, set_left) = signal(None::<i64>);
    let (is_offline, set_offline) = signal(false);
    let plan = Plan {
        watched,
        restless,
        idle_ms,
        warning_ms,
        result_ms,
    };
    #[cfg(feature = "hydrate")]
    browser::run(plan, heartbeat_ms, version, set_left, set_offline);
    #[cfg(not(feature = "hydrate"))]
    let _ = (plan, heartbeat_ms, version, set_left, set_offline);
    let warns = move || left.get().is_some() && watched == Watched::Browsing;
    let label = words.title.clone();
    let seconds = move || left.get().map(|ms| ((ms + 999) / 1000).to_string());
    view! {
        <p class="offline-banner" role="status" hidden=move || !is_offline.get()>{words.offline}</p>
        <section class="idle-warning" role="alertdialog" aria-label=label hidden=move || !warns()>
            <p class="count" aria-hidden="true">{seconds}</p>
            <h2>{words.title}</h2>
            <p>{words.text}</p>
            <button class="kiosk-key" data-tone="main" type="button">{words.stay}</button>
        </section>
        <p class="closes" aria-hidden="true" hidden=move || watched != Watched::Result || left.get().is_none()>{seconds}</p>
    }
}

/// When something happens to a screen that nobody touches.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "on the server no time passes")]
struct Plan {
    watched: Watched,
    restless: bool,
    idle_ms: i64,
    warning_ms: i64,
    result_ms: i64,
}

/// What is to happen.
#[cfg(any(feature = "hydrate", test))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing yet.
    Rest,
    /// The screen ends in so many milliseconds, and says so.
    Ends(i64),
    /// It ends now.
    Forget,
    /// It is drawn anew.
    Again,
}

/// The start screen is drawn anew so often, so that today's programme is today's (milliseconds).
#[cfg(any(feature = "hydrate", test))]
const AGAIN: i64 = 5 * 60_000;
/// A screen that waits for staff looks so often (milliseconds).
#[cfg(any(feature = "hydrate", test))]
const LOOK: i64 = 4_000;

#[cfg(any(feature = "hydrate", test))]
impl Plan {
    /// What happens to a screen that was touched last so long ago and has been there for so long.
    fn step(self, untouched: i64, shown: i64) -> Step {
        match self.watched {
            Watched::Start if self.restless && untouched >= self.idle_ms => Step::Forget,
            Watched::Start if shown >= AGAIN && untouched >= 10_000 => Step::Again,
            Watched::Start => Step::Rest,
            Watched::Waiting if untouched >= self.idle_ms * 3 => Step::Forget,
            Watched::Waiting if shown >= LOOK => Step::Again,
            Watched::Waiting => Step::Rest,
            Watched::Browsing => match untouched - self.idle_ms {
                before if before < 0 => Step::Rest,
                asked if asked < self.warning_ms => Step::Ends(self.warning_ms - asked),
                _ => Step::Forget,
            },
            Watched::Result => match self.result_ms - untouched {
                left if left > 0 => Step::Ends(left),
                _ => Step::Forget,
            },
        }
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::*;
    use crate::server;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{AudioContext, Document, HtmlInputElement};

    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
    fn device_time() -> i64 {
        js_sys::Date::now() as i64
    }

    /// Milliseconds of the page's own running time, so that setting the clock changes nothing.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a page runs for days at most"
    )]
    fn ran() -> i64 {
        web_sys::window()
            .and_then(|window| window.performance())
            .map_or_else(device_time, |performance| performance.now() as i64)
    }

    fn document() -> Option<Document> {
        web_sys::window()?.document()
    }

    /// Ends the screen: what was entered, what the browser keeps for this tab, and the page itself.
    fn forget() {
        if let Some(document) = document() {
            let inputs = document.get_elements_by_tag_name("input");
            for n in 0..inputs.length() {
                let input = inputs.item(n).map(JsCast::dyn_into::<HtmlInputElement>);
                if let Some(Ok(input)) = input {
                    input.set_value("");
                }
            }
            if let Some(main) = document.get_element_by_id("main") {
                let _ = main.set_attribute("data-forgotten", "");
            }
        }
        let kept = web_sys::window().and_then(|window| window.session_storage().ok().flatten());
        if let Some(kept) = kept {
            let _ = kept.clear();
        }
        server::replace("/kiosk/idle");
    }

    pub(super) fn run(
        plan: Plan,
        heartbeat_ms: i64,
        version: String,
        set_left: WriteSignal<Option<i64>>,
        set_offline: WriteSignal<bool>,
    ) {
        if plan.watched == Watched::Result {
            // A convenience: a browser that wants a touch first stays silent.
            let _ = chime();
        }
        let touched = StoredValue::new(ran());
        let begun = ran();
        let ended = StoredValue::new(false);
        listen("pointerdown", move || touched.set_value(ran()));
        listen("keydown", move || touched.set_value(ran()));
        listen("click", move || touched.set_value(ran()));
        // A page that the browser had kept for the back key is about somebody who has gone.
        on_return();
        server::every(250, move || {
            if ended.get_value() {
                return;
            }
            let step = plan.step(ran() - touched.get_value(), ran() - begun);
            set_left.set(match step {
                Step::Ends(left) => Some(left),
                _ => None,
            });
            match step {
                Step::Forget => {
                    ended.set_value(true);
                    forget();
                }
                Step::Again => {
                    ended.set_value(true);
                    let here = web_sys::window().and_then(|w| w.location().pathname().ok());
                    server::replace(here.as_deref().unwrap_or("/kiosk"));
                }
                Step::Rest | Step::Ends(_) => {}
            }
        });
        let beat = move || {
            let version = version.clone();
            wasm_bindgen_futures::spawn_local(async move {
                match tell(&version).await {
                    Ok(()) => set_offline.set(false),
                    Err(server::Silence::Unreachable) => set_offline.set(true),
                    Err(server::Silence::NotPaired) => server::replace("/kiosk"),
                    // A server in trouble is there all the same.
                    Err(server::Silence::Failed) => {}
                }
            });
        };
        beat();
        let millis = i32::try_from(heartbeat_ms).unwrap_or(60_000);
        let again = beat.clone();
        server::every(millis, again);
        for event in ["online", "offline"] {
            let beat = beat.clone();
            let heard = Closure::<dyn FnMut(JsValue)>::new(move |_| beat());
            if let Some(window) = web_sys::window() {
                let function = heard.as_ref().unchecked_ref();
                let _ = window.add_event_listener_with_callback(event, function);
            }
            heard.forget();
        }
        keep_screens();
    }

    /// The sign of life: the second one knows how far the clock is off, which the first measures.
    async fn tell(version: &str) -> Result<(), server::Silence> {
        let path = format!("{}/health", server::ROOT);
        for _ in 0..2 {
            let known = server::time();
            let off = known.map_or_else(String::new, |time| {
                format!(",\"clock_off_ms\":{:.0}", time.off_now)
            });
            let body = format!("{{\"version\":\"{version}\"{off}}}");
            server::ask(&path, Some(&body)).await?;
            if known.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Says by ear what the light says: two notes up, the same note twice, one low note.
    fn chime() -> Option<()> {
        let result = document()?.query_selector(".kiosk-result").ok()??;
        let notes: &[f32] = match result.get_attribute("data-light")?.as_str() {
            "green" => &[880.0, 1320.0],
            "amber" => &[660.0, 660.0],
            _ => &[220.0],
        };
        let sound = AudioContext::new().ok()?;
        let mut at = sound.current_time();
        for note in notes {
            let (tone, volume) = (sound.create_oscillator().ok()?, sound.create_gain().ok()?);
            tone.frequency().set_value(*note);
            volume.gain().set_value(0.08);
            tone.connect_with_audio_node(&volume).ok()?;
            volume.connect_with_audio_node(&sound.destination()).ok()?;
            tone.start_with_when(at).ok()?;
            at += 0.15;
            tone.stop_with_when(at - 0.03).ok()?;
        }
        Some(())
    }

    /// Starts the worker that keeps the screens which are about nobody.
    fn keep_screens() {
        let Some(window) = web_sys::window() else {
            return;
        };
        // Without a secure origin there is none.
        let workers = js_sys::Reflect::get(&window.navigator(), &"serviceWorker".into());
        if workers.is_ok_and(|workers| !workers.is_undefined()) {
            let started = window.navigator().service_worker().register("/sw.js");
            wasm_bindgen_futures::spawn_local(async move {
                // A convenience: without it the kiosk works as long as there is a network.
                let _ = wasm_bindgen_futures::JsFuture::from(started).await;
            });
        }
    }

    fn listen(event: &str, then: impl Fn() + 'static) {
        let heard = Closure::<dyn FnMut(JsValue)>::new(move |_| then());
        if let Some(document) = document() {
            let function = heard.as_ref().unchecked_ref();
            let _ = document.add_event_listener_with_callback_and_bool(event, function, true);
        }
        heard.forget();
    }

    fn on_return() {
        let heard = Closure::<dyn FnMut(JsValue)>::new(|event: JsValue| {
            let kept = js_sys::Reflect::get(&event, &"persisted".into());
            if kept.is_ok_and(|kept| kept.is_truthy()) {
                server::replace("/kiosk");
            }
        });
        if let Some(window) = web_sys::window() {
            let function = heard.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback("pageshow", function);
        }
        heard.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::{AGAIN, Plan, Step, Watched};

    fn plan(watched: Watched) -> Plan {
        Plan {
            watched,
            restless: false,
            idle_ms: 60_000,
            warning_ms: 25_000,
            result_ms: 20_000,
        }
    }

    #[test]
    fn c131_it_asks_for_twenty_seconds_at_least_and_any_touch_begins_anew() {
        let browsing = plan(Watched::Browsing);
        assert_eq!(browsing.step(59_999, 59_999), Step::Rest);
        assert_eq!(browsing.step(60_000, 60_000), Step::Ends(25_000));
        assert_eq!(browsing.step(84_999, 84_999), Step::Ends(1));
        assert_eq!(browsing.step(85_000, 85_000), Step::Forget);
        // However often: a touch is a touch.
        for extended in 1..=20 {
            assert_eq!(browsing.step(0, extended * 80_000), Step::Rest);
        }
    }

    #[test]
    fn a_result_counts_down_from_the_last_touch() {
        let result = plan(Watched::Result);
        assert_eq!(result.step(0, 90_000), Step::Ends(20_000));
        assert_eq!(result.step(20_000, 20_000), Step::Forget);
    }

    #[test]
    fn c135_the_start_screen_takes_back_what_somebody_chose_and_renews_itself() {
        let start = plan(Watched::Start);
        assert_eq!(start.step(100_000, 100_000), Step::Rest);
        assert_eq!(start.step(AGAIN, AGAIN), Step::Again);
        assert_eq!(start.step(1_000, AGAIN), Step::Rest, "not under a finger");
        let restless = Plan {
            restless: true,
            ..start
        };
        assert_eq!(restless.step(60_000, 60_000), Step::Forget);
    }
}
