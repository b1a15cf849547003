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
    use crate::server::{self, Health};
    use gloo::{
        events::{EventListener, EventListenerOptions},
        storage::{SessionStorage, Storage},
        utils::{document, window},
    };
    use scan_page::chime::Chime;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{AudioContext, HtmlInputElement, PageTransitionEvent};

    /// Milliseconds of the page's own running time, so that setting the clock changes nothing.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a page runs for days at most"
    )]
    fn ran() -> i64 {
        server::ran() as i64
    }

    /// Ends the screen: what was entered, what the browser keeps for this tab, and the page itself.
    fn forget() {
        let inputs = document().get_elements_by_tag_name("input");
        for n in 0..inputs.length() {
            let input = inputs.item(n).map(JsCast::dyn_into::<HtmlInputElement>);
            if let Some(Ok(input)) = input {
                input.set_value("");
            }
        }
        if let Some(main) = document().get_element_by_id("main") {
            let _ = main.set_attribute("data-forgotten", "");
        }
        if let Ok(Some(_)) = window().session_storage() {
            SessionStorage::clear();
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
        for touch in ["pointerdown", "keydown", "click"] {
            let options = EventListenerOptions::run_in_capture_phase();
            EventListener::new_with_options(&document(), touch, options, move |_| {
                touched.set_value(ran());
            })
            .forget();
        }
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
                    let here = window().location().pathname();
                    server::replace(here.as_deref().unwrap_or("/kiosk"));
                }
                Step::Rest | Step::Ends(_) => {}
            }
        });
        let beat = move || {
            let version = version.clone();
            spawn_local(async move {
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
        server::every(u32::try_from(heartbeat_ms).unwrap_or(60_000), beat.clone());
        for event in ["online", "offline"] {
            let beat = beat.clone();
            EventListener::new(&window(), event, move |_| beat()).forget();
        }
        keep_screens();
    }

    /// The sign of life: the second one knows how far the clock is off, which the first measures.
    async fn tell(version: &str) -> Result<(), server::Silence> {
        for _ in 0..2 {
            let known = server::time().is_some();
            let health = Health {
                version,
                ..Health::default()
            };
            server::tell(health).await?;
            if known {
                break;
            }
        }
        Ok(())
    }

    /// Says by ear what the light says.
    fn chime() -> Option<()> {
        let result = document().query_selector(".kiosk-result").ok()??;
        let chime = match result.get_attribute("data-light")?.as_str() {
            "green" => Chime::Good,
            "amber" => Chime::Warn,
            _ => Chime::Bad,
        };
        chime.play(&AudioContext::new().ok()?).ok()
    }

    /// Starts the worker that keeps the screens which are about nobody.
    fn keep_screens() {
        let browser = window().navigator();
        // Without a secure origin there is none.
        let workers = js_sys::Reflect::get(&browser, &"serviceWorker".into());
        if workers.is_ok_and(|workers| !workers.is_undefined()) {
            let started = browser.service_worker().register("/sw.js");
            spawn_local(async move {
                // A convenience: without it the kiosk works as long as there is a network.
                let _ = JsFuture::from(started).await;
            });
        }
    }

    fn on_return() {
        EventListener::new(&window(), "pageshow", |event| {
            if event.unchecked_ref::<PageTransitionEvent>().persisted() {
                server::replace("/kiosk");
            }
        })
        .forget();
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
